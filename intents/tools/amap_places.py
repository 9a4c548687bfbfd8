"""Places to go as Amap lists them."""

import re
from typing import Any

from intents.tools.fields import Fields, fields, items, number, point, text
from intents.tools.maps import Place

NUMBERS = re.compile(r"[;；,，/ ]")


def places_of(said: dict[str, Any], most: int) -> list[Place]:
    """At most `most` places in Amap's order; one that is nowhere on the map is left out."""
    found = (_place(poi) for poi in items(said, "pois"))
    return [place for place in found if place][:most]


def _place(poi: Fields) -> Place | None:
    at, name, more = point(poi.get("location")), text(poi.get("name")), fields(poi, "business")
    if at is None or not name:
        return None
    metres = number(poi.get("distance"))
    return Place(
        name,
        at,
        address=text(poi.get("address")),
        area=text(more.get("business_area")) or text(poi.get("adname")),
        rating=number(more.get("rating")) or None,
        cost=number(more.get("cost")) or None,
        metres=None if metres is None else round(metres),
        phone=NUMBERS.split(text(more.get("tel")))[0],
        hours=text(more.get("opentime_week")) or text(more.get("opentime_today")),
    )
