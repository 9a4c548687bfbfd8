"""From a search to places: find the middle, ask the map, widen once, leave out what was told."""

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from intents.base import Tools
from intents.dialogue import Dialogue, Keep, Reply, Text
from intents.errors import NotAllowed
from intents.places import wording
from intents.places.kinds import wider
from intents.places.search import Search
from intents.places.telling import tell
from intents.spots.finding import Finder, Unclear, ask, shown
from intents.spots.listed import Listed, pack
from intents.spots.names import HOME
from intents.tools.maps import MapNotFound, Maps, Place, Spot
from intents.tools.towns import find_towns

MOST = 5
ASKED = 25  # for once, so that 还有吗 needs no second question
NEAR, FAR = 3_000, 10_000  # metres


@dataclass(frozen=True, slots=True)
class _Area:
    """Where is looked: around a spot, or in a city."""

    spot: Spot | None = None
    city: str = ""


@dataclass(frozen=True, slots=True)
class Scout:
    """Answers one search of one room."""

    maps: Maps
    finder: Finder

    @classmethod
    async def of(cls, dialogue: Dialogue, tools: Tools, maps: Maps) -> "Scout":
        return cls(maps, await Finder.of(dialogue, tools, maps))

    async def show(self, search: Search) -> Reply:
        """Up to five places not told yet, or one question. Raises MapError, NotAllowed."""
        if search.keyword is None:
            return (ask(wording.WHAT, "keyword").question, Keep(search.kept()))
        area = await self._area(search)
        if isinstance(area, Unclear):
            return (area.question, Keep({**search.kept(), "near": None, **area.kept()}))
        head, places = await self._found(search.keyword, area, search)
        if search.nearest:
            places.sort(key=lambda place: math.inf if place.metres is None else place.metres)
        told = places[:MOST]
        seen = (*search.seen, *map(_key, told))
        kept = replace(search, near=area.spot, city=area.city, seen=seen).kept()
        text = tell(head, told, hint=not search.seen)
        return (Text(text), Keep({**kept, "places": [pack(place) for place in told]}))

    async def _area(self, search: Search) -> _Area | Unclear:
        near = search.near or (self._where_one_is() if search.nearby else None)
        if isinstance(near, str) and (town := _town(near)):
            return _Area(city=town)
        if isinstance(near, str):
            found = await self.finder.find(near, "near", beside=search.city)
            return found if isinstance(found, Unclear) else _Area(found)
        if near:
            return _Area(near)
        if city := search.city or ("" if search.nearby else self.finder.city):
            return _Area(city=city)
        if HOME in self.finder.saved and not search.nearby:
            return await self._area(replace(search, near=HOME))
        return ask(wording.WHERE_ABOUT, "near", (it for it in self.finder.saved if it != HOME))

    def _where_one_is(self) -> str | Spot | None:
        """For 附近 alone: home, else where was looked last."""
        if HOME in self.finder.saved:
            return HOME
        return self.finder.told.near if self.finder.told else None

    async def _found(self, keyword: str, area: _Area, search: Search) -> tuple[str, list[Place]]:
        """What is told first, and the places; NotAllowed when there are none."""
        places: list[Place] = []
        for wide in (False, True):
            with suppress(MapNotFound):
                places = _new(await self._asked(keyword, area, wide), search.seen)
            if places:
                return _head(keyword, area, wide, bool(search.seen)), places
        say = _none(keyword, area, bool(search.seen))
        raise NotAllowed(f"nothing found, {len(search.seen)} told before", say=say)

    async def _asked(self, keyword: str, area: _Area, wide: bool) -> list[Place]:
        if area.spot is None:
            word = wider(keyword) if wide else keyword
            if wide and word == keyword:
                return []
            return await self.maps.search(word, area.city, most=ASKED)
        metres = FAR if wide else NEAR
        return await self.maps.around(keyword, area.spot.at, metres=metres, most=ASKED)


def kept_of(told: Listed, meant: int | None) -> dict[str, Any]:
    """The same list once more, for the turns after this one; `meant` is the one spoken of."""
    return {
        "keyword": told.keyword,
        "near": told.near and pack(told.near),
        "city": told.city,
        "seen": [*told.seen],
        "places": [pack(place) for place in told.places],
        "meant": meant,
    }


def _new(places: list[Place], seen: tuple[str, ...]) -> list[Place]:
    return [place for place in places if _key(place) not in seen]


def _key(place: Place) -> str:
    """What one place is known by: two shops of one name stand at two spots."""
    return f"{place.name}@{place.at[0]:.4f},{place.at[1]:.4f}"


def _town(near: str) -> str:
    """The city, where the words are nothing but its name; empty otherwise."""
    for mention in find_towns(near):
        town = mention.towns[0]
        if mention.said == near and town.adcode.endswith("00"):
            return town.name
    return ""


def _head(keyword: str, area: _Area, wide: bool, more: bool) -> str:
    if more:
        return wording.MORE.format(keyword=shown(keyword))
    if area.spot is None:
        return wording.IN_CITY.format(city=area.city, keyword=shown(keyword))
    line = wording.FARTHER if wide else wording.AROUND
    return line.format(near=shown(area.spot.name), keyword=shown(keyword))


def _none(keyword: str, area: _Area, more: bool) -> str:
    if more:
        return wording.NO_MORE.format(keyword=shown(keyword))
    if area.spot is None:
        return wording.NONE_IN_CITY.format(city=area.city, keyword=shown(keyword))
    return wording.NONE.format(near=shown(area.spot.name), keyword=shown(keyword))
