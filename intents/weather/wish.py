"""What is asked about the weather, with what an earlier question left open filled in.

"那明天呢", "上海呢", "要带伞吗" go on from the room's last 天气; a whole question of somebody else
stands for itself.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from intents.dialogue import Dialogue, Done, Keep

About = Literal["天气", "带伞", "穿衣"]
FRESH = timedelta(minutes=10)
MOST_PLACES = 3
LONGEST = 20
SPLIT = re.compile(r"[、，,;；]|还有|以及")
WEATHER = re.compile(r"天气|温|几度|多少度|预报|洗车|晒|雨|雪|伞|穿|冷|热|晴|阴|风|雾|空气")
PLAIN = re.compile(r"天气|气温|温度|几度|多少度|预报")
YES_OR_NO = re.compile(r"伞|[会有下要降].{0,3}[雨雪]|[雨雪].{0,2}[吗没不]|洗车|[晒晾][被衣]|适合")
WHEN = re.compile(r"什么时候|啥时候|何时|哪一?天|几号|多会儿")
NO_PLACE = re.compile(
    r"大?[今明后][天日儿]?(?:早上|上午|中午|下午|晚上)?|[这下]?(?:个?周末|(?:周|星期|礼拜)[一二三四五六日天]?)"
    r"|[这未来]*[几两三]天|现在|最近"
)
GOES_ON = re.compile(r"^(?:那|还|再|换|也)|呢[？?。]?$")


@dataclass(frozen=True, slots=True)
class Wish:
    """Words as they were said; `places` is empty when none was and none is meant."""

    places: tuple[str, ...]
    day: str | None
    about: About

    def keep(self, **more: Any) -> Keep:
        """What later turns may go on from."""
        return Keep({"place": "、".join(self.places), "day": self.day, "about": self.about, **more})


def understand(dialogue: Dialogue, place: str | None, day: str | None, about: About) -> Wish:
    """The wish, whole; `place` may name several."""
    before, said = dialogue.last("天气", within=FRESH), dialogue.ask.said
    if place and NO_PLACE.fullmatch(place):  # a small model's slip
        place, day = None, day or place
    if day is None and WHEN.search(said):
        day = "这几天"
    if about == "天气" and YES_OR_NO.search(said):
        about = "带伞"  # the kind of answer that begins with yes or no
    if before is None:
        return Wish(_places(place), day, about)
    kept = before.kept
    goes_on = bool(GOES_ON.search(said)) or not WEATHER.search(said)
    mine = before.sender == dialogue.ask.sender
    if goes_on and about == "天气" and not PLAIN.search(said):
        about = _about(kept) or about
    if day is None and (goes_on or (mine and about != "天气")):
        day = kept.get("day")
    if place is None and (goes_on or mine):
        place = kept.get("place")
    return Wish(_places(place), day, about)


def answers_home(dialogue: Dialogue) -> bool:
    """Whether this turn answers the question where the family lives."""
    before = dialogue.last("天气", within=FRESH)
    return (
        asking(before) == "home"
        and before is not None
        and before.sender == dialogue.ask.sender
        and not WEATHER.search(dialogue.ask.said)
    )


def asking(before: Done | None) -> str:
    """What the last answer had asked for in its turn."""
    return str(before.kept.get("asking", "")) if before else ""


def _about(kept: Any) -> About | None:
    told = kept.get("about")
    return told if told in ("天气", "带伞", "穿衣") else None


def _places(place: str | None) -> tuple[str, ...]:
    words = (part.strip()[:LONGEST] for part in SPLIT.split(place or ""))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_PLACES]
