"""What people say they look for, as a map files it: 好吃的 is 美食, 买菜 is 菜市场."""

import re

FRILLS = re.compile(
    r"^(?:(?:还有|有没有|有什么|有啥|什么|哪些|一些|几个|几家|一个|一家|别的|其他|其它|另外|更多|附近|周边|周围|最近|就近|近一?点|离得近|好一?点"
    r"|便宜一?点|便宜|实惠|不错|好玩|好吃|有名|口碑好|评价高|评分高|人少|适合|的"
    r"|离(?:我?家|公司|单位|学校|这里|这儿)?(?:比较)?近(?:一?[点些])?|(?:能|可以|好|方便)?停车(?=的..))的?)+(?=..)"
)
FOR_WHOM = re.compile(r"^适合[^的玩]{1,6}的(?=..)")
TAILS = re.compile(r"(?<=..)(?:的地方|的店|的场所|去处)$")
NOTHING = re.compile(
    r"(?:别的|其他|其它|另外|更多|便宜|近一?点|好一?点|远一?点|贵一?点|附近|第.[个家]|吃的?喝的?)?"
    r"(?:一?点儿?)?的?(?:地方|店|去处|好地方)?"
)
SAID_FOR = {
    "美食": "好吃的 好吃 吃的 吃 吃饭 吃饭的地方 吃东西 吃的地方 饭店",
    "餐厅": "饭馆 餐馆 小饭馆",
    "景点": "好玩的 好玩 玩的 玩 玩的地方 好玩的地方 逛的地方 游玩",
    "商场": "逛街 买衣服 逛街的地方",
    "亲子乐园": "遛娃 遛娃的地方 带孩子玩 孩子玩的地方 带娃",
    "公园": "散步 遛弯 散步的地方 溜达",
    "公共厕所": "厕所 上厕所 卫生间 洗手间",
    "加油站": "加油 加油的地方",
    "充电站": "充电 充电的地方",
    "停车场": "停车 停车的地方 停车位",
    "银行": "取钱 存钱 取钱的地方",
    "菜市场": "买菜 买菜的地方",
    "药店": "买药 买药的地方",
    "医院": "看病 看病的地方",
    "理发店": "剪头发 理发 剪头发的地方",
    "酒店": "住 住的地方 住宿 过夜",
    "咖啡馆": "喝咖啡 喝咖啡的地方",
    "茶馆": "喝茶 喝茶的地方",
    "电影院": "看电影 看电影的地方",
    "体育馆": "打球 运动 健身 锻炼",
    "洗车店": "洗车 洗车的地方",
    "快递": "寄快递 取快递",
}
EVERYDAY = {words: kind for kind, all_words in SAID_FOR.items() for words in all_words.split()}


def kind(words: str | None) -> str | None:
    """What to look for; None when the words name nothing that a map could have."""
    if words is None or NOTHING.fullmatch(words):
        return None
    if words in EVERYDAY:
        return EVERYDAY[words]
    plain = FRILLS.sub("", FOR_WHOM.sub("", words))
    return EVERYDAY.get(plain) or EVERYDAY.get(TAILS.sub("", plain)) or plain


def wider(keyword: str) -> str:
    """The same kind of place in the fewest words: 酸菜鱼店 → 酸菜鱼."""
    return re.sub(r"(?<=..)(?:专卖店|餐厅|饭店|店|馆|厅|铺)$", "", keyword)
