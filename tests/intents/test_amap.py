"""Amap: every answer that anybody recorded becomes a right one or a polite one."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from intents.tools.amap import Amap
from intents.tools.amap_maps import AmapMaps
from intents.tools.amap_weather import AmapForecaster
from intents.tools.forecast import ForecastError, Town, TownNotFound
from intents.tools.maps import MapBusy, MapError, MapNeedsOwner, MapNotFound, Route, Spot
from tests.fake_maps import FAULTS, FakeMaps
from tests.intents.providers import BRIDGE, HANGZHOU, STATION, body, recorded

NOTHING = re.compile(r"\[\]|\{\}|None|nan|null|''")


def calls(amap: Amap) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Everything that is ever asked of Amap."""
    maps, forecaster = AmapMaps(amap), AmapForecaster(amap)
    there = Spot("店", (120.16, 30.27))
    return {
        "weather": lambda: forecaster.forecast(HANGZHOU),
        "geocode": lambda: maps.locate("杭州东站", "杭州"),
        "regeo": lambda: maps.route("公交", there, BRIDGE),
        "place_text": lambda: maps.search("公园", "杭州"),
        "place_around": lambda: maps.around("火锅", (120.163127, 30.272459)),
        "walking": lambda: maps.route("步行", STATION, BRIDGE),
        "bicycling": lambda: maps.route("骑行", STATION, BRIDGE),
        "driving": lambda: maps.route("驾车", STATION, BRIDGE),
        "transit": lambda: maps.route("公交", STATION, BRIDGE),
    }


async def outcome(call: Callable[[], Awaitable[Any]]) -> Any:
    """The answer, or the error that there was instead."""
    try:
        return await call()
    except (MapError, ForecastError) as error:
        return error


def is_right_or_polite(said: object) -> bool:
    """An answer without a trace of nothing, or one short Chinese sentence for the family."""
    if isinstance(said, MapError | ForecastError):
        return bool(re.fullmatch(r"[^A-Za-z!！\[\]{}]{6,39}[。？]", said.say))
    return not NOTHING.search("|".join(words_of(said)))


def words_of(said: object) -> Iterator[str]:
    """What of an answer could reach a chat."""
    if isinstance(said, list | tuple):
        for part in said:
            yield from words_of(part)
    elif is_dataclass(said) and not isinstance(said, type):
        for field in fields(said):
            yield from words_of(getattr(said, field.name))
    elif said is not None:
        yield str(said)


@pytest.mark.parametrize("name", recorded("amap"))
async def test_every_recorded_answer_is_right_or_polite_wherever_it_comes(
    name: str, amap: Amap, world: FakeMaps
) -> None:
    world.rule = lambda path, params: body("amap", name)
    for call in calls(amap).values():
        assert is_right_or_polite(await outcome(call))


@pytest.mark.parametrize("name", recorded("amap", "*error*"))
async def test_a_recorded_error_is_never_taken_for_an_answer(
    name: str, amap: Amap, world: FakeMaps
) -> None:
    world.rule = lambda path, params: body("amap", name)
    for call in calls(amap).values():
        with pytest.raises((MapError, ForecastError)):
            await call()


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_ends_in_a_polite_word(
    fault: str, amap: Amap, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault in ("slow", "drip"):
        monkeypatch.setattr("intents.tools.http.DEADLINE_S", 0.2)
    world.fault = fault
    for call in calls(amap).values():
        said = await outcome(call)
        assert said == [] or (isinstance(said, Exception) and is_right_or_polite(said))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("quota", MapBusy), ("user_quota", MapBusy), ("qps", MapBusy), ("minute", MapBusy),
     ("bad_key", MapNeedsOwner), ("wrong_platform", MapNeedsOwner), ("not_found", MapNotFound)],
)  # fmt: skip
async def test_a_refusal_says_who_can_help(
    fault: str, kind: type[MapError], maps: AmapMaps, world: FakeMaps
) -> None:
    world.fault = fault
    with pytest.raises(kind):
        await maps.locate("杭州东站")


async def test_an_address_in_another_town_is_not_looked_for_at_home(
    maps: AmapMaps, world: FakeMaps
) -> None:
    await maps.locate("断桥", "杭州")
    await maps.locate("北京南站", "杭州")
    assert [asked.get("city") for asked in world.asked("/v3/geocode/geo")] == ["杭州", None]


async def test_a_bus_is_asked_for_by_citycode_even_from_a_place_out_of_a_list(
    maps: AmapMaps, world: FakeMaps
) -> None:
    (shop, *_) = await maps.search("火锅", "杭州")
    route: Route = await maps.route("公交", Spot(shop.name, shop.at), STATION)
    assert route.legs
    (asked,) = world.asked("/v5/direction/transit")
    assert (asked["city1"], asked["city2"]) == ("0571", "0571")


async def test_a_spot_is_sent_with_six_decimals_longitude_first(
    maps: AmapMaps, world: FakeMaps
) -> None:
    await maps.route("步行", Spot("这", (120.123456789, 30.1)), BRIDGE)
    (asked,) = world.asked("/v5/direction/walking")
    assert asked["origin"] == "120.123457,30.100000"
    assert asked["show_fields"] == "cost"


async def test_a_district_that_is_no_more_has_the_weather_of_its_city(
    forecaster: AmapForecaster, world: FakeMaps
) -> None:
    world.script([{"status": "1", "infocode": "10000", "forecasts": []}] * 2)
    told = await forecaster.forecast(Town("江干区", "330104", "浙江省", "杭州市"))
    assert told.town == "江干区"
    assert {asked["city"] for asked in world.asked("/v3/weather")} == {"330104", "330100"}


async def test_a_small_town_that_is_in_no_table_has_the_weather_of_its_district(
    forecaster: AmapForecaster, world: FakeMaps
) -> None:
    assert (await forecaster.forecast(Town("乌镇"))).days
    with pytest.raises(TownNotFound):
        await forecaster.forecast(Town("东京"))
