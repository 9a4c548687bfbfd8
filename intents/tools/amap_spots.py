"""Addresses as Amap finds them, read into spots."""

from typing import Any

from intents.tools.fields import Fields, items, point, text
from intents.tools.maps import Spot

WEAK = {"村庄", "乡镇", "未知", ""}
RURAL = ("村", "镇", "乡", "寨", "屯", "庄")  # said of a village, a village is what is meant


def spots_of(said: dict[str, Any], address: str) -> list[Spot]:
    """The spots of a geocoding answer, in its order; those without a place on the map left out."""
    found = (_spot(geocode, address) for geocode in items(said, "geocodes"))
    return [spot for spot in found if spot]


def _spot(told: Fields, address: str) -> Spot | None:
    at = point(told.get("location"))
    if at is None:
        return None
    province = text(told.get("province"))
    return Spot(
        name=text(told.get("formatted_address")) or address,
        at=at,
        province=province,
        city=text(told.get("city")) or province,  # Hong Kong has none
        district=text(told.get("district")),
        citycode=text(told.get("citycode")),
        adcode=text(told.get("adcode")),
        exact=text(told.get("level")) not in WEAK or address.endswith(RURAL),
    )
