"""What a map can tell, and who can tell it: spots, routes, places to go. Coordinates are GCJ-02.

MapError             nothing came of it; `say` tells the family why in plain words
├── MapNotFound      the address or the way does not exist: ask, or say so
├── MapBusy          the day's quota is spent, or the server is overrun
└── MapNeedsOwner    the key does not open the door: nothing helps until the owner acts
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from intents.errors import IntentError

Way = Literal["步行", "骑行", "驾车", "公交"]
Point = tuple[float, float]  # longitude, latitude


class MapError(IntentError):
    """The map did not answer, or not with an answer."""


class MapNotFound(MapError):
    """There is no such address, or no way there."""


class MapBusy(MapError):
    """It may work later."""


class MapNeedsOwner(MapError):
    """Only the owner can mend it. `code` is the provider's own word for why."""

    def __init__(self, log: str, *, say: str | None = None, code: str = "") -> None:
        super().__init__(log, say=say)
        self.code = code


@dataclass(frozen=True, slots=True)
class Spot:
    """An address found: `exact` is False when only a village or a town of that name was found."""

    name: str
    at: Point
    province: str = ""
    city: str = ""
    district: str = ""
    citycode: str = ""
    adcode: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a way, as it is told: "坐1号线，从龙翔桥到湖滨，4站"."""

    text: str
    metres: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One way there. Money in yuan; None where the map says nothing of it."""

    way: Way
    metres: int
    seconds: int
    legs: tuple[Leg, ...] = ()
    fare: float | None = None  # public transport
    tolls: float | None = None
    taxi: float | None = None
    walk_metres: int = 0
    changes: tuple[str, ...] = ()  # stations where one changes


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go. `metres` from where was asked, None in a search by city."""

    name: str
    at: Point
    address: str = ""
    area: str = ""
    rating: float | None = None
    cost: float | None = None  # yuan a head
    metres: int | None = None
    phone: str = ""
    hours: str = ""


class Maps(Protocol):
    """One map provider. Every call ends within its deadline or raises MapError."""

    async def locate(self, address: str, city: str = "") -> list[Spot]:
        """The spots of that address, best first; MapNotFound when there is none."""

    async def route(self, way: Way, start: Spot, end: Spot) -> Route:
        """The best way there."""

    async def search(self, keyword: str, city: str, *, most: int = 5) -> list[Place]:
        """Places of a city, best first; empty when there is none."""

    async def around(
        self, keyword: str, at: Point, *, metres: int = 3000, most: int = 5
    ) -> list[Place]:
        """Places around a spot; empty when there is none."""
