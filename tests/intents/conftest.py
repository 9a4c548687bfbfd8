"""What each test may ask for: a language model on a real server, a small service, clients."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from intents.tools import failures, http, towns
from intents.tools.amap import Amap
from intents.tools.amap_maps import AmapMaps
from intents.tools.amap_weather import AmapForecaster
from intents.tools.llm import OpenAiLlm, build_llm
from tests.fake_llm import FakeLlm, running_llm
from tests.fake_maps import FakeMaps, running_maps
from tests.intents.outings import Outing
from tests.intents.providers import amap_of
from tests.intents.talk import settings
from tests.intents.videos import Studio, client_of
from video_service.client import VideoClient


@pytest.fixture(autouse=True)
def no_breath_before_a_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "PAUSE_S", 0.01)
    monkeypatch.setattr(http, "PAUSES_S", (0.0, 0.0))


@pytest.fixture(autouse=True, scope="session")
def the_table_of_towns_is_read() -> None:
    """As it is when the bot starts; reading it on the event loop would be a blocking call."""
    towns.preload()


@pytest.fixture
def world() -> Iterator[FakeMaps]:
    """Amap and Open-Meteo."""
    with running_maps(delay=8) as world:
        yield world


@pytest.fixture
def server() -> Iterator[FakeLlm]:
    with running_llm(delay=5) as server:
        yield server


@pytest.fixture
async def llm(server: FakeLlm) -> AsyncIterator[OpenAiLlm]:
    async with build_llm(settings(server.url)) as llm:
        assert llm is not None
        yield llm


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
async def video(studio: Studio) -> AsyncIterator[VideoClient]:
    async with client_of(studio) as client:
        yield client


@pytest.fixture
async def outing(tmp_path: Path, server: FakeLlm, world: FakeMaps) -> AsyncIterator[Outing]:
    async with Outing.of(tmp_path, server, world).living() as living:
        yield living


@pytest.fixture
async def settled(outing: Outing) -> Outing:
    """A family whose home is known."""
    await outing.saves("妈妈", "家", "文三路100号")
    return outing


@pytest.fixture
async def amap(world: FakeMaps) -> AsyncIterator[Amap]:
    async with amap_of(world) as amap:
        yield amap


@pytest.fixture
def maps(amap: Amap) -> AmapMaps:
    return AmapMaps(amap)


@pytest.fixture
def forecaster(amap: Amap) -> AmapForecaster:
    return AmapForecaster(amap)
