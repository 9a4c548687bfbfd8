"""WeCom's end, and a bot that lives on the other end of its line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.channels.base import Hear
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.link import Credentials, Pace
from bot.channels.wecom.media import open_media
from intents.dialogue import Turn
from tests.fake_wecom import BOT_ID, SECRET, Wecom, running_wecom

QUICK = Pace(connect=5, answer=5, beat=30, first=0.02, longest=0.1, wait=20)
PATIENCE_S = 30


@dataclass
class Ears:
    """Takes what a channel hears."""

    heard: asyncio.Queue[Turn] = field(default_factory=asyncio.Queue)

    async def hear(self, turn: Turn) -> None:
        self.heard.put_nowait(turn)

    async def next(self) -> Turn:
        async with asyncio.timeout(PATIENCE_S):
            return await self.heard.get()


@asynccontextmanager
async def living(
    wecom: Wecom, hear: Hear, pace: Pace = QUICK, secret: str = SECRET
) -> AsyncIterator[WecomChannel]:
    """The channel, running until the block ends."""
    async with AsyncExitStack() as stack:
        media = await stack.enter_async_context(open_media(wecom.url))
        channel = WecomChannel(wecom.url, Credentials(BOT_ID, secret), media, pace)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        running = tasks.create_task(channel.run(hear))
        yield channel
        running.cancel()


@asynccontextmanager
async def turns_to(channel: WecomChannel, state: str) -> AsyncIterator[None]:
    """What happens in the block makes the channel's pulse say `state`, sooner or later."""
    there = asyncio.Event()
    channel.pulse.watch(lambda health: there.set() if health.state == state else None)
    yield
    async with asyncio.timeout(PATIENCE_S):
        await there.wait()


@pytest.fixture
async def wecom() -> AsyncIterator[Wecom]:
    async with running_wecom() as wecom:
        yield wecom
        assert wecom.complaints == []


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def channel(wecom: Wecom, ears: Ears) -> AsyncIterator[WecomChannel]:
    async with living(wecom, ears.hear) as channel:
        await wecom.connected()
        yield channel
