"""A language model server for each test that wants one, and 群影's own client on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from intents.tools.llm import OpenAiLlm, build_llm
from tests.fake_llm import FakeLlm, running_llm
from tests.intents.talk import settings


@pytest.fixture
def server() -> Iterator[FakeLlm]:
    with running_llm(delay=5) as server:
        yield server


@pytest.fixture
async def llm(server: FakeLlm) -> AsyncIterator[OpenAiLlm]:
    async with build_llm(settings(server.url)) as llm:
        assert llm is not None
        yield llm
