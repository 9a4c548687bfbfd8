"""One gateway for all tests that only talk; a channel over it for each of them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.channels.wechaty.chat import Chat, chatting
from tests.e2e.gateway.running import Gateway


@pytest.fixture(scope="package")
def shared_gateway() -> Iterator[Gateway]:
    running = Gateway()
    try:
        running.launch()
        yield running
    finally:
        running.end()


@pytest.fixture
async def wechat(shared_gateway: Gateway) -> AsyncIterator[Gateway]:
    async with shared_gateway.spoken_to() as fresh:
        yield fresh


@pytest.fixture
async def chat(wechat: Gateway) -> AsyncIterator[Chat]:
    async with chatting(wechat.port) as running:
        await running.feels("up")
        yield running
