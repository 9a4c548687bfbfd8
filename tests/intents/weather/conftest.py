"""A family with a town, on Saturday 21 November 2026 at ten in Beijing, and one without."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from intents.settings import HomeSettings
from intents.weather import asking
from tests.fake_llm import FakeLlm
from tests.fake_maps import FakeMaps
from tests.family import NOBODY, Family
from tests.intents.weather.talk import TEN, Talk


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that does many things at once must not change who answers."""
    monkeypatch.setattr(asking, "FIRST_S", 8)
    monkeypatch.setattr(asking, "SECONDS", 9)


@pytest.fixture
def home(tmp_path: Path, server: FakeLlm, world: FakeMaps) -> Family:
    world.today = TEN.date()
    return Family(tmp_path, NOBODY, server.url, world=world, home=HomeSettings(city="杭州"))


@pytest.fixture
async def talk(home: Family, server: FakeLlm) -> AsyncIterator[Talk]:
    async with home.living() as living:
        yield Talk(living, server)


@pytest.fixture
async def stranger(home: Family, server: FakeLlm) -> AsyncIterator[Talk]:
    """A family that has not said where it lives."""
    home.home = HomeSettings()
    async with home.living() as living:
        yield Talk(living, server)
