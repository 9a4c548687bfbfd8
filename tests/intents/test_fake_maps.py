"""The local Amap and Open-Meteo speak as the real ones were recorded."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from urllib.request import urlopen

import pytest

from tests import map_bodies as bodies
from tests import meteo_bodies
from tests.intents.providers import body, recorded
from tests.map_bodies import Body

TODAY = date(2026, 11, 21)
NEAR = {"origin": "120.2126,30.290851", "destination": "120.15131,30.25842"}
OURS: dict[str, tuple[str, Body]] = {
    "weather_all": ("amap", bodies.forecasts("330100", TODAY)),
    "weather_base": ("amap", bodies.lives("330100", TODAY)),
    "weather_empty": ("amap", bodies.none("lives")),
    "geocode_one": ("amap", bodies.geocodes("杭州东站")),
    "geocode_many": ("amap", bodies.geocodes("人民广场")),
    "geocode_none": ("amap", bodies.geocodes("不存在的地方")),
    "regeo_municipality": ("amap", bodies.regeocode("116.378517,39.865246")),
    "place_text": ("amap", bodies.places({"keywords": "火锅", "region": "杭州"})),
    "place_around": ("amap", bodies.places({"keywords": "火锅", "location": "120.16,30.27"})),
    "place_empty": ("amap", bodies.none("pois")),
    "walking": ("amap", bodies.way("walking", NEAR)),
    "bicycling": ("amap", bodies.way("bicycling", NEAR)),
    "driving": ("amap", bodies.way("driving", NEAR)),
    "transit_bus_metro": ("amap", bodies.transit({**NEAR, "city1": "0571", "city2": "0571"})),
    "error_over_direction_range": (
        "amap",
        bodies.way("walking", {"origin": "120.2,30.2", "destination": "116.4,39.9"}),
    ),
    "geocoding_zh": ("open_meteo", meteo_bodies.towns("杭州")),
    "geocoding_empty": ("open_meteo", meteo_bodies.towns("不存在的地方")),
    "forecast_4d": ("open_meteo", meteo_bodies.week(TODAY)),
}
# asked for by us, and not by those who recorded
MORE = {".daily.wind_direction_10m_dominant"}


def paths(said: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Every place in a body and the kind of what stands there; empty lists say nothing."""
    if isinstance(said, dict):
        for name, inner in said.items():
            yield from paths(inner, f"{at}.{name}")
    elif isinstance(said, list):
        for inner in said:
            yield from paths(inner, at)
    elif said is not None:
        yield at, "number" if isinstance(said, int | float) else type(said).__name__


@pytest.mark.parametrize("name", [name for name in OURS if name in recorded(OURS[name][0])])
def test_what_we_say_has_the_names_and_kinds_of_the_recorded_answer(name: str) -> None:
    provider, ours = OURS[name]
    known = {*paths(body(provider, name))}
    if "geocod" in name or "place" in name:  # a field is empty in one answer, filled in another
        known |= {it for other in recorded(provider) for it in paths(body(provider, other))}
    strange = {it for it in paths(ours) if it not in known and it[0] not in MORE}
    assert not strange


def test_it_can_be_started_by_hand_with_a_fault() -> None:
    order = [sys.executable, "-m", "tests.fake_maps", "--fault", "html", "--only", "amap"]
    with subprocess.Popen(order, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        with urlopen(f"{url}/v3/geocode/geo?address=x") as answer:
            assert b"<html>" in answer.read()
        with urlopen(f"{url}/v1/search?name=%E6%9D%AD%E5%B7%9E") as answer:
            assert b"results" in answer.read()
        server.terminate()
