"""小爱 at home in WeChat: the real app, memory, service and channel over the real gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.channels.pulse import Pulse
from bot.channels.wechaty.channel import NAME, WechatyChannel
from bot.channels.wechaty.gateway import Gateway as Link
from tests.e2e.gateway.running import TOKEN, Gateway
from tests.e2e.resident import Resident, residing


class Home(Resident[WechatyChannel]):
    """With an eye on the channel's pulse."""

    async def away(self) -> None:
        """Wait until the channel has noticed that its gateway is gone."""
        await self._until(lambda: self.channel.pulse.health.state == "away")

    async def up(self) -> None:
        await self._until(lambda: self.channel.pulse.health.state == "up")

    async def only_films_are_owed(self) -> None:
        """Wait until every word that was sent is noted as sent: no death will repeat it."""
        with self.memory.changes() as bell:
            async with asyncio.timeout(60):
                while set(await self._owed()) != {"ticket"}:
                    await bell.wait()
                    bell.clear()

    async def _owed(self) -> list[str]:
        outbox = self.memory.outbox
        return [it.kind for turn in await outbox.owed() for it in await outbox.parcels(turn)]

    async def _until(self, true: Callable[[], bool]) -> None:
        beat = asyncio.Event()
        self.channel.pulse.watch(lambda _: beat.set())
        async with asyncio.timeout(60):
            while not true():
                beat.clear()
                await beat.wait()


@asynccontextmanager
async def living(
    folder: Path, service: str, wechat: Gateway, llm: str | None = None
) -> AsyncIterator[Home]:
    """She lives in `folder`; entered again, that is a restart. Without `llm`: by patterns alone."""
    inbox, pulse = asyncio.Queue[str](), Pulse(NAME)
    link = Link(("127.0.0.1", wechat.port), TOKEN, pulse, inbox.put_nowait)
    channel = WechatyChannel(link, inbox, pulse)
    async with residing(folder, service, channel, Home, llm) as home:
        yield home
