"""Ways on foot, by bicycle and by car as Amap tells them (v5, and the envelope of v4)."""

from typing import Any

from intents.tools import wording
from intents.tools.fields import Fields, fields, items, number, text, whole
from intents.tools.maps import Leg, MapNotFound, Route, Way

# metres a second, only for an answer that tells no time
SPEED: dict[Way, float] = {"步行": 1.2, "骑行": 4.0, "驾车": 7.0, "公交": 6.0}


def route_of(said: dict[str, Any], way: Way) -> Route:
    """The best path: the first that breaks no driving ban. MapNotFound when there is none."""
    route = fields(said, "route") or fields(said, "data")  # v5 or v4
    paths = [path for path in items(route, "paths") if number(path.get("distance")) is not None]
    if not paths:
        raise MapNotFound(f"amap: no way {way}", say=wording.NO_WAY)
    best = next((path for path in paths if whole(path.get("restriction")) == 0), paths[0])
    metres = whole(best.get("distance"))
    return Route(
        way,
        metres,
        seconds_of(best) or round(metres / SPEED[way]),
        legs=tuple(_leg(step) for step in items(best, "steps") if text(step.get("instruction"))),
        tolls=number(fields(best, "cost").get("tolls")) or None,
        taxi=number(route.get("taxi_cost")) or None,
    )


def seconds_of(told: Fields) -> int:
    """The time, in `cost` or beside it; 0 where it is not told."""
    return whole(fields(told, "cost").get("duration")) or whole(told.get("duration"))


def _leg(step: Fields) -> Leg:
    metres = step.get("step_distance", step.get("distance"))  # v5 or v3
    words = text(step.get("instruction")).replace("千米", "公里")
    return Leg(words, whole(metres), seconds_of(step))
