"""A way in words: how long and far, what it costs, at most five steps, the other ways, the map."""

import math
import re

from intents.routes import wording
from intents.routes.asking import Told
from intents.routes.links import link
from intents.spots.finding import shown
from intents.spots.measures import distance, duration, money
from intents.tools.maps import Leg, Route, Spot, Way

MOST_LEGS = 5
LONGEST_LEG = 38
TRAIN = "次火车"  # 坐Z10次火车, and not 从火车东站
TAXI_REACH = 60_000  # metres; farther nobody takes one
MANY_METRES = re.compile(r"(\d{4,})米")
HARD: dict[Way, int] = {"步行": 8_000, "骑行": 25_000}  # metres after which one ought to be warned


def tell(told: Told, start: Spot, end: Spot) -> str:
    """One line with the answer first, the rest below it."""
    route = told.route
    legs = _most_telling(route.legs)
    lines = [
        _head(told, start, end),
        "".join((_costs(route), _changes(route))),
        *(wording.STEP.format(n=n, leg=_leg(leg)) for n, leg in enumerate(legs, 1)),
        _others(told.others),
        wording.LINK.format(link=link(route.way, start, end)),
    ]
    return "\n".join(line for line in lines if line)


def _head(told: Told, start: Spot, end: Spot) -> str:
    route = told.route
    line = wording.HEAD.format(
        start=shown(start.name),
        end=shown(end.name),
        way=wording.BY_TRAIN if _by_train(route) else wording.WAYS[route.way],
        time=duration(route.seconds),
        distance=distance(route.metres),
    )
    if told.instead_of:
        return wording.NOWHERE[told.instead_of] + line
    return line + (wording.FAR if route.metres > HARD.get(route.way, math.inf) else "")


def _by_train(route: Route) -> bool:
    return any(TRAIN in leg.text for leg in route.legs)


def _costs(route: Route) -> str:
    told = (
        (wording.FARE, route.fare if route.way == "公交" else None),
        (wording.TOLLS, route.tolls),
        (wording.TAXI, route.taxi if route.metres <= TAXI_REACH else None),
    )
    parts = [words.format(cost=money(cost)) for words, cost in told if cost]
    if route.way == "公交" and route.walk_metres >= 100:
        parts.append(wording.ON_FOOT.format(distance=distance(route.walk_metres)))
    return "，".join(parts) + "。" if parts else ""


def _changes(route: Route) -> str:
    if not route.changes:
        return ""
    stations = "、".join(shown(name) for name in route.changes[:3])
    return wording.CHANGES.format(count=len(route.changes), stations=stations)


def _most_telling(legs: tuple[Leg, ...]) -> list[Leg]:
    """At most five legs in their order: the long ones, which are what one remembers."""
    long = sorted(legs, key=lambda leg: (leg.metres, leg.seconds), reverse=True)[:MOST_LEGS]
    return [leg for leg in legs if any(leg is kept for kept in long)]


def _leg(leg: Leg) -> str:
    text = MANY_METRES.sub(lambda found: distance(int(found[1])), leg.text)
    return shown(text.rstrip("。，"), LONGEST_LEG)


def _others(others: tuple[Route, ...]) -> str:
    told = [
        wording.OTHER.format(way=wording.WAYS[route.way], time=duration(route.seconds))
        for route in others
    ]
    return wording.ALSO.format(others="，".join(told)) if told else ""
