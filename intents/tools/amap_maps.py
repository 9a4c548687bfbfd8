"""The map of Amap: addresses, four ways to go, places of a city and places around a spot."""

import asyncio

from intents.tools import wording
from intents.tools.amap import Amap
from intents.tools.amap_places import places_of
from intents.tools.amap_routes import route_of
from intents.tools.amap_spots import spots_of
from intents.tools.amap_transit import transit_of
from intents.tools.fields import fields, text
from intents.tools.maps import MapNotFound, Place, Point, Route, Spot, Way
from intents.tools.towns import find_towns

MINUTE, DAY = 60, 24 * 3600
KEEP_SPOT_S, KEEP_ROUTE_S, KEEP_PLACES_S = 30 * DAY, 5 * MINUTE, DAY
PATHS = {"步行": "walking", "骑行": "bicycling", "驾车": "driving"}
FASTEST = "32"  # Amap's own advice, as in its app


class AmapMaps:
    """`intents.tools.maps.Maps` over Amap."""

    def __init__(self, amap: Amap) -> None:
        self._amap = amap

    async def locate(self, address: str, city: str = "") -> list[Spot]:
        """The spots of that address; `city` holds only for an address that names no town."""
        where = {"city": city} if city and not find_towns(address) else {}
        said = await self._amap.ask("/v3/geocode/geo", keep_s=KEEP_SPOT_S, address=address, **where)
        if spots := spots_of(said, address):
            return spots
        raise MapNotFound("amap: no such address", say=wording.NO_SPOT)

    async def route(self, way: Way, start: Spot, end: Spot) -> Route:
        if way == "公交":
            return await self._transit(start, end)
        more = {"strategy": FASTEST} if way == "驾车" else {}
        said = await self._amap.ask(
            f"/v5/direction/{PATHS[way]}",
            keep_s=KEEP_ROUTE_S,
            origin=_at(start.at),
            destination=_at(end.at),
            show_fields="cost",
            **more,
        )
        return route_of(said, way)

    async def search(self, keyword: str, city: str, *, most: int = 5) -> list[Place]:
        where = {"region": city, "city_limit": "true"} if city else {}
        said = await self._amap.ask(
            "/v5/place/text",
            keep_s=KEEP_PLACES_S,
            keywords=keyword,
            show_fields="business",
            page_size=str(most),
            **where,
        )
        return places_of(said, most)

    async def around(
        self, keyword: str, at: Point, *, metres: int = 3000, most: int = 5
    ) -> list[Place]:
        said = await self._amap.ask(
            "/v5/place/around",
            keep_s=KEEP_PLACES_S,
            location=_at(at),
            radius=str(metres),
            keywords=keyword,
            sortrule="weight",
            show_fields="business",
            page_size=str(most),
        )
        return places_of(said, most)

    async def _transit(self, start: Spot, end: Spot) -> Route:
        codes = await asyncio.gather(self._citycode(start), self._citycode(end))
        said = await self._amap.ask(
            "/v5/direction/transit/integrated",
            keep_s=KEEP_ROUTE_S,
            origin=_at(start.at),
            destination=_at(end.at),
            city1=codes[0],
            city2=codes[1],
            show_fields="cost",
        )
        return transit_of(said)

    async def _citycode(self, spot: Spot) -> str:
        """Buses are asked for by citycode; a spot out of a list of places has none."""
        if spot.citycode:
            return spot.citycode
        said = await self._amap.ask(
            "/v3/geocode/regeo", keep_s=KEEP_SPOT_S, location=_at(spot.at), extensions="base"
        )
        code = text(fields(said, "regeocode", "addressComponent").get("citycode"))
        if not code:
            raise MapNotFound("amap: a spot in no city", say=wording.MAP_ABROAD)
        return code


def _at(point: Point) -> str:
    """`lng,lat` with at most six decimals, more is refused."""
    return f"{point[0]:.6f},{point[1]:.6f}"
