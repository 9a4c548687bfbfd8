"""What 小爱 says about the way."""

NO_MAP = "地图还没接上，路线我查不了。可以请管电脑的家人看一下。"
WHERE_TO = "想去哪里？"
WHERE_FROM = "从哪里出发？"
WHICH_ONE = "想去刚才说的哪一个？"
THERE_ALREADY = "{start}和{end}就在一块儿，不用走。"
NO_WAY = "地图上没找到过去的路，换个地点再问我一次。"
SLOW = "地图这会儿有点慢，过一会儿再问我一次。"

HEAD = "从{start}到{end}，{way}约{time}，{distance}。"
WAYS = {"步行": "走路", "骑行": "骑车", "驾车": "开车", "公交": "坐公交地铁"}
BY_TRAIN = "坐火车"
NOWHERE = {
    "步行": "走路走不过去。",
    "骑行": "骑车骑不过去。",
    "驾车": "开车开不过去。",
    "公交": "这会儿没有合适的公交地铁。",
}
FAR = "这么远会很累，坐车更合适。"
FARE = "票价{cost}"
TOLLS = "过路费{cost}"
TAXI = "打车约{cost}"
ON_FOOT = "要走{distance}"
CHANGES = "换乘{count}次：{stations}。"
STEP = "{n}. {leg}"
OTHER = "{way}约{time}"
ALSO = "也可以{others}。"
LINK = "在地图里看：{link}"
