"""换成狗 names nobody it is instead of: whom that means, where the words leave no doubt."""

import re

KINDS = (
    "熊猫|猫咪?|狗狗?|兔子?|松鼠|仓鼠|老鼠|猴子?|老虎|狮子|大象|长颈鹿|鹿|斑马|马|羊|牛|猪|狐狸|狼|熊"
    "|企鹅|鸭子?|鹅|鸡|鸽子|鹦鹉|孔雀|恐龙|金鱼|海豚|鲸鱼|乌龟|鸟|鱼|蝴蝶|蜜蜂|柯基|哈士奇|金毛",
    "爷爷|奶奶|外公|外婆|姥姥|姥爷|爸爸|妈妈|男孩|女孩|小孩|孩子|小朋友|宝宝|婴儿|姑娘|老人|男人|女人",
)
COUNT = r"[一两三四五几]?[只条头匹个位]"
LOOKS = r"(?:小|大|老|花|白|黑|橘|胖|可爱的|毛茸茸的|[白黑橘黄]色的)*"
THING = r"(?![路上戏奶肉蛋毛尾皮粮窝头耳仔舍圈缸汤孩])"  # 马路, 牛奶 and 熊孩子 are no animals
WHO = tuple(re.compile(rf"(?P<count>{COUNT})?{LOOKS}(?P<who>{kind}){THING}") for kind in KINDS)
JOINED = re.compile("[和跟与、]")


def swapped(text: str, new: str) -> str | None:
    """`text` about `new`, in place of the only one of that kind, or of who comes first.

    None where `new` is nobody, nobody like that is there, or it could be another.

    >>> swapped("一只小猫追蝴蝶", "狗")
    '一只狗追蝴蝶'
    """
    named = next((found for kind in WHO if (found := kind.fullmatch(new))), None)
    if named is None or not (there := list(named.re.finditer(text))):
        return None
    old = there[0]["who"]
    other = next((found for found in there if found["who"] != old), None)
    if other and (there[0].start() or JOINED.fullmatch(text[there[0].end() : other.start()])):
        return None

    def instead(found: re.Match[str]) -> str:
        if found["who"] != old:
            return found[0]
        count = "" if named["count"] else re.sub("[条头匹]$", "只", found["count"] or "")
        return count + new

    return named.re.sub(instead, text)
