"""Names a family uses for its own places: 我家, 家里 and 咱家 are one and the same."""

import re

HOME, WORK = "家", "公司"

WHOSE = re.compile(r"^(?:我们|咱们|咱|俺|我|自己)的?(?=.)")
ABOUT = re.compile(
    r"(?<=.)(?:里面|里头|里边|里|中|那里|那边|那儿|这里|这边|这儿|附近|旁边|边上|周边|周围|门口|楼下|一带)$"
)
FROM = re.compile(
    r"^(?:那|就)*(?:我们?|咱们?|俺)?(?:现在|目前|人|就|(?:家|屋头?)(?=[在是]))*"
    r"(?:(?:在|是|想?去|到)(?=..|家$)|(?:从|由)(?!化|江)(?=..|家$))"
)
TAIL = re.compile(
    r"[\s，,。.？?！!～~]+$|(?<=..)(?:这里|那里|那儿)?(?:出发|走|开始|过去|回来|回去)$"
    r"|(?<=..)(?<![网酒咖水茶书氧陶餐迪清画])[吧呢呀啊哦嘛哈噻]$"
)
BESIDE = re.compile(r"(?<=..)的?(?:附近|旁边|边上|周边|周围|一带|那边|那儿|那里|这边)$")
ANY = re.compile(
    r"^(?:离[我这家]?)?(?:最近|附近最近|附近|就近|周边)的(?:一[个家处])?(?P<kind>.{2,})$"
)
SAME = {
    **dict.fromkeys(("屋", "屋头", "自家", "住处", "住的地方", "家住的地方", "家庭住址"), HOME),
    **dict.fromkeys(("单位", "办公室", "上班的地方", "上班那儿", "班上"), WORK),
}
HERE = re.compile(
    r"[这此]|(?:这|此|本)?(?:里|儿|边|地|块儿?)|附近|周围|周边|旁边|边上|就近"
    r"|(?:现在|当前|目前|所在)?的?(?:位置|地方|所在地|定位)|现在"
)
KIN = (
    r"(?:大|二|三|四|小|老)?(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|爸爸?|妈妈?|爸妈|父母|叔叔?|伯伯|姑姑?"
    r"|姑妈|舅舅?|舅妈|阿?姨|姨妈|哥哥?|姐姐?|弟弟?|妹妹?|儿子|女儿|闺女|婆婆|公公|岳父|岳母"
    r"|丈母娘|婆家|娘家)"
)
OURS = re.compile(rf"家|老家|公司|娘家|婆家|{KIN}(?:的?(?:家|公司|单位))")


def canonical(words: str) -> str:
    """The one name for what is meant, to look it up by: 我家里 → 家, 我们单位 → 公司."""
    name = WHOSE.sub("", _bare(words))
    shorter = ABOUT.sub("", name)
    return SAME.get(shorter, shorter) or name


def plain(words: str) -> str:
    """The words as the map is asked for them: without 附近 behind and signs at the end."""
    return BESIDE.sub("", _bare(words))


def is_here(name: str) -> bool:
    """Whether it means where the person is, which nobody here can see."""
    return HERE.fullmatch(name) is not None


def any_of(words: str) -> str | None:
    """The kind of place, where any near one will do: 最近的地铁站 → 地铁站."""
    found = ANY.match(_bare(words))
    return found["kind"] if found else None


def is_ours(name: str) -> bool:
    """Whether only the family itself can know where that is: 家, 奶奶家."""
    return OURS.fullmatch(name) is not None


def _bare(words: str) -> str:
    """Without what an answer has around a name: 从公司出发吧 → 公司."""
    name = words.strip()
    while (shorter := TAIL.sub("", name)) != name:
        name = shorter
    return FROM.sub("", name)
