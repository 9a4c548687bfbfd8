"""Questions about the places just told: 第二个电话多少, 哪个最近, 第一个在哪."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from intents.places import wording
from intents.places.search import MORE
from intents.places.telling import address, facts, hours, name
from intents.spots.listed import Listed, counted
from intents.spots.measures import distance, money
from intents.tools.maps import Place


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a map may know of a place: how it is asked for, and what is told; empty if not."""

    name: str
    asked: re.Pattern[str]
    told: Callable[[Place], str]


FIELDS = (
    Field(
        wording.FIELD_PHONE,
        re.compile(r"电话|号码|联系方式|怎么联系|预订|订位"),
        lambda it: wording.PHONE.format(phone=it.phone) if it.phone else "",
    ),
    Field(
        wording.FIELD_ADDRESS,
        re.compile(r"在哪|地址|什么位置|哪条路|什么路|哪里"),
        lambda it: wording.AT.format(address=address(it)) if address(it) else "",
    ),
    Field(
        wording.FIELD_HOURS,
        re.compile(r"几点|营业|开门|关门|打烊|开到"),
        lambda it: wording.HOURS.format(hours=hours(it)) if it.hours else "",
    ),
    Field(
        wording.FIELD_COST,
        re.compile(r"人均|多少钱|贵不贵|贵吗|消费|价格|便宜吗"),
        lambda it: wording.COST.format(cost=money(it.cost)) if it.cost else "",
    ),
    Field(
        wording.FIELD_RATING,
        re.compile(r"评分|评价|口碑|几分|多少分"),
        lambda it: wording.RATING.format(rating=f"{it.rating:.1f}") if it.rating else "",
    ),
    Field(
        wording.FIELD_DISTANCE,
        re.compile(r"多远|远不远|远吗|近吗|距离|几公里|多少米"),
        lambda it: distance(it.metres) if it.metres is not None else "",
    ),
)
BARE = re.compile(r"怎么样|好不好|好吃吗|如何|介绍|详细|呢")
MOST: tuple[tuple[re.Pattern[str], str, Callable[[Place], float]], ...] = (
    (
        re.compile(r"最近|近一?点|离得近"),
        wording.NEAREST,
        lambda it: math.inf if it.metres is None else it.metres,
    ),
    (re.compile(r"最?便宜|实惠|最低"), wording.CHEAPEST, lambda it: it.cost or math.inf),
    (
        re.compile(r"最好|评[分价]最?高|口碑|最高"),
        wording.BEST,
        lambda it: -it.rating if it.rating else math.inf,
    ),
)


@dataclass(frozen=True, slots=True)
class Detail:
    """The answer in words, and the index of the place that it is about, where it is one."""

    text: str
    index: int | None = None


def about(words: str, told: Listed, keyword: str | None) -> Detail | None:
    """The answer out of what was told; None when something else is looked for.

    `keyword`: the kind of place that these words name, None when they name none.
    """
    index = counted(words, len(told.places))
    if index is not None:
        return _of_one(words, told, index)
    if MORE.search(words) or keyword not in (None, told.keyword):
        return None
    for pattern, line, rank in MOST:
        if pattern.search(words):
            return _first(told.places, line, rank)
    if (field := _field(words)) is None or keyword is not None:
        return None
    return _of_all(told.places, field) if told.meant is None else _of_one(words, told, told.meant)


def _of_one(words: str, told: Listed, index: int) -> Detail | None:
    field = _field(words)
    if not field and not BARE.search(words) and len(words) > 8:
        return None
    if index < 0:
        return Detail(wording.NO_SUCH.format(count=len(told.places)))
    place = told.places[index]
    known = field.told(place) if field else facts(place)
    if field and not known:
        return Detail(wording.UNKNOWN.format(name=name(place), field=field.name), index)
    text = wording.ABOUT.format(name=name(place), facts="，" + known if known else "")
    return Detail(text, index)


def _of_all(places: tuple[Place, ...], field: Field) -> Detail | None:
    told = [
        wording.LINE.format(n=n, name=name(place), facts=wording.FACTS.format(facts=known))
        for n, place in enumerate(places, 1)
        if (known := field.told(place))
    ]
    return Detail("\n".join((wording.ABOUT_ALL, *told))) if told else None


def _first(places: tuple[Place, ...], line: str, rank: Callable[[Place], float]) -> Detail:
    best = min(places, key=rank)
    if rank(best) == math.inf:
        return Detail(wording.CANNOT_TELL)
    return Detail(line.format(name=name(best), facts="，" + facts(best)), places.index(best))


def _field(words: str) -> Field | None:
    return next((field for field in FIELDS if field.asked.search(words)), None)
