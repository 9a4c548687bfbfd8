"""What is looked for and where, with what the room said before: 还有吗, 西湖那边呢, 换成药店."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intents.dialogue import Dialogue, Done
from intents.places.kinds import kind
from intents.spots import names
from intents.spots.listed import PLACES, pack, unpack_spot
from intents.tools.maps import Spot

MORE = re.compile(
    r"还有|别的|其他|其它|另外|换[一几]?[家个批些下]|再[来推找]|更多|多来|下一页|不要这"
)
NEARBY = re.compile(
    r"附近|旁边|周边|周围|边上|就近|最近|近一?点|这边|这里|这儿|这块|楼下|门口|离[我家这]"
)
NEAREST = re.compile(r"最近|近一?点|就近")
ALONE = re.compile(r"[呢吧呀啊嘛\s，,。.！!？?]+$")  # who says 药店 and no more means one near by
THERE = re.compile(r"那附近|那[边儿里]|那(?:一带|周围|旁边)|^那")


@dataclass(frozen=True, slots=True)
class Search:
    """`near` in words or found already. `seen`: places told before, which are not told again.

    `nearby`: around where somebody is, who did not say where that is.
    """

    keyword: str | None = None
    near: str | Spot | None = None
    city: str = ""
    nearby: bool = False
    nearest: bool = False
    seen: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As JSON, for the turns that go on from here."""
        near = pack(self.near) if isinstance(self.near, Spot) else self.near
        return {"keyword": self.keyword, "near": near, "city": self.city, "seen": [*self.seen]}


def understand(dialogue: Dialogue, slots: Mapping[str, Any]) -> Search:
    """This turn's words, on top of the room's last search where they go on from there."""
    words = dialogue.ask.said or dialogue.ask.text
    near = slots["near"]
    here = near is not None and names.is_here(names.canonical(near))
    city = slots["city"] or ""
    now = Search(
        kind(_without(city, slots["keyword"])),
        None if here else near,
        city,
        nearby=here or NEARBY.search(words) is not None or ALONE.sub("", words) == slots["keyword"],
        nearest=NEAREST.search(words) is not None,
    )
    done = dialogue.last(PLACES)
    return _on_top(now, done, words) if done else now


def _without(city: str, keyword: str | None) -> str | None:
    """大理的民宿 is 民宿, in 大理."""
    named = re.match(rf"{re.escape(city)}市?的?(?=..)", keyword) if city and keyword else None
    return keyword[named.end() :] if keyword and named else keyword


def _on_top(now: Search, done: Done, words: str) -> Search:
    before = _before(done)
    same_kind = now.keyword in (None, before.keyword)
    if now.near is None and not now.city and (same_kind or THERE.search(words)):
        more = same_kind and MORE.search(words) is not None
        seen = before.seen if more else ()
        now = replace(now, near=before.near, city=before.city, seen=seen)
    return replace(now, keyword=now.keyword or before.keyword)


def _before(done: Done) -> Search:
    near = done.kept.get("near") or done.slots.get("near")
    return Search(
        done.kept.get("keyword") or kind(done.slots.get("keyword")),
        unpack_spot(near) if isinstance(near, Mapping) else near,
        done.kept.get("city") or done.slots.get("city") or "",
        seen=tuple(done.kept.get("seen", ())),
    )
