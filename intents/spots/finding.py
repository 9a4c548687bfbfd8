"""From the words of a family to a spot on the map: 家, 第二个, 那家火锅店, 杭州东站.

the list just told ──▶ saved places ──▶ what only the family knows: ask ──▶ the map
"""

import asyncio
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from intents.base import Tools
from intents.dialogue import Choice, Dialogue, Question
from intents.spots import names, wording
from intents.spots.bias import NATION, city_named
from intents.spots.listed import BRANCH, Listed, listed, pack, pick, spot_of, unpack_spot
from intents.tools.maps import MapNotFound, Maps, Place, Spot
from intents.tools.towns import preload

OFFERED = "offered"
CITY = "城市"  # the name under which a room may have said where it lives
MOST_CHOICES = 5
PATIENCE_S = 300  # a wish whose question nobody answers is dropped
NEARBY = 5_000  # metres
ALIKE = 2 / 3  # so much of what was said must stand in a place's name


@dataclass(frozen=True, slots=True)
class Unclear:
    """What must be asked, and the spots that are offered: the answer needs no other look-up."""

    question: Question
    offered: Mapping[str, Spot] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As JSON, for the turn that answers."""
        return {OFFERED: {words: pack(spot) for words, spot in self.offered.items()}}


Found = Spot | Unclear


def ask(text: str, slot: str, choices: Iterable[str] = ()) -> Unclear:
    """A question that takes any words; silence is no answer to it."""
    options = tuple(Choice(it, it) for it in dict.fromkeys(choices))[:MOST_CHOICES]
    where = slot != "keyword"
    told = Question(text, slot, options, default=None, after_s=PATIENCE_S, open=True, place=where)
    return Unclear(told)


def offer(text: str, slot: str, spots: Mapping[str, Spot]) -> Unclear:
    """The same with spots to choose from."""
    return replace(ask(text, slot, spots), offered=spots)


@dataclass(frozen=True, slots=True)
class Finder:
    """What is known in one room of where things are, and the map for the rest."""

    maps: Maps
    saved: Mapping[str, str] = field(default_factory=dict)  # by the one name of each
    told: Listed | None = None
    city: str = ""
    offered: Mapping[str, Spot] = field(default_factory=dict)

    @classmethod
    async def of(cls, dialogue: Dialogue, tools: Tools, maps: Maps) -> "Finder":
        await asyncio.to_thread(preload)  # the table of towns is read from disk, once
        places = await tools.notebook.places(dialogue.ask) if tools.notebook else {}
        city = places.pop(CITY, "") or tools.home.city
        saved = {names.canonical(name): address for name, address in places.items()}
        return cls(maps, saved, listed(dialogue), city, _offered(dialogue))

    async def find(self, words: str, slot: str, *, beside: str = "") -> Found:
        """The spot that is meant, or the one question that will tell it, to fill `slot`.

        `beside`: words or a city that tell where to look when `words` do not.
        Raises MapError when the map does not answer.
        """
        if words in self.offered:
            return self.offered[words]
        name = names.plain(words)
        if self.told and (meant := pick(name, self.told)):
            return self._of_list(meant, self.told, slot)
        ours = names.canonical(words)
        if names.is_here(ours):
            return ask(wording.HERE, slot)
        if address := self.saved.get(ours):
            return await self._saved(ours, address, slot)
        if names.is_ours(ours):
            return ask(wording.OURS.format(name=ours), slot)
        return await self._on_map(name, slot, beside)

    async def nearest(self, kind: str, start: Spot, slot: str) -> Found:
        """The nearest place of a kind, where somebody asks the way to any: 最近的地铁站."""
        places = await self._around(kind, start)
        if not places:
            return ask(wording.NONE_NEAR.format(start=shown(start.name), kind=shown(kind)), slot)
        place = min(places, key=lambda it: math.inf if it.metres is None else it.metres)
        return Spot(place.name, place.at, city=start.city, citycode=start.citycode)

    def _of_list(self, meant: tuple[Place, ...], told: Listed, slot: str) -> Found:
        if len(meant) == 1:
            return spot_of(meant[0], told)
        spots = {place.name: spot_of(place, told) for place in meant}
        return offer(wording.WHICH_LISTED, slot, spots)

    async def _saved(self, name: str, address: str, slot: str) -> Found:
        spots = await self._located(address, city_named(address, self.city) or self.city)
        if not spots:
            return ask(wording.LOST.format(name=shown(name)), slot)
        return replace(spots[0], name=name)

    async def _on_map(self, name: str, slot: str, beside: str) -> Found:
        spots, places = await self._looked_up(name, beside)
        for place in places:
            if _is_called(name, place):
                return Spot(place.name, place.at)
        towns = _by_town([s for s in spots if s.exact] or spots, self.city)
        if len(towns) == 1 and towns[0].exact:
            return replace(towns[0], name=name)
        if not towns and not places:
            return ask(wording.MISSING.format(name=shown(name)), slot)
        offered = {_whole_name(spot, name): spot for spot in towns}
        offered = {whole: replace(spot, name=whole) for whole, spot in offered.items()}
        offered |= {place.name: Spot(place.name, place.at) for place in places}
        words = wording.LIKE if places else wording.WHICH
        return offer(words.format(name=shown(name)), slot, offered)

    async def _looked_up(self, name: str, beside: str) -> tuple[list[Spot], list[Place]]:
        """Where it says it is, else nearby, and by what it is called; at last anywhere."""
        told = city_named(name, self.city)
        city = told
        if city is None:
            city = city_named(beside, self.city) or self.city
        spots = await self._located(name, city)
        if any(spot.exact for spot in spots) or not city:
            return spots, []
        if places := await self._called(name, city):
            return spots, places
        return spots or ([] if told else await self._located(name, NATION)), []

    async def _around(self, kind: str, start: Spot) -> list[Place]:
        try:
            return await self.maps.around(kind, start.at, metres=NEARBY)
        except MapNotFound:
            return []

    async def _located(self, address: str, city: str) -> list[Spot]:
        try:
            return await self.maps.locate(address, city)
        except MapNotFound:
            return []

    async def _called(self, name: str, city: str) -> list[Place]:
        """Shops and sights with such a name, which have no address of their own."""
        try:
            places = await self.maps.search(name, city)
        except MapNotFound:
            return []
        return [place for place in places if _alike(name, place.name)]


def _offered(dialogue: Dialogue) -> dict[str, Spot]:
    """The spots that the room was asked to choose from last."""
    done = dialogue.last()
    offered = done.kept.get(OFFERED) if done else None
    return {words: unpack_spot(spot) for words, spot in (offered or {}).items()}


def shown(name: str, most: int = 16) -> str:
    """A name short enough for a sentence."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _is_called(said: str, place: Place) -> bool:
    """Whether that is its name: 新华书店 is 新华书店(解放路店), but 东京 is not 东京料理."""
    name = BRANCH.sub("", place.name)
    return said in (place.name, name) or (len(said) >= 3 and name.endswith(said))


def _alike(said: str, name: str) -> bool:
    return sum(letter in name for letter in said) >= ALIKE * len(said)


def _by_town(spots: list[Spot], home: str) -> list[Spot]:
    """One spot a town, the best first; where one is at home, nobody means the others."""
    towns: dict[tuple[str, str], Spot] = {}
    for spot in spots:
        towns.setdefault((spot.province, spot.city or spot.district), spot)
    near = [spot for spot in towns.values() if home and spot.city.startswith(home)]
    return near or list(towns.values())


def _whole_name(spot: Spot, name: str) -> str:
    """The name with enough around it to mean nothing else: 北京市朝阳区."""
    area = "".join(dict.fromkeys((spot.province, spot.city, spot.district)))
    return area if name in (spot.district or spot.city) else area + name
