"""Is it for 小爱? In a group she answers only when she is called or quoted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from intents.dialogue import Turn

SPACE = "\\s\u2005\u3000\u200b\ufeff"  # WeChat ends a mention with U+2005
PAUSE = f"[{SPACE}，,、：:；;。.！!？?～~…—-]"
GREETING = (
    "嘿|嗨|喂|哎|诶|欸|哈喽|你好|您好|早上好|早安|早|上午好|中午好|下午好|晚上好|晚安|再见|拜拜"
    "|谢谢你?|多谢|感谢|辛苦了?|请|麻烦|拜托|有请|hi|hey|hello"
)
PARTICLE = "[啊呀哇哦噢诶欸哎嘞]"  # "小爱啊，拍一段": how grandparents call
# What may follow the name at once: "小爱帮我拍" calls her, "小爱心" and "小爱画的真好" do not.
WISH = (
    "(?:(?:帮|请|给|你|您|能|可以|会|生成|制作|拍|画|做|再来|来一|来个|来段|把|让)(?!的|得|了|过)"
    "|在吗|在不在|在么|在嘛|早|午安|晚|谢谢|多谢|辛苦|再见|拜拜|我[想要们]|我家|咱们?|想[看要]"
    "|[再又]?[拍画做弄讲说][一个段]|快[点拍做来]|[别先]|不要|不用|算了|取消|听得?到|告诉|记[得住]|换"
    "|好了[吗没么]|还[要有]多久|再?[慢快长短大小亮暗近远]一?点|加速|放慢|加[个上字]|配[上个乐音]|以后都|循环|竖[屏版]"
    "|停(?![车电业])|救命|为[什啥]|几点|[怎什]么|今天|明天|后天|现在|有没有"
    # the exact words of bot/admin, alone; 忘记我 deletes, so for that she must clearly be called
    "|(?:状态|队列|暂停|继续|我的额度|谁用了多少)$|额度\\s*[@＠])"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether she is meant, and what is said without her name."""

    addressed: bool
    said: str


def listen(turn: Turn, names: Iterable[str]) -> Heard:
    """Judge one message of a room by `names`: her own and what else she is called."""
    text = turn.text.strip()
    if turn.mine:
        return Heard(False, text)
    name = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    mentioned, rest = _without_mention(text, name)
    called, rest = _without_call(rest, name)
    named = mentioned or called or turn.mentions_me
    bare = bool(turn.photos or (turn.voice and turn.voice.music))
    if bare and not rest and not named:
        return Heard(False, "")  # a photo or a song is kept in mind; what to do with it comes next
    quoted = bool(turn.quote and turn.quote.mine)
    return Heard(named or turn.private or quoted, rest)


def _without_mention(text: str, name: str) -> tuple[bool, str]:
    """Cut out every @ of her. A longer name that ends in U+2005 is somebody else's."""
    mention = rf"(?<![A-Za-z0-9])[@＠](?:{name})(?![^{SPACE}@＠]{{1,20}}\u2005)(?:同学)?"
    rest, count = re.subn(mention, " ", text, flags=re.IGNORECASE)
    if not count:
        return False, text
    return True, re.sub(f"^{PAUSE}+|[{SPACE}]+$", "", re.sub(r"[ \u2005]+", " ", rest))


def _without_call(text: str, name: str) -> tuple[bool, str]:
    """Cut off her name at the start when it calls her, a greeting before it included."""
    call = (
        rf"(?:(?P<hello>{GREETING}){PAUSE}*)?(?:{name})+(?:同学)?"
        rf"(?:{PARTICLE}?(?:{PAUSE}+|$)|(?={WISH}))"
    )
    if not (found := re.match(call, text, flags=re.IGNORECASE)):
        return False, text
    return True, text[found.end() :].strip() or found["hello"] or ""
