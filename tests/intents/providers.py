"""Maps and forecasters for tests, over the local server; and the answers others recorded."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from intents.settings import IntentsSettings, MapSettings, WeatherSettings
from intents.tools.amap import Amap, open_amap
from intents.tools.forecast import Town
from intents.tools.kit import Kit, open_kit
from intents.tools.maps import Spot
from tests.fake_maps import FakeMaps

FIXTURES = Path(__file__).parents[3] / "shared" / "data" / "fixtures"
HANGZHOU = Town("杭州", "330100", "浙江省", "杭州市")
STATION = Spot("杭州东站", (120.2126, 30.290851), citycode="0571")
BRIDGE = Spot("断桥", (120.15131, 30.25842), citycode="0571")


def recorded(provider: str, pattern: str = "*") -> list[str]:
    """The names of the recorded answers; none where the folder is not there."""
    return sorted(path.stem for path in (FIXTURES / provider).glob(f"{pattern}.json"))


def body(provider: str, name: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((FIXTURES / provider / f"{name}.json").read_text("utf-8"))
    return said


@asynccontextmanager
async def amap_of(world: FakeMaps) -> AsyncIterator[Amap]:
    async with open_amap(MapSettings(amap_url=world.url, per_second=50), world.key) as amap:
        yield amap


@asynccontextmanager
async def kit_of(world: FakeMaps, per_second: float = 50) -> AsyncIterator[Kit]:
    """Without a language model; with a map when the environment has its key."""
    settings = IntentsSettings(
        maps=MapSettings(amap_url=world.url, per_second=per_second),
        weather=WeatherSettings(forecast_url=world.url, geocoding_url=world.url),
    )
    async with open_kit(settings) as kit:
        yield kit
