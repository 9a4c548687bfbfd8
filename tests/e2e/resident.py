"""小爱 at home behind a channel: the real app, memory, service and client, while a block lasts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bot.app import App
from bot.channels.base import Channel
from bot.channels.keeper import keep
from bot.memory import Memory, open_memory
from bot.pace import Pace
from bot.settings import BotSettings
from intents.settings import IntentsSettings, LlmSettings, WeatherSettings
from intents.tools.kit import open_kit
from tests.family import NOBODY, PATIENCE_S
from video_service.client import VideoClient, open_client

PACE = Pace(first=0.05, longest=0.2, closed_door=600, look=2)  # only the channel opens the door
C = TypeVar("C", bound=Channel)
H = TypeVar("H")


@dataclass
class Resident(Generic[C]):
    """What a test may look into."""

    memory: Memory
    client: VideoClient
    channel: C

    async def quiet(self) -> None:
        """Wait until nothing is owed to anybody."""
        with self.memory.changes() as bell:
            async with asyncio.timeout(PATIENCE_S):
                while await self.memory.open_turns() or await self.memory.outbox.owed():
                    await bell.wait()
                    bell.clear()


@asynccontextmanager
async def residing(
    folder: Path,
    service: str,
    channel: C,
    home: Callable[[Memory, VideoClient, C], H],
    llm: str | None = None,
) -> AsyncIterator[H]:
    """She lives in `folder`; entered again, that is a restart. Without `llm`: by patterns alone."""
    mind = LlmSettings(provider="none")
    if llm:
        mind = LlmSettings(provider="compatible", base_url=llm, model="fake")
    weather = WeatherSettings(forecast_url=NOBODY, geocoding_url=NOBODY)
    settings = BotSettings()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(service))
        kit = await stack.enter_async_context(open_kit(IntentsSettings(llm=mind, weather=weather)))
        memory = await stack.enter_async_context(open_memory(folder, settings))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        app = App(memory, kit.tools(settings.name, client), (channel,), tasks, settings, PACE)
        await app.resume()
        kept = tasks.create_task(keep(channel, app.hear))
        try:
            yield home(memory, client, channel)
        finally:
            kept.cancel()
            app.close()
