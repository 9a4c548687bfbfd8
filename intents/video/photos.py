"""Which photo is meant: quoted, sent by whom asks, named; somebody else's only when it is meant.

Photo and words are two messages of a group in which others talk, so this reads both together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intents.dialogue import Choice, Dialogue, Photo, Question, Sent, photo_key, quoted_key
from intents.video import wording

DIGITS = "一二三四五六七八九"
MOST = len(DIGITS)  # as many as WeChat sends at once
PLACE = re.compile(r"(?P<back>倒数)?第(?P<n>[1-9一二三四五六七八九])张")
FIRST = re.compile(r"(?:前面|前边|先发|前头)(?:的?那|的)?一?张|头一张|最早(?:的|那)?一?张")
LAST = re.compile(r"(?:最后|后面|后边|后发|最新)(?:的?那|的)?一?张")
THIS = re.compile(r"这(?:一?[张幅]|个?(?:照片|图|相片))")
THAT = re.compile(r"那(?:一?[张幅]|个?(?:照片|图|相片))|刚才的?(?:照片|图)|刚发的")
ABOVE = re.compile(r"(?:上面|上边|楼上|上头)的?(?:[那这])?(?:一?[张幅]|个?(?:照片|图|相片))")
KIN = (
    "妈妈", "爸爸", "奶奶", "爷爷", "外婆", "外公", "姥姥", "姥爷", "哥哥", "姐姐", "弟弟", "妹妹",
    "叔叔", "阿姨", "舅舅", "姑姑",
)  # fmt: skip
WHEN = "(?:刚才|刚刚|刚|早上|上午|中午|下午|晚上|之前)?"
SENT = rf"{WHEN}(?:(?:发|拍|传|晒)的|的?[那这]一?[张幅])"  # 妈妈那张, 妈妈刚才发的
OF = r"的(?:照片|图|相片)"  # 妈妈的照片: sent by her, or of her


@dataclass(frozen=True, slots=True)
class Meant:
    """The photo that is to move, and the key under which it is kept; `drawn`: by 小爱 herself."""

    key: str
    photo: Photo
    drawn: bool = False


def find(dialogue: Dialogue, words: str) -> Meant | Question | None:
    """The photo that `words` mean, one question when several fit, None when none is in reach."""
    ask = dialogue.ask
    if ask.quote and ask.quote.photos:
        keyed = [Meant(quoted_key(ask.id, i), it) for i, it in enumerate(ask.quote.photos)]
        return keyed[_place(words, len(keyed))]
    if ask.photos:
        keyed = [Meant(photo_key(ask.id, i), it) for i, it in enumerate(ask.photos)]
        return keyed[_place(words, len(keyed))]
    near = dialogue.photos()
    of_others = [it for it in near if it.turn.sender != ask.sender and not it.turn.mine]
    own = [it for it in near if it.turn.sender == ask.sender]
    if named := _named(words, of_others, weak=not own):
        return _meant(named[_place(words, len(named))])
    if _points_up(dialogue, words, near):
        return _meant(near[-1])
    if _drawn_last(near, own):
        return _meant(next(it for it in reversed(near) if it.turn.mine))
    if own:
        return _own(dialogue, words, own)
    pointed = near and (THIS.search(words) or THAT.search(words) or _told_place(words))
    return _meant(near[_place(words, len(near))]) if pointed else None


def _drawn_last(near: Sequence[Sent], own: Sequence[Sent]) -> bool:
    """Whether she has drawn something since whom asks has sent a photo."""
    shown = [it for it in near if it.turn.mine or it in own]
    return bool(shown) and shown[-1].turn.mine


def _own(dialogue: Dialogue, words: str, own: Sequence[Sent]) -> Meant | Question:
    """One of the asker's own: those that have not been moved yet come first."""
    told = _told_place(words)
    moved = [it for it in dialogue.done if it.sender == dialogue.ask.sender and "photo" in it.kept]
    fresh = [it for it in own if not moved or it.turn.at > moved[-1].at]
    if not fresh and not told:
        used = [it for it in own if it.key == moved[-1].kept["photo"]]
        return _meant((used or own)[-1])
    fitting = list(fresh or own)[-MOST:]
    just_now = THIS.search(words) and dialogue.turns[-2:-1] == (fitting[-1].turn,)
    if told or just_now or len(fitting) == 1:
        return _meant(fitting[_place(words, len(fitting))])
    return _which(dialogue, fitting)


def _which(dialogue: Dialogue, fitting: Sequence[Sent]) -> Question:
    """第几张？ in the order of the pictures; silence means the last."""

    def label(i: int, it: Sent) -> str:
        minutes = int((dialogue.ask.at - it.turn.at).total_seconds() // 60)
        ago = wording.AGO.format(minutes=minutes) if minutes else wording.JUST_NOW
        return wording.NUMBERED.format(n=DIGITS[i], ago=ago)

    choices = tuple(Choice(label(i, it), it.key) for i, it in enumerate(fitting))
    return Question(wording.WHICH, "picture", choices, default=len(choices) - 1, after_s=60)


def _points_up(dialogue: Dialogue, words: str, near: Sequence[Sent]) -> bool:
    """Whether the words point at the room's last photo, whoever sent it."""
    if not near:
        return False
    right_after = dialogue.turns[-2:-1] == (near[-1].turn,)
    return bool(ABOVE.search(words) or (THIS.search(words) and right_after))


def _named(words: str, photos: Sequence[Sent], *, weak: bool) -> list[Sent]:
    """The photos whose sender is named as such; 妈妈的照片 may only show her, so that is `weak`."""
    tail = f"(?:{SENT}|{OF})" if weak else SENT
    photos = [it for it in photos if it.turn.name.strip()]
    names = {it.turn.name for it in photos}
    called = {name: _called(name, names) for name in names}
    return [it for it in photos if re.search(called[it.turn.name] + tail, words)]


def _called(name: str, names: set[str]) -> str:
    """What people call somebody, as a pattern: 小明妈妈 is 妈妈 where nobody else is."""
    ways = [re.escape(name)]
    for kin in KIN:
        if kin in name and sum(kin in other for other in names) == 1:
            ways += [kin, f"(?:我|咱|老){kin[0]}"]
    return f"(?:{'|'.join(ways)})"


def _told_place(words: str) -> bool:
    return bool(PLACE.search(words) or FIRST.search(words) or LAST.search(words))


def _place(words: str, count: int) -> int:
    """The index that the words tell, within `count`; the last when they tell none."""
    if FIRST.search(words):
        return 0
    found = PLACE.search(words)
    if not found:
        return count - 1
    n = int(found["n"]) if found["n"].isdigit() else DIGITS.index(found["n"]) + 1
    return max(0, count - n) if found["back"] else min(n, count) - 1


def _meant(sent: Sent) -> Meant:
    return Meant(sent.key, sent.photo, drawn=sent.turn.mine)
