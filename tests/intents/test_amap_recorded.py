"""Amap: what stands in a recorded answer, exactly."""

from datetime import date

import pytest

from intents.tools.amap_maps import AmapMaps
from intents.tools.amap_weather import AmapForecaster
from intents.tools.forecast import Day, Forecast, TownNotFound
from intents.tools.maps import MapNotFound, Way
from tests.fake_maps import FakeMaps
from tests.intents.providers import BRIDGE, HANGZHOU, STATION, body, recorded

RIGHT = {
    "walking": ("步行", 1423, 1154),
    "walking_no_show_fields": ("步行", 1423, 1154),
    "bicycling": ("骑行", 9286, 2229),
    "v4_bicycling": ("骑行", 9286, 2229),
    "driving": ("驾车", 9429, 1865),
    "driving_tolls": ("驾车", 166348, 7526),
    "transit_bus_metro": ("公交", 10120, 2216),
    "transit_intercity": ("公交", 1589200, 54180),
}


@pytest.mark.parametrize("name", [name for name in recorded("amap") if name in RIGHT])
async def test_a_recorded_way_is_read_to_the_metre_and_second(
    name: str, maps: AmapMaps, world: FakeMaps
) -> None:
    way: Way
    way, metres, seconds = RIGHT[name]  # type: ignore[assignment]  # a table of plain strings
    world.script([body("amap", name)])
    route = await maps.route(way, STATION, BRIDGE)
    assert (route.way, route.metres, route.seconds) == (way, metres, seconds)
    assert route.legs
    assert all(leg.text for leg in route.legs)


@pytest.mark.parametrize("name", recorded("amap", "*_no_show_fields"))
async def test_a_way_without_its_time_is_told_with_a_sensible_one(
    name: str, maps: AmapMaps, world: FakeMaps
) -> None:
    if name.startswith("place"):
        return
    way: Way = "步行" if "walk" in name else "骑行" if "bicycling" in name else "驾车"
    world.script([body("amap", name)])
    route = await maps.route(way, STATION, BRIDGE)
    assert 60 < route.seconds < 3600


@pytest.mark.skipif(not recorded("amap"), reason="the recorded answers are not here")
class TestRecorded:
    """What stands in one answer, exactly."""

    async def test_money_and_distance_of_a_long_drive(
        self, maps: AmapMaps, world: FakeMaps
    ) -> None:
        world.script([body("amap", "driving_tolls")])
        route = await maps.route("驾车", STATION, BRIDGE)
        assert (route.tolls, route.taxi) == (70, 512)
        assert "千米" not in "".join(leg.text for leg in route.legs)

    async def test_metro_and_bus_are_told_with_lines_stops_and_changes(
        self, maps: AmapMaps, world: FakeMaps
    ) -> None:
        world.script([body("amap", "transit_bus_metro")])
        route = await maps.route("公交", STATION, BRIDGE)
        assert [leg.text for leg in route.legs] == [
            "步行214米到火车东站",
            "坐地铁1号线，从火车东站到武林广场，4站，B1口出，可能错过末班车",
            "步行236米到武林广场北",
            "坐7路或27路，从武林广场北到断桥，3站",
            "步行334米",
        ]
        assert (route.fare, route.taxi, route.walk_metres) == (5, 29, 784)
        assert route.changes == ("武林广场",)

    async def test_a_train_is_told_with_its_hours(self, maps: AmapMaps, world: FakeMaps) -> None:
        world.script([body("amap", "transit_intercity")])
        route = await maps.route("公交", STATION, BRIDGE)
        assert route.legs[0].text == "坐Z10次火车，19:04从杭州开，第二天08:49到北京"
        assert route.fare == 358.5

    async def test_places_leave_out_what_is_not_told(self, maps: AmapMaps, world: FakeMaps) -> None:
        world.script([body("amap", "place_text"), body("amap", "place_around")])
        park, garden, pocket = await maps.search("公园", "杭州")
        assert (park.rating, park.phone, park.cost) == (4.8, "0571-00000001", None)
        assert (garden.address, garden.phone) == ("", "")
        assert (pocket.rating, pocket.hours, pocket.metres) == (None, "", None)
        near, *_ = await maps.around("火锅", (120.16, 30.27))
        assert (near.metres, near.cost) == (118, 96)

    async def test_no_place_is_an_answer_and_no_error(
        self, maps: AmapMaps, world: FakeMaps
    ) -> None:
        world.script([body("amap", "place_empty"), body("amap", "place_empty")])
        assert await maps.search("某某", "杭州") == []
        assert await maps.around("某某", (120.16, 30.27)) == []

    async def test_namesakes_come_with_province_and_city(
        self, maps: AmapMaps, world: FakeMaps
    ) -> None:
        world.script([body("amap", "geocode_many")])
        spots = await maps.locate("朝阳")
        assert [(spot.province, spot.city, spot.district) for spot in spots] == [
            ("辽宁省", "朝阳市", ""),
            ("吉林省", "长春市", "朝阳区"),
            ("北京市", "北京市", "朝阳区"),
        ]

    async def test_a_city_that_is_not_told_is_its_province(
        self, maps: AmapMaps, world: FakeMaps
    ) -> None:
        world.script([body("amap", "geocode_city_empty"), body("amap", "geocode_municipality")])
        (hongkong,) = await maps.locate("香港")
        assert hongkong.city == "香港特别行政区"
        (beijing, *_) = await maps.locate("北京")
        assert beijing.city == "北京市"

    async def test_a_hamlet_is_no_exact_answer(self, maps: AmapMaps, world: FakeMaps) -> None:
        world.script([body("amap", "geocode_weak")])
        assert (await maps.locate("东京"))[0].exact is False

    @pytest.mark.parametrize("name", ["geocode_none", "geocode_none_empty"])
    async def test_both_ways_to_say_that_there_is_no_such_place(
        self, name: str, maps: AmapMaps, world: FakeMaps
    ) -> None:
        world.script([body("amap", name)])
        with pytest.raises(MapNotFound):
            await maps.locate("哪里都不是")

    async def test_the_weather_of_four_days(
        self, forecaster: AmapForecaster, world: FakeMaps
    ) -> None:
        told = await self._forecast(forecaster, world, "weather_all", "weather_base")
        assert told.days[0] == Day(date(2026, 11, 21), "多云转小雨", 9, 16, wind="东北风1到3级")
        assert told.days[3] == Day(date(2026, 11, 24), "晴", -2, 10, wind="北风1到3级")
        assert (told.now, told.sky_now) == (14, "多云")

    async def test_the_weather_without_what_it_is_like_now(
        self, forecaster: AmapForecaster, world: FakeMaps
    ) -> None:
        told = await self._forecast(forecaster, world, "weather_all", "error_invalid_params")
        assert (len(told.days), told.now) == (4, None)

    async def test_an_unknown_adcode_has_no_weather(
        self, forecaster: AmapForecaster, world: FakeMaps
    ) -> None:
        with pytest.raises(TownNotFound):
            await self._forecast(forecaster, world, "weather_empty", "weather_empty")

    @staticmethod
    async def _forecast(
        forecaster: AmapForecaster, world: FakeMaps, whole: str, now: str
    ) -> Forecast:
        bodies = {"all": body("amap", whole), "base": body("amap", now)}
        world.rule = lambda path, params: bodies[params["extensions"]]
        return await forecaster.forecast(HANGZHOU)
