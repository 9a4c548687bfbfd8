"""小爱 at home in WeCom: the real app, memory, service and channel on a line to a fake WeCom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.link import Credentials
from bot.channels.wecom.media import open_media
from bot.records import Line, Room
from tests.channels.wecom.conftest import QUICK
from tests.e2e.resident import Resident, residing
from tests.fake_wecom import BOT_ID, SECRET, Wecom
from tests.family import PATIENCE_S
from video_service.schema import Status


class Home(Resident[WecomChannel]):
    """With what she has heard and filmed in a room."""

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
    async with open_media(wecom.url) as media:
        bot = Credentials(BOT_ID, SECRET)
        channel = WecomChannel(wecom.url, bot, media, replace(QUICK, wait=0.05))
        async with residing(folder, service, channel, Home) as home:
            yield home
