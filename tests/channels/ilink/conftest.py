"""One running service for all, one fake server and one language model for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.conftest import llm, service
from tests.channels.ilink.home import Home
from tests.fake_ilink import FakeIlink, running_ilink
from tests.fake_llm import FakeLlm
from tests.service.running import Running

__all__ = ["llm", "service"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeIlink]:
    """Whatever a test does with it, the rules of the server hold."""
    async with running_ilink() as fake:
        yield fake
    assert fake.complaints == []


@pytest.fixture
def house(tmp_path: Path, fake: FakeIlink) -> Home:
    """A family before 小爱 is started; nobody films."""
    return Home(tmp_path, fake)


@pytest.fixture
def studio(tmp_path: Path, fake: FakeIlink, service: Running, llm: FakeLlm) -> Home:
    """A family before 小爱 is started, with all that she needs."""
    return Home(tmp_path, fake, service.url, llm.url)
