"""How a town's official name is shortened when people talk: 杭州市 → 杭州, 湘西…自治州 → 湘西."""

import re

PEOPLES = (
    "土家|维吾尔|布依|朝鲜|哈尼|哈萨克|傈僳|拉祜|东乡|纳西|景颇|柯尔克孜|达斡尔|仫佬|布朗|撒拉|毛南"
    "|仡佬|锡伯|阿昌|普米|塔吉克|鄂温克|保安|裕固|独龙|鄂伦春|蒙古|回|藏|苗|彝|壮|满|侗|瑶|白|傣"
    "|黎|佤|畲|水|土|羌|怒|各"
)
AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:(?:{PEOPLES})族?)+自治[区州县旗]$")
SUFFIX = re.compile(r"^(.{2,}?)(?:特别行政区|自治[区州县旗]|地区|林区|新区|[省市区县盟])$")

# everyday words: they are a town only when its rank is said with them
ORDINARY = frozenset(
    "万年 上街 东区 东风 中方 中站 丰满 二道 互助 会东 会同 光明 公安"
    " 兴隆 分宜 前进 前锋 南部 友好 友谊 双塔 古城 台前 合作 同心 商城"
    " 回民 城东 城中 城北 城区 城西 复兴 多伦 大方 天桥 天涯 天等 安定"
    " 富裕 小店 工农 市中 市北 市南 平安 延长 当雄 政和 文成 新兴 来安"
    " 正定 比如 民权 江南 海港 温泉 港口 点军 矿区 站前 红旗 老城 西区"
    " 解放 资源 路北 路南 路桥 运河 进贤 通道 郊区 长子".split()
)


def short_name(name: str) -> str:
    """`name` as it is said without its rank; 易县 stays whole: two characters must be left."""
    for ending in (AUTONOMOUS, SUFFIX):
        if match := ending.match(name):
            return match[1]
    return name
