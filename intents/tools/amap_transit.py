"""Public transport as Amap plans it: bus, metro, trains and the walks between."""

from collections.abc import Iterator
from typing import Any

from intents.tools import wording
from intents.tools.amap_routes import SPEED, seconds_of
from intents.tools.fields import Fields, fields, items, number, text, whole
from intents.tools.maps import Leg, MapNotFound, Route

DAY_MINUTES = 24 * 60
SHORT_WALK = 30  # metres that are not worth a line


def transit_of(said: dict[str, Any]) -> Route:
    """The first plan; MapNotFound when there is none: too near, too far or too late at night."""
    route = fields(said, "route")
    plan = next(items(route, "transits"), None)
    if plan is None:
        raise MapNotFound("amap: no public transport", say=wording.NO_WAY)
    segments = [*items(plan, "segments")]
    stops = [stop for segment in segments for stop in _ends(segment)]
    metres = whole(plan.get("distance")) or whole(route.get("distance"))
    fee = number(fields(plan, "cost").get("transit_fee"))
    fee = number(plan.get("cost")) if fee is None else fee  # v3
    return Route(
        "公交",
        metres,
        seconds_of(plan) or round(metres / SPEED["公交"]),
        legs=tuple(leg for segment in segments for leg in _legs(segment)),
        fare=fee,
        taxi=number(fields(route, "cost").get("taxi_fee")) or None,
        walk_metres=whole(plan.get("walking_distance")),
        changes=tuple(stops[:-1]),
    )


def _legs(segment: Fields) -> Iterator[Leg]:
    ride = _bus(segment) or _train(segment)
    walk = fields(segment, "walking")
    if (metres := whole(walk.get("distance"))) >= SHORT_WALK:
        to = f"到{start}" if (start := _start(segment)) else ""
        yield Leg(f"步行{metres}米{to}", metres, seconds_of(walk))
    if ride:
        yield ride
    if (taxi := fields(segment, "taxi")) and (metres := whole(taxi.get("distance"))):
        to = f"到{end}" if (end := text(taxi.get("endname"))) else ""
        yield Leg(f"打车{metres / 1000:.1f}公里{to}", metres, whole(taxi.get("drivetime")))


def _bus(segment: Fields) -> Leg | None:
    """The ride; several lines in one segment are other lines for the same ride."""
    lines = [*items(segment, "bus", "buslines")]
    if not lines:
        return None
    first, names = lines[0], [*dict.fromkeys(_line(line) for line in lines)]
    other = f"或{names[1]}" if len(names) > 1 else ""
    parts = [
        f"坐{names[0]}{other}",
        f"从{_stop(first, 'departure_stop')}到{_stop(first, 'arrival_stop')}",
        f"{whole(first.get('via_num')) + 1}站",
    ]
    if out := text(fields(first, "arrival_stop", "exit").get("name")):
        parts.append(f"{out}出")
    if tip := text(first.get("bus_time_tips")):
        parts.append(tip)
    return Leg("，".join(parts), whole(first.get("distance")), seconds_of(first))


def _train(segment: Fields) -> Leg | None:
    train = fields(segment, "railway")
    name = text(train.get("trip")) or _line(train)
    if not name:
        return None
    leaves, comes = _clock(train, "departure_stop"), _clock(train, "arrival_stop")
    start, end = _stop(train, "departure_stop"), _stop(train, "arrival_stop")
    seconds = whole(train.get("time"))
    day = "第二天" if leaves and _minutes(leaves) + seconds // 60 >= DAY_MINUTES else ""
    words = f"坐{name}次火车，{leaves}从{start}开，{day}{comes}到{end}"
    return Leg(words, whole(train.get("distance")), seconds)


def _ends(segment: Fields) -> Iterator[str]:
    """Where the ride of this segment ends, if it has one."""
    for ride in (next(items(segment, "bus", "buslines"), {}), fields(segment, "railway")):
        if stop := _stop(ride, "arrival_stop"):
            yield stop


def _start(segment: Fields) -> str:
    ride = next(items(segment, "bus", "buslines"), None) or fields(segment, "railway")
    return _stop(ride, "departure_stop")


def _stop(ride: Fields, name: str) -> str:
    return text(fields(ride, name).get("name"))


def _line(ride: Fields) -> str:
    """The line without its two ends: 7路(城站火车站--灵隐) is 7路."""
    return text(ride.get("name")).partition("(")[0].partition("（")[0]


def _clock(train: Fields, stop: str) -> str:
    """2036 is 20:36."""
    told = text(fields(train, stop).get("time"))
    return f"{told[:2]}:{told[2:]}" if len(told) == 4 and told.isdecimal() else ""


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
