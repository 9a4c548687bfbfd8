"""Places that were just recommended, and which of them 第二个 or 那家火锅店 means."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from intents.dialogue import Dialogue
from intents.tools.maps import Place, Spot

PLACES = "地点推荐"
WITHIN = timedelta(hours=2)  # somebody gets dressed before asking the way
DIGITS = "零一二三四五六七八九十"
COUNTED = re.compile(
    r"^(?:那|这|刚才|刚刚|上面|你说的?|推荐的?|的)*第\s*(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"\s*(?:个|家|处|间|座|条|所|项)|(?:^|的)最后(?:那|一)*(?:个|家|处|间|座)"
)
POINTED = re.compile(
    r"^(?:刚才|刚刚|上面|你)?(?:说|推荐|提到)?的?[那这](?:一)?(?:家|个|间|座|处|所)的?(?P<what>.*)$"
)
BRANCH = re.compile(r"[(（].*$")
THERE = re.compile(r"(?:刚才|刚刚)?那(?:里|儿|边|[个家](?:地方|店)?)|它|这[个家](?:地方|店)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """What was told last: the places by number, around which spot or in which city.

    `seen`: by what the places told so far are known, which are not told again.
    `meant`: the index of the one that was spoken of since.
    """

    places: tuple[Place, ...]
    keyword: str = ""
    near: Spot | None = None
    city: str = ""
    seen: tuple[str, ...] = ()
    meant: int | None = None

    @property
    def pointed_at(self) -> tuple[Place, ...]:
        """What 那家 means: the one just spoken of, else any of them."""
        return self.places if self.meant is None else (self.places[self.meant],)


def listed(dialogue: Dialogue) -> Listed | None:
    """The list that the room still has before its eyes."""
    for done in reversed(dialogue.done):
        if dialogue.ask.at - done.at > WITHIN:
            return None
        if done.intent == PLACES and done.kept.get("places"):
            return _read(done.kept)
    return None


def _read(kept: Mapping[str, Any]) -> Listed:
    return Listed(
        places=tuple(unpack_place(place) for place in kept["places"]),
        keyword=kept.get("keyword") or "",
        near=unpack_spot(kept["near"]) if kept.get("near") else None,
        city=kept.get("city", ""),
        seen=tuple(kept.get("seen", ())),
        meant=kept.get("meant"),
    )


def counted(words: str, count: int) -> int | None:
    """The index that 第二个 or 最后一家 means among `count`; -1 when there are not so many."""
    found = COUNTED.search(words)
    if not found:
        return None
    if not (digits := found["n"]):
        return count - 1
    n = int(digits) if digits.isdigit() else DIGITS.find(digits.replace("两", "二"))
    return n - 1 if 1 <= n <= count else -1


def pick(words: str, told: Listed) -> tuple[Place, ...]:
    """The places that these words may mean; none when they mean something else."""
    index = counted(words, len(told.places))
    if index is not None:
        return told.places if index < 0 else (told.places[index],)
    if THERE.fullmatch(words):
        return told.pointed_at
    pointed = POINTED.match(words)
    if not pointed:
        return tuple(place for place in told.places if _is_called(place, words, told.keyword))
    what = pointed["what"]
    if not what:
        return told.pointed_at
    if matching := tuple(place for place in told.places if what in place.name):
        return matching
    return told.places if what in told.keyword or told.keyword in what else ()


def _is_called(place: Place, words: str, keyword: str) -> bool:
    """海底捞 is 海底捞火锅(西湖店), but 西湖 is not 西湖文化广场."""
    name = BRANCH.sub("", place.name)
    if words == place.name:
        return True
    if len(words) < 2 or not name.startswith(words):
        return False
    rest = name.removeprefix(words)
    return not rest or rest in keyword or (keyword != "" and keyword in rest)


def spot_of(place: Place, told: Listed) -> Spot:
    """The place as an end of a way. What the map did not say of it, its surroundings do."""
    near = told.near
    return Spot(
        name=place.name,
        at=place.at,
        city=near.city if near else told.city,
        citycode=near.citycode if near else "",
    )


def pack(thing: Place | Spot) -> dict[str, Any]:
    """As JSON keeps it."""
    return asdict(thing)


def unpack_place(data: Mapping[str, Any]) -> Place:
    return Place(**_known(Place, data))


def unpack_spot(data: Mapping[str, Any]) -> Spot:
    return Spot(**_known(Spot, data))


def _known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """What this version knows of it; JSON has made a list of the point."""
    names = {field.name for field in fields(kind)}
    longitude, latitude = data["at"]
    return {k: v for k, v in data.items() if k in names} | {"at": (longitude, latitude)}
