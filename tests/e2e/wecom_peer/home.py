"""小爱 at home in WeCom: the real app, memory, service and channel on a line to a fake WeCom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import App
from bot.channels.keeper import keep
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.link import Credentials
from bot.channels.wecom.media import open_media
from bot.deliveries import Pace
from bot.memory import Memory, open_memory
from bot.records import Line, Room
from bot.settings import BotSettings
from intents.settings import IntentsSettings, LlmSettings, WeatherSettings
from intents.tools.kit import open_kit
from tests.channels.wecom.conftest import QUICK
from tests.fake_wecom import BOT_ID, SECRET, Wecom
from tests.family import NOBODY, PATIENCE_S
from video_service.client import VideoClient, open_client
from video_service.schema import Status

PACE = Pace(first=0.05, longest=0.2, closed_door=600, look=2)  # only the channel opens the door


@dataclass
class Home:
    """What a test may look into."""

    memory: Memory
    client: VideoClient
    channel: WecomChannel

    async def quiet(self) -> None:
        """Wait until nothing is owed to anybody."""
        with self.memory.changes() as bell:
            async with asyncio.timeout(PATIENCE_S):
                while await self.memory.open_turns() or await self.memory.outbox.owed():
                    await bell.wait()
                    bell.clear()

    async def heard(self, room: str) -> list[Line]:
        """Wait until she has written something down in the room; all that she has."""
        with self.memory.changes() as bell:
            async with asyncio.timeout(PATIENCE_S):
                while not (lines := await self.memory.history(Room("wecom", room))):
                    await bell.wait()
                    bell.clear()
        return lines

    async def filmed(self, room: str) -> None:
        """Wait until the one clip that is promised to the room is made, sent or not."""
        (waiting,) = await self.memory.waiting(Room("wecom", room))
        async with asyncio.timeout(PATIENCE_S):
            job = await self.client.get(waiting.job_id)
            while job.status is not Status.completed:
                job = await self.client.get(waiting.job_id, wait=5)


@asynccontextmanager
async def living(folder: Path, service: str, wecom: Wecom) -> AsyncIterator[Home]:
    """She lives in `folder`, and understands by patterns alone; entered again: a restart."""
    weather = WeatherSettings(forecast_url=NOBODY, geocoding_url=NOBODY)
    intents, settings = (
        IntentsSettings(llm=LlmSettings(provider="none"), weather=weather),
        BotSettings(),
    )
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(service))
        kit = await stack.enter_async_context(open_kit(intents))
        memory = await stack.enter_async_context(open_memory(folder, settings))
        media = await stack.enter_async_context(open_media(wecom.url))
        bot = Credentials(BOT_ID, SECRET)
        channel = WecomChannel(wecom.url, bot, media, replace(QUICK, wait=0.05))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        app = App(memory, kit.tools(settings.name, client), (channel,), tasks, settings, PACE)
        await app.resume()
        kept = tasks.create_task(keep(channel, app.hear))
        try:
            yield Home(memory, client, channel)
        finally:
            kept.cancel()
            app.close()
