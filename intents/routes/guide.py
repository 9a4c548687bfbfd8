"""From a wish to a way: find both ends, ask for what is missing, choose the way, tell it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

from intents.base import Tools
from intents.dialogue import Dialogue, Keep, Reply, Text
from intents.routes import wording
from intents.routes.asking import Trip
from intents.routes.telling import tell
from intents.routes.ways import crow, remembered
from intents.routes.wish import End, Wish, is_home, lists_newer, own_before
from intents.spots import names
from intents.spots.finding import Finder, Found, Unclear, ask, offer
from intents.spots.listed import pick, spot_of
from intents.spots.names import HOME
from intents.tools.maps import Maps, Spot

SAME_SPOT = 30  # metres
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Guide:
    """Answers one wish for a way in one room."""

    dialogue: Dialogue
    tools: Tools
    maps: Maps

    async def show(self, wish: Wish) -> Reply:
        """The way and what it leaves to go on from, or one question. Raises MapError."""
        finder = await Finder.of(self.dialogue, self.tools, self.maps)
        there = wish.destination or self._spoken_of(finder)
        if there is None:
            return _asked(self._where_to(finder), wish)
        if (here := wish.origin or self._usual_start(finder, there)) is None:
            return _asked(_where_from(finder, there), wish)
        start, end = await _ends(finder, here, there)
        known = _with_what_is_known(wish, start, end)
        if isinstance(start, Unclear):
            return _asked(start, known)
        if isinstance(end, Unclear):
            return _asked(end, known)
        return await self._way(known, start, end)

    async def _way(self, wish: Wish, start: Spot, end: Spot) -> Reply:
        kept = Keep(replace(wish, pending=False).kept())
        if crow(start.at, end.at) < SAME_SPOT:
            words = wording.THERE_ALREADY.format(start=start.name, end=end.name)
            return (Text(words), kept)
        trip = Trip(self.maps, start, end)
        if wish.named:
            told = await trip.by(wish.named)
        else:
            told = await trip.as_suits(remembered(self.dialogue), self.tools.home.habit)
        return (Text(tell(told, start, end)), kept)

    def _usual_start(self, finder: Finder, destination: End) -> End | None:
        """Where one starts when nobody says: at home, else where one's last way started."""
        before = own_before(self.dialogue)
        if is_home(destination):
            return before.origin if is_home(before.destination) else before.destination
        if HOME in finder.saved:
            return HOME
        last = before.origin if not _was_forgotten(finder, before.origin) else None
        return _middle_of_list(finder, destination) or last

    def _spoken_of(self, finder: Finder) -> End | None:
        """The place just told, where it was one."""
        told = finder.told
        if told is None or not lists_newer(self.dialogue) or len(told.pointed_at) > 1:
            return None
        return spot_of(told.pointed_at[0], told)

    def _where_to(self, finder: Finder) -> Unclear:
        """Where to: one of the places just told, or any other."""
        if finder.told and lists_newer(self.dialogue):
            spots = {place.name: spot_of(place, finder.told) for place in finder.told.places}
            return offer(wording.WHICH_ONE, "destination", spots)
        return ask(wording.WHERE_TO, "destination")


async def _ends(finder: Finder, here: End, there: End) -> tuple[Found, Found]:
    """Both ends, at once where neither needs the other."""
    if isinstance(there, str) and (kind := names.any_of(there)):
        start = await _find(finder, here, "origin", "")
        if isinstance(start, Unclear):
            return start, start
        return start, await finder.nearest(kind, start, "destination")
    return await _both(
        _find(finder, here, "origin", there), _find(finder, there, "destination", here)
    )


async def _find(finder: Finder, end: End, slot: str, other: End) -> Found:
    if isinstance(end, Spot):
        return end
    return await finder.find(end, slot, beside=other if isinstance(other, str) else other.city)


def _was_forgotten(finder: Finder, end: End | None) -> bool:
    """A place of the family's own that is kept no longer must not come back."""
    name = names.canonical(end.name if isinstance(end, Spot) else end or "")
    return names.is_ours(name) and name not in finder.saved


def _middle_of_list(finder: Finder, destination: End) -> Spot | None:
    """Around where the goal was found, when it was listed."""
    name = destination.name if isinstance(destination, Spot) else names.plain(destination)
    return finder.told.near if finder.told and pick(name, finder.told) else None


def _where_from(finder: Finder, destination: End) -> Unclear:
    """From where: one of the family's places, or any other."""
    known = (name for name in finder.saved if name != destination)
    return ask(wording.WHERE_FROM, "origin", known)


def _asked(unclear: Unclear, wish: Wish) -> Reply:
    """The question, and the wish it belongs to: its answer fills in one slot only."""
    question = unclear.question
    kept = {**replace(wish, pending=True).kept(), question.slot: None, **unclear.kept()}
    return (question, Keep(kept))


def _with_what_is_known(wish: Wish, start: Found, end: Found) -> Wish:
    return replace(
        wish,
        origin=start if isinstance(start, Spot) else wish.origin,
        destination=end if isinstance(end, Spot) else wish.destination,
    )


async def _both(one: Awaitable[T], other: Awaitable[T]) -> tuple[T, T]:
    """Both at once; both have ended when one's error is raised."""
    ended = await asyncio.gather(one, other, return_exceptions=True)
    for result in ended:
        if isinstance(result, BaseException):
            raise result
    first, second = (result for result in ended if not isinstance(result, BaseException))
    return first, second
