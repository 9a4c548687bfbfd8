"""One running service for all conversations, one language model and one family for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.bot.cameraman import Cameraman, a_cameraman
from tests.fake_llm import FakeLlm, running_llm
from tests.family import Family
from tests.service.running import BRIEF, TOKEN, Running, running_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(tmp_path_factory.mktemp("service"), module=BRIEF) as running:
        yield running


@pytest.fixture
def llm() -> Iterator[FakeLlm]:
    with running_llm() as mind:
        yield mind


@pytest.fixture
def eyes() -> Iterator[FakeLlm]:
    """A model that looks at photos."""
    with running_llm(delay=5) as eyes:
        yield eyes


@pytest.fixture
def home(tmp_path: Path, service: Running, llm: FakeLlm) -> Family:
    """A family before 小爱 is started."""
    return Family(tmp_path, service.url, llm.url)


@pytest.fixture
async def family(home: Family) -> AsyncIterator[Family]:
    async with home.living() as living:
        yield living


@pytest.fixture(scope="session")
def idle_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service whose only worker is `cameraman`."""
    folder = tmp_path_factory.mktemp("idle")
    with running_service(folder, "--workers", "0", **TOKEN) as running:
        yield running


@pytest.fixture
async def cameraman(idle_service: Running) -> AsyncIterator[Cameraman]:
    async with a_cameraman(idle_service) as cameraman:
        yield cameraman


@pytest.fixture
def studio_home(tmp_path: Path, idle_service: Running, llm: FakeLlm) -> Family:
    """A family before 小爱 is started; its films are what `cameraman` makes of them."""
    return Family(tmp_path, idle_service.url, llm.url)


@pytest.fixture
async def filmed(studio_home: Family, cameraman: Cameraman) -> AsyncIterator[Family]:
    """A family whose wishes are filmed at once, for nothing."""
    async with cameraman.at_work(), studio_home.living() as living:
        yield living
