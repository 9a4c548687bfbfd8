"""What 小爱 says about places."""

NO_MAP = "地图还没接上，附近有什么我查不到。可以请管电脑的家人看一下。"
SLOW = "地图这会儿有点慢，过一会儿再问我一次。"
WHAT = "想找什么？比如火锅、公园、药店。"
WHERE_ABOUT = "在哪儿附近找？说个地名就行。"

AROUND = "{near}附近的{keyword}，看看这几个："
FARTHER = "{near}跟前没有{keyword}，远一点的有："
IN_CITY = "{city}的{keyword}，看看这几个："
MORE = "{keyword}还有这些："
NONE = "{near}附近没找到{keyword}，换个地方或换个说法再问我。"
NONE_IN_CITY = "{city}没找到{keyword}，换个说法再问我一次。"
NO_MORE = "{keyword}就这些了，换个地方我再找找。"
HINT = "想去哪个，就说“第二个怎么走”。"

LINE = "{n}. {name}{facts}"
FACTS = "：{facts}"
RATING = "{rating}分"
COST = "人均{cost}"
PHONE = "电话{phone}"
AT = "在{address}"
HOURS = "营业时间{hours}"

ABOUT = "{name}{facts}。"
ABOUT_ALL = "我查到的是这些："
UNKNOWN = "{name}的{field}，地图上没写。"
NO_SUCH = "刚才只说了{count}个，是哪一个？"
NEAREST = "最近的是{name}{facts}。"
CHEAPEST = "人均最低的是{name}{facts}。"
BEST = "评分最高的是{name}{facts}。"
CANNOT_TELL = "这几个地图上没写全，比不出来。"
FIELDS = {
    "phone": "电话",
    "address": "地址",
    "hours": "营业时间",
    "cost": "人均价格",
    "rating": "评分",
    "metres": "距离",
}
