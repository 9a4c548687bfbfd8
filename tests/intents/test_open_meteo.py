"""Open-Meteo: every recorded answer, places by their Chinese names, numbers turned into words."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date

import pytest

from intents.settings import WeatherSettings
from intents.tools import wmo
from intents.tools.forecast import Forecast, ForecastError, Town, TownNotFound
from intents.tools.open_meteo import OpenMeteo, open_meteo
from intents.tools.towns import towns_named
from tests.fake_maps import FAULTS, FakeMaps
from tests.intents.providers import body, recorded
from tests.map_bodies import Body

HANGZHOU = Town("杭州", "330100", "浙江省", "杭州市")


@pytest.fixture
async def meteo(world: FakeMaps) -> AsyncIterator[OpenMeteo]:
    async with open_meteo(
        WeatherSettings(forecast_url=world.url, geocoding_url=world.url)
    ) as meteo:
        yield meteo


def place(name: str, province: str, city: str = "", people: int | None = None) -> Body:
    told = {"name": name, "latitude": 1.0, "longitude": 2.0, "admin1": province, "admin2": city}
    return told | ({"population": people} if people is not None else {})


def rule(places: Mapping[str, list[Body]], world: FakeMaps) -> None:
    """Only these places are known."""

    def say(path: str, params: Mapping[str, str]) -> Body | None:
        if path != "/v1/search":
            return None
        return {"results": found} if (found := places.get(params["name"])) else {"ms": 0.1}

    world.rule = say


@pytest.mark.parametrize("name", recorded("open_meteo"))
async def test_every_recorded_answer_is_right_or_polite_wherever_it_comes(
    name: str, meteo: OpenMeteo, world: FakeMaps
) -> None:
    for path in ("/v1/search", "/v1/forecast"):
        world.rule = lambda there, params, path=path: (
            body("open_meteo", name) if there == path else None
        )
        try:
            told: Forecast | ForecastError = await meteo.forecast(Town(f"某地{path[-3:]}"))
        except ForecastError as error:
            told = error
        if isinstance(told, ForecastError):
            assert re.fullmatch(r"[^A-Za-z!！]{6,39}。", told.say)
        else:
            assert told.days
            assert not any("None" in day.sky + day.wind for day in told.days)


@pytest.mark.skipif(not recorded("open_meteo"), reason="the recorded answers are not here")
class TestRecorded:
    """What stands in one answer, exactly."""

    async def test_a_forecast_is_turned_from_columns_into_days(
        self, meteo: OpenMeteo, world: FakeMaps
    ) -> None:
        self.serve(world, "geocoding_zh", "forecast_4d")
        told = await meteo.forecast(HANGZHOU)
        assert [day.sky for day in told.days] == ["小雨", "中雨", "阴", "晴"]
        first, *_, last = told.days
        assert (first.date, first.low, first.high, first.rain) == (
            date(2026, 11, 21), 9.0, 16.1, 45,
        )  # fmt: skip
        assert (first.wind, last.low) == ("风力3级", -1.7)
        assert (told.now, told.sky_now, told.town) == (13.8, "多云", "杭州")

    async def test_what_is_null_is_left_out_and_a_day_of_nulls_altogether(
        self, meteo: OpenMeteo, world: FakeMaps
    ) -> None:
        self.serve(world, "geocoding_zh", "forecast_nulls")
        told = await meteo.forecast(HANGZHOU)
        assert len(told.days) == 3
        assert [day.rain for day in told.days] == [None, 93, None]

    async def test_of_namesakes_the_one_with_people_in_the_right_province_is_meant(
        self, meteo: OpenMeteo, world: FakeMaps
    ) -> None:
        self.serve(world, "geocoding_ambiguous_zh", "forecast_4d")
        await meteo.forecast(Town("朝阳市", "211300", "辽宁省", "朝阳市"))
        (asked,) = world.asked("/v1/forecast")
        assert (asked["latitude"], asked["longitude"]) == ("41.57", "120.45")

    async def test_no_results_is_no_such_town(self, meteo: OpenMeteo, world: FakeMaps) -> None:
        self.serve(world, "geocoding_empty", "forecast_4d")
        with pytest.raises(TownNotFound):
            await meteo.forecast(Town("哪里都不是"))

    @staticmethod
    def serve(world: FakeMaps, places: str, forecast: str) -> None:
        bodies = {"/v1/search": body("open_meteo", places)}
        bodies["/v1/forecast"] = body("open_meteo", forecast)
        world.rule = lambda path, params: bodies[path]


async def test_a_part_of_a_city_that_is_not_known_has_the_weather_of_its_city(
    meteo: OpenMeteo, world: FakeMaps
) -> None:
    far, city = place("西湖", "浙江", "衢州市", 9), place("杭州", "浙江", "杭州市", 9_000_000)
    rule({"西湖": [far], "杭州": [city]}, world)
    (district,) = towns_named("杭州西湖区")
    assert (await meteo.forecast(district)).town == "杭州"
    assert [asked["name"] for asked in world.asked("/v1/search")] == ["西湖区", "西湖", "杭州"]


async def test_a_part_of_a_city_that_is_known_keeps_its_name(
    meteo: OpenMeteo, world: FakeMaps
) -> None:
    rule({"鼓楼": [place("鼓楼", "江苏省", "南京市")]}, world)
    (district,) = towns_named("南京鼓楼区")
    assert (await meteo.forecast(district)).town == "南京鼓楼区"


async def test_a_place_in_another_province_is_not_taken(meteo: OpenMeteo, world: FakeMaps) -> None:
    rule({"杭州": [place("杭州", "湖南", "", 100)]}, world)
    with pytest.raises(TownNotFound):
        await meteo.forecast(HANGZHOU)


@pytest.mark.parametrize("area", ["Zhejiang", ""])
async def test_a_province_that_has_no_chinese_name_there_is_no_hindrance(
    area: str, meteo: OpenMeteo, world: FakeMaps
) -> None:
    rule({"杭州": [place("杭州", area)]}, world)
    assert (await meteo.forecast(HANGZHOU)).days


async def test_a_town_of_ours_is_looked_for_in_china_any_other_on_earth(
    meteo: OpenMeteo, world: FakeMaps
) -> None:
    await meteo.forecast(HANGZHOU)
    await meteo.forecast(Town("东京"))
    (hongkong,) = towns_named("香港")
    await meteo.forecast(hongkong)
    assert [asked.get("countryCode") for asked in world.asked("/v1/search")] == ["CN", None, None]
    assert world.asked("/v1/forecast")[1]["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_ends_in_a_polite_word(
    fault: str, meteo: OpenMeteo, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault in ("slow", "drip"):
        monkeypatch.setattr("intents.tools.http.DEADLINE_S", 0.2)
    world.fault = fault
    if fault in ("minute", "server_busy", "user_quota", "bad_key", "wrong_platform"):
        assert (await meteo.forecast(HANGZHOU)).days  # it has no such faults
        return
    with pytest.raises(ForecastError) as caught:
        await meteo.forecast(HANGZHOU)
    assert re.fullmatch(r"[^A-Za-z!！]{6,39}。", caught.value.say)


def test_every_weather_code_that_is_sent_has_a_word() -> None:
    codes = [0, 1, 2, 3, 45, 48, *range(51, 58, 2), 56, *range(61, 68, 2), 66, 71, 73, 75, 77,
             80, 81, 82, 85, 86, 95, 96, 99]  # fmt: skip
    assert all(wmo.sky(code) for code in codes)
    assert wmo.sky(None) == wmo.sky(42) == ""


@pytest.mark.parametrize(("kmh", "force"), [(0.5, 0), (3, 1), (19, 3), (20, 4), (60, 7), (200, 12)])
def test_wind_is_told_in_forces(kmh: float, force: int) -> None:
    assert wmo.force(kmh) == force


@pytest.mark.parametrize(
    ("degrees", "name"), [(0, "北"), (359, "北"), (42, "东北"), (180, "南"), (271, "西")]
)
def test_wind_is_told_by_where_it_comes_from(degrees: float, name: str) -> None:
    assert wmo.direction(degrees) == name
