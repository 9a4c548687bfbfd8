"""The channel alone, with an ear that keeps what it hears: for the rules of sending and hearing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.channels.base import Channel, NotHeard
from bot.channels.ilink.door import open_channel
from intents.dialogue import Turn
from tests.channels.ilink.home import Home
from tests.family import PATIENCE_S


@dataclass
class Ear:
    """`deaf`: so many messages cannot be written down."""

    channel: Channel
    heard: asyncio.Queue[Turn] = field(default_factory=asyncio.Queue)
    deaf: int = 0

    async def hear(self, turn: Turn) -> None:
        if self.deaf:
            self.deaf -= 1
            raise NotHeard(turn.key)
        self.heard.put_nowait(turn)

    async def next(self) -> Turn:
        async with asyncio.timeout(PATIENCE_S):
            return await self.heard.get()


@asynccontextmanager
async def listening(home: Home, *, log_in: bool = True) -> AsyncIterator[Ear]:
    """Enter it again for a restart: then nobody needs to log in."""
    opened = open_channel(home.settings, show=home.show, tempo=home.tempo)
    async with opened as home.channel, asyncio.TaskGroup() as tasks:
        ear = Ear(home.channel)
        running = tasks.create_task(home.channel.run(ear.hear))
        try:
            if log_in:
                await home.log_in(*home.members)
            yield ear
        finally:
            running.cancel()
