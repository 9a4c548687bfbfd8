"""Whose key opens what, and that nobody ever sees it; the way out through a proxy."""

import logging
import traceback

import pytest

from intents.errors import IntentError
from intents.tools import http
from intents.tools.amap import amap_key
from intents.tools.forecast import Town
from tests.fake_maps import FAULTS, KEY, FakeMaps
from tests.intents.providers import kit_of
from video_service.schema.config import SettingsError


@pytest.mark.parametrize("fault", [None, *FAULTS])
async def test_the_key_is_sent_and_never_seen_again(
    fault: str | None,
    world: FakeMaps,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if fault in ("slow", "drip"):
        monkeypatch.setattr(http, "DEADLINE_S", 0.2)
    monkeypatch.setenv("AMAP_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    world.fault = fault
    world.rule = _echo if fault == "bad_params" else None
    seen = []
    async with kit_of(world) as kit:
        assert kit.maps
        for call in (kit.maps.locate("杭州东站"), kit.forecasters[0].forecast(Town("乌镇"))):
            try:
                seen.append(repr(await call))
            except IntentError as error:
                seen += [error.say, *traceback.format_exception(error)]
    assert set(world.keys) == {KEY}
    assert KEY not in caplog.text + "".join(seen)
    if fault is None:
        assert "HTTP Request: GET" in caplog.text  # httpx does log the address


def _echo(path: str, params: object) -> dict[str, str]:
    """An error that quotes what it was sent."""
    return {"status": "0", "infocode": "20000", "info": f"INVALID_PARAMS key={KEY}"}


@pytest.mark.parametrize("name", ["AMAP_API_KEY", "AMAP_MAPS_API_KEY", "AMAP_KEY"])
def test_the_key_may_have_any_of_its_usual_names(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert amap_key() is None
    monkeypatch.setenv(name, KEY)
    assert amap_key() == KEY


async def test_without_a_key_there_is_no_map_but_there_is_weather(world: FakeMaps) -> None:
    async with kit_of(world) as kit:
        assert kit.maps is None
        assert [it.name for it in kit.forecasters] == ["open-meteo"]
        assert (await kit.forecasters[0].forecast(Town("杭州"))).days


async def test_with_a_key_amap_is_asked_first(
    world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMAP_API_KEY", KEY)
    async with kit_of(world) as kit:
        assert kit.maps
        assert [it.name for it in kit.forecasters] == ["amap", "open-meteo"]


async def test_a_key_file_that_cannot_be_read_is_found_at_the_start(
    world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMAP_API_KEY_FILE", "/nowhere/at/all")
    with pytest.raises(SettingsError, match="AMAP_API_KEY_FILE"):
        async with kit_of(world):
            pass


@pytest.mark.parametrize(
    ("proxies", "used"),
    [({"HTTPS_PROXY": "http://10.0.0.1:3128"}, "http://10.0.0.1:3128"),
     ({"ALL_PROXY": "http://10.0.0.1:3128"}, "http://10.0.0.1:3128"),
     ({"HTTPS_PROXY": "http://10.0.0.1:3128", "NO_PROXY": ".amap.com"}, None),
     ({}, None)],
)  # fmt: skip
def test_the_proxy_of_the_environment_is_used_unless_the_host_is_excepted(
    proxies: dict[str, str], used: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in proxies.items():
        monkeypatch.setenv(name, value)
    assert http._proxy("https://restapi.amap.com") == used
    assert http._proxy("http://127.0.0.1:8000") is None
