"""One running service for all conversations, one language model and one family for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fake_llm import FakeLlm, running_llm
from tests.family import Family
from tests.service.running import Running, running_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def llm() -> Iterator[FakeLlm]:
    with running_llm() as mind:
        yield mind


@pytest.fixture
def home(tmp_path: Path, service: Running, llm: FakeLlm) -> Family:
    """A family before 小爱 is started."""
    return Family(tmp_path, service.url, llm.url)


@pytest.fixture
async def family(home: Family) -> AsyncIterator[Family]:
    async with home.living() as living:
        yield living
