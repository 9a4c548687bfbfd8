"""The channel alone over a gateway: what it hears is kept, what it says is up to the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.channels.base import ChannelBroken
from bot.channels.pulse import Health, Pulse
from bot.channels.wechaty.channel import NAME, WechatyChannel
from bot.channels.wechaty.gateway import Gateway
from intents.dialogue import Turn
from tests.e2e.gateway.running import TOKEN

PATIENCE_S = 60


@dataclass
class Chat:
    """A running channel, the turns it hears, and every way it felt."""

    channel: WechatyChannel
    link: Gateway
    heard: asyncio.Queue[Turn] = field(default_factory=asyncio.Queue)
    beats: list[Health] = field(default_factory=list)
    broken: ChannelBroken | None = None
    _beat: asyncio.Event = field(default_factory=asyncio.Event)

    async def turn(self) -> Turn:
        """The next turn it hears."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.heard.get()

    async def feels(self, state: str) -> Health:
        """Wait until its pulse is `state`."""
        async with asyncio.timeout(PATIENCE_S):
            while self.channel.pulse.health.state != state:
                await self.moves()
        return self.channel.pulse.health

    async def moves(self) -> None:
        """Wait until its pulse changes in any way."""
        self._beat.clear()
        await self._beat.wait()

    def note(self, health: Health) -> None:
        self.beats.append(health)
        self._beat.set()

    async def hear(self, turn: Turn) -> None:
        self.heard.put_nowait(turn)

    async def run(self) -> None:
        try:
            await self.channel.run(self.hear)
        except ChannelBroken as broken:
            self.broken = broken
            self.channel.pulse.broken(broken.say, broken)


@asynccontextmanager
async def chatting(port: int, token: str = TOKEN) -> AsyncIterator[Chat]:
    """The channel, running; it need not be logged in yet."""
    inbox, pulse = asyncio.Queue[str](), Pulse(NAME)
    link = Gateway(("127.0.0.1", port), token, pulse, inbox.put_nowait)
    chat = Chat(WechatyChannel(link, inbox, pulse), link)
    pulse.watch(chat.note)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(chat.run())
        try:
            yield chat
        finally:
            running.cancel()
