"""What a changed prompt must keep of the stored one: its subject, and most of its words.

The subject is the head of the first sentence that is not about camera and light alone. That is a
guess from the writer's own order of things; a wish that names another subject lifts the check.
"""

import re
from typing import ClassVar

from pydantic import field_validator

from intents.making.prompt import FilmPrompt

LEAST_KEPT = 0.4  # of the words that carry meaning; a change of time or place leaves far more
CAMERA = re.compile(
    r"(?i)\b(shot|camera|dolly|pan|zoom|close-?up|angle|tracking|static|tilt|aerial|view)\b"
)
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
EMPTY = frozenset(
    "a an the and or of in on at to with from by for its it is are was be as into over under "
    "around through behind beside near while their his her this that these those there some one "
    "two three very slowly gently softly shot camera slow medium wide close long static dolly "
    "dolly-in pan zoom light lighting mood scene warm soft".split()
)
# what is said of a subject and is none: it may change, the subject may not
LOOKS = frozenset(
    "giant big small little tiny large old young elderly middle-aged fluffy furry cute adorable "
    "lovely happy cheerful playful black white red blue green yellow orange brown grey gray pink "
    "purple golden silver dark bright pale beautiful pretty smiling tall short round single lone "
    "chinese asian traditional wooden quiet busy narrow tabby plump chubby friendly curious "
    "colorful colourful glowing".split()
)
# 把A换成B: another subject may be what is wanted, unless A, or B alone, is about the rest
OTHER = re.compile(r"(?:把|将)(?P<old>[^，,。]{1,12}?)(?:换|改|变)[成为作](?P<new>[^，,。]{1,20})")
BECOMES = re.compile(r"(?:换|改|变)[成为作]?(?P<new>[^，,。]{1,20})")
REST = re.compile(
    r"晚|夜|白天|早|清晨|黄昏|傍晚|日[出落]|阳光|灯光|光线|雨|雪|雾|晴|阴|[春夏秋冬]|风格|画风|背景|场景|地方|环境|天"
    r"|海边|森林|城市|草原|院子|室内|室外|颜色|[红黄蓝绿白黑紫粉橙灰金银棕]色?的?$|镜头|景|角度|快|慢|动作|近|远|水彩|油画|卡通"
)


def replaces_subject(wish: str) -> bool:
    """Whether `wish` may put another subject in the old one's place."""
    if found := OTHER.search(wish):
        return not REST.search(found["old"])
    found = BECOMES.search(wish)
    return bool(found) and not REST.search(found["new"] if found else "")


def subject(prompt: str) -> tuple[str, ...]:
    """At most two words that name what `prompt` shows, the likelier one first."""
    sentences = [part for part in re.split(r"(?<=[.:;])\s+", prompt) if part]
    plain = [part for part in sentences if not CAMERA.search(part)]
    words = [word for word in _words((plain or sentences)[0]) if word not in LOOKS]
    return tuple(word for word in words if not word.endswith("ing"))[:2]


def broken(stored: str, wish: str, edited: str) -> str | None:
    """Why `edited` is no faithful change of `stored`, in English for the writer; None when it is.

    >>> broken("A fluffy panda eats bamboo.", "换成晚上", "A rainy street at night.")
    'the subject (panda) is gone: keep everything that the wish does not change'
    """
    new = {_stem(word) for word in _words(edited)}
    head = subject(stored)[:1]
    if head and _stem(head[0]) not in new and not replaces_subject(wish):
        return f"the subject ({head[0]}) is gone: keep everything that the wish does not change"
    old = {_stem(word) for word in _words(stored)}
    if old and len(old & new) / len(old) < LEAST_KEPT:
        return "too much is different: change only what the wish asks for, keep the other words"
    return None


class EditedPrompt(FilmPrompt):
    """A whole prompt that differs from `stored` only where `asked`, the change, wants it.

    As `wish` the change is held against it, too: no sunlight is left over at night.
    """

    stored: ClassVar[str] = ""
    asked: ClassVar[str] = ""

    @field_validator("prompt")
    @classmethod
    def faithful(cls, prompt: str) -> str:
        if wrong := broken(cls.stored, cls.asked, prompt):
            raise ValueError(wrong)
        return prompt


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in EMPTY]


def _stem(word: str) -> str:
    """Good enough to tell that panda and pandas, sit and sits are the same."""
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
