"""Reads what providers fill in: a number may be a string, nothing may be [], "", null or {}."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from intents.tools.maps import Point

Fields = Mapping[str, Any]


def text(value: object) -> str:
    """The words, or an empty string for any kind of nothing."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: object) -> float | None:
    try:
        read = float(text(value))
    except ValueError:
        return None
    return read if math.isfinite(read) else None


def whole(value: object) -> int:
    """A count, metres or seconds; 0 where nothing is told."""
    return round(number(value) or 0)


def point(value: object) -> Point | None:
    """`lng,lat`; inside a railway they are split by a space."""
    try:
        lng, lat = text(value).replace(",", " ").split()
        there = float(lng), float(lat)
    except ValueError:
        return None
    return there if all(map(math.isfinite, there)) else None


def fields(value: object, *path: str) -> Fields:
    """The object at `path` inside `value`; empty where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def items(value: object, *path: str) -> Iterator[Fields]:
    """The objects of the list at `path` inside `value`."""
    *above, name = path
    found = fields(value, *above).get(name)
    if isinstance(found, list):
        yield from (item for item in found if isinstance(item, Mapping))
