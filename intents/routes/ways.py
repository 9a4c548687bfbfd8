"""Which way to go when none was said: the one named last in this room, else by distance."""

import math
import re
from datetime import timedelta

from intents.dialogue import Dialogue
from intents.tools.maps import Point, Way

ROUTES = ("步行规划", "骑行规划", "驾车规划", "公交规划")
WAYS: tuple[Way, ...] = ("步行", "骑行", "驾车", "公交")
SAME_OUTING = timedelta(hours=2)  # for so long the family is still on foot, or in the car

WALKS, CYCLES = 1_500, 5_000  # metres that people go on foot, by bike
FARTHEST: dict[Way, int] = {"步行": 5_000, "骑行": 20_000}  # beyond, nobody means it unsaid
NEAREST: dict[Way, int] = {"公交": 800, "驾车": 500}  # below, it is not worth telling of
DETOUR = 1.3  # streets are so much longer than the straight line
EARTH = 6_371_000

SAID: tuple[tuple[Way, re.Pattern[str]], ...] = (
    ("公交", re.compile(r"公交|公车|地铁|巴士|轻轨|[坐乘搭]车|公共交通|几路车|高铁|火车(?!站)")),
    ("骑行", re.compile(r"骑[行车着]|自行车|单车|电动车|电瓶车")),
    ("驾车", re.compile(r"开车|驾车|自驾|打车|打的|出租|网约车|滴滴|高速|高架")),
    ("步行", re.compile(r"步行|走路|走着|徒步|散步|腿着|走过去")),
)  # fmt: skip


def said(words: str) -> Way | None:
    """The one way that these words name; models leave it out where the intent's name has it."""
    named = [way for way, pattern in SAID if pattern.search(words)]
    return named[0] if len(named) == 1 else None


def remembered(dialogue: Dialogue) -> Way | None:
    """The way that somebody of this room named last, not long ago."""
    for done in reversed(dialogue.done):
        if dialogue.ask.at - done.at > SAME_OUTING:
            return None
        if done.intent in ROUTES and done.kept.get("named") in WAYS:
            return next(way for way in WAYS if way == done.kept["named"])
    return None


def by_distance(metres: float, habit: Way) -> Way:
    if metres <= WALKS:
        return "步行"
    return "骑行" if metres <= CYCLES else habit


def sensible(way: Way, metres: float) -> bool:
    """Whether one would go that way so far, and not rather another."""
    return NEAREST.get(way, 0) <= metres <= FARTHEST.get(way, math.inf)


def crow(start: Point, end: Point) -> float:
    """Metres as the crow flies."""
    east, north, to_east, to_north = map(math.radians, (*start, *end))
    half = (
        math.sin((to_north - north) / 2) ** 2
        + math.cos(north) * math.cos(to_north) * math.sin((to_east - east) / 2) ** 2
    )
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def street(start: Point, end: Point) -> float:
    """About how many metres of street that is."""
    return crow(start, end) * DETOUR
