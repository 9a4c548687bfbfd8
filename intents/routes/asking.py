"""Asking the map for a way: one that was named, or several at once to choose from."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from intents.errors import NotAllowed
from intents.routes import wording
from intents.routes.ways import WALKS, WAYS, by_distance, sensible, street
from intents.tools.maps import MapError, MapNotFound, Maps, Route, Spot, Way

OTHERS_S = 2.5  # so long the ways that nobody asked for may take


@dataclass(frozen=True, slots=True)
class Told:
    """The way to tell, other ways beside it, and the way that was wished for but leads nowhere."""

    route: Route
    others: tuple[Route, ...] = ()
    instead_of: Way | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """From here to there, and the map that knows the ways."""

    maps: Maps
    start: Spot
    end: Spot

    async def by(self, way: Way) -> Told:
        """The way that was named; where it leads nowhere, how to drive there.

        Raises MapError when the map does not answer, NotAllowed when there is no way at all.
        """
        try:
            return Told(await self._route(way))
        except MapNotFound as error:
            if way == "驾车":
                raise NotAllowed(str(error), say=wording.NO_WAY) from error
        try:
            return Told(await self._route("驾车"), instead_of=way)
        except MapNotFound as error:
            raise NotAllowed(str(error), say=wording.NO_WAY) from error

    async def as_suits(self, wanted: Way | None, habit: Way) -> Told:
        """The way that suits, `wanted` where it is sensible, and the others beside it."""
        metres = street(self.start.at, self.end.at)
        if wanted and not sensible(wanted, metres):
            wanted = None
        likely = {wanted, habit} if metres > WALKS else {wanted}
        ways = [way for way in WAYS if sensible(way, metres) or way in likely]
        found = await self._several(ways)
        walked = found.routes.get("步行") or found.routes.get("骑行")
        best = wanted or by_distance(walked.metres if walked else metres, habit)
        if best not in found.routes and best not in found.errors:
            return await self.by(best)  # it was too slow to be one of several
        return _chosen(best, habit, found)

    async def _several(self, ways: list[Way]) -> "_Found":
        """What the map tells within a moment; one way's failure is not another's."""
        found = _Found()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._note(way, found)) for way in ways]
            _, late = await asyncio.wait(tasks, timeout=OTHERS_S)
            for task in late:
                task.cancel()
        return found

    async def _note(self, way: Way, found: "_Found") -> None:
        try:
            found.routes[way] = await self._route(way)
        except MapError as error:
            found.errors[way] = error

    async def _route(self, way: Way) -> Route:
        return await self.maps.route(way, self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Found:
    routes: dict[Way, Route] = field(default_factory=dict)
    errors: dict[Way, MapError] = field(default_factory=dict)


def _chosen(best: Way, habit: Way, found: _Found) -> Told:
    """The best of what was found, told with the others."""
    order = dict.fromkeys((best, habit, "公交", "驾车", "骑行", "步行"))
    way = next((way for way in order if way in found.routes), None)
    if way is None:
        raise _why(found.errors, best)
    others = tuple(
        route
        for other, route in sorted(found.routes.items(), key=lambda pair: WAYS.index(pair[0]))
        if other != way and sensible(other, route.metres)
    )
    nowhere = isinstance(found.errors.get(best), MapNotFound)
    return Told(found.routes[way], others, best if nowhere else None)


def _why(errors: Mapping[Way, MapError], best: Way) -> Exception:
    error = errors[best]
    if isinstance(error, MapNotFound):
        return NotAllowed(str(error), say=wording.NO_WAY)
    return error
