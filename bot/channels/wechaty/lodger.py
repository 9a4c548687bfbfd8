"""小爱 as a guest in somebody else's loop: app, memory and service, over one channel of theirs."""

import asyncio
import logging
from contextlib import AsyncExitStack

from bot.app import App
from bot.channels.base import Channel
from bot.channels.keeper import again_and_again, keep
from bot.errands import Errands
from bot.house import ServiceDown, open_house, open_service
from bot.locks import DataUnusable, Taken, locked
from bot.memory import open_memory
from bot.neighbours import keep_neighbours
from bot.settings import Settings
from intents.tools.kit import open_kit
from video_service.schema.config import SettingsError

LOCK_WAIT_S = 10
log = logging.getLogger(__name__)


async def lodge(settings: Settings, channel: Channel) -> None:
    """Live on `channel` until cancelled; what was foreseen to fail is logged, and it ends.

    A failure that nobody foresaw is logged, and she moves in again: nobody waits for this task, so
    the family would otherwise find her silent and nothing said of it.
    """

    async def live() -> None:
        try:
            await _live(settings, channel)
        except* (SettingsError, ServiceDown, Taken, DataUnusable) as problems:
            log.warning("qunying cannot live here: %s", problems.exceptions[0])

    await again_and_again(live, "qunying")


async def _live(settings: Settings, channel: Channel) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(locked(settings.bot_dir / "lock", LOCK_WAIT_S))
        house = await stack.enter_async_context(open_house(settings))
        client = await stack.enter_async_context(open_service(house.url))
        kit = await stack.enter_async_context(open_kit(settings.intents))
        memory = await stack.enter_async_context(open_memory(settings.bot_dir, settings.bot))
        memory.forgetting.beside = settings.data_dir
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        tools = kit.tools(settings.bot.name, client)
        app = App(memory, tools, (channel,), tasks, settings.bot)
        await app.resume()
        tasks.create_task(house.keep())
        tasks.create_task(Errands(settings.bot_dir).run(memory.outbox, app.deliver))
        tasks.create_task(keep_neighbours(settings.data_dir, settings.bot.memory))
        log.info("listening inside another bot, filming at %s", house.url)
        await keep(channel, app.hear)
