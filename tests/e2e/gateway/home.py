"""小爱 at home in WeChat: the real app, memory, service and channel over the real gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import App
from bot.channels.keeper import keep
from bot.channels.pulse import Pulse
from bot.channels.wechaty.channel import NAME, WechatyChannel
from bot.channels.wechaty.gateway import Gateway as Link
from bot.deliveries import Pace
from bot.memory import Memory, open_memory
from bot.settings import BotSettings
from intents.settings import IntentsSettings, LlmSettings, WeatherSettings
from intents.tools.kit import open_kit
from tests.e2e.gateway.running import TOKEN, Gateway
from tests.family import NOBODY
from video_service.client import VideoClient, open_client

PACE = Pace(first=0.05, longest=0.2, closed_door=600, look=2)  # only the channel opens the door


@dataclass
class Home:
    """What a test may look into."""

    memory: Memory
    client: VideoClient
    channel: WechatyChannel

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

    async def quiet(self) -> None:
        """Wait until nothing is owed to anybody."""
        with self.memory.changes() as bell:
            async with asyncio.timeout(60):
                while await self.memory.open_turns() or await self.memory.outbox.owed():
                    await bell.wait()
                    bell.clear()

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
    mind = LlmSettings(provider="none")
    if llm:
        mind = LlmSettings(provider="compatible", base_url=llm, model="fake")
    weather = WeatherSettings(forecast_url=NOBODY, geocoding_url=NOBODY)
    settings, inbox, pulse = BotSettings(), asyncio.Queue[str](), Pulse(NAME)
    link = Link(("127.0.0.1", wechat.port), TOKEN, pulse, inbox.put_nowait)
    channel = WechatyChannel(link, inbox, pulse)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(service))
        kit = await stack.enter_async_context(open_kit(IntentsSettings(llm=mind, weather=weather)))
        memory = await stack.enter_async_context(open_memory(folder, settings))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        app = App(memory, kit.tools(settings.name, client), (channel,), tasks, settings, PACE)
        await app.resume()
        kept = tasks.create_task(keep(channel, app.hear))
        try:
            yield Home(memory, client, channel)
        finally:
            kept.cancel()
            app.close()
