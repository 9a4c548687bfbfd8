"""Channels side by side: one that fails does not stop the others, and each tells how it is."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot.channels import registry
from bot.channels.base import Channel, ChannelBroken, Hear
from bot.channels.shut import ShutChannel
from bot.pace import doubling
from bot.settings import Settings

CHANNELS_FILE = "channels.json"  # in the bot's folder
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
TROUBLE = "出了毛病，正在重新打开"
log = logging.getLogger(__name__)
T = TypeVar("T")


@asynccontextmanager
async def open_outside(settings: Settings, names: Sequence[str]) -> AsyncIterator[list[Channel]]:
    """The channels of `names` that lead into WeChat; one that cannot be opened is there, shut."""
    async with AsyncExitStack() as stack:
        channels: list[Channel] = []
        for name in names:
            if name in registry.OUTSIDE:
                channels.append(await _open(stack, settings, name))
        yield channels


async def _open(stack: AsyncExitStack, settings: Settings, name: str) -> Channel:
    try:
        door = await asyncio.to_thread(registry.door, name)
        return await stack.enter_async_context(door.open_channel(settings))
    except ChannelBroken as why:
        return ShutChannel(name, why)


async def keep(channel: Channel, hear: Hear) -> ChannelBroken:
    """Run the channel for as long as it can; why it cannot any more.

    A failure that nobody foresaw is logged, and the channel is run again: its rooms would
    otherwise go silent until somebody looks.
    """

    async def run() -> ChannelBroken:
        try:
            await channel.run(hear)
            raise ChannelBroken("it ended by itself", say=TROUBLE)
        except ChannelBroken as why:
            channel.pulse.broken(why.say, why)
            return why

    def stumbled(error: Exception) -> None:
        channel.pulse.away(TROUBLE, repr(error))

    return await again_and_again(run, f"channel {channel.name}", stumbled)


async def again_and_again(
    run: Callable[[], Awaitable[T]], what: str, stumbled: Callable[[Exception], None] | None = None
) -> T:
    """`run` until it ends as it is meant to; a failure that nobody foresaw is logged and told."""
    pauses = doubling(FIRST_PAUSE_S, LONGEST_PAUSE_S)
    while True:
        try:
            return await run()
        except Exception as error:
            log.exception("%s failed unexpectedly and is begun again", what)
            if stumbled:
                stumbled(error)
        await asyncio.sleep(next(pauses))


class Board:
    """`channels.json`: how each channel is, for a doctor in another process."""

    def __init__(self, file: Path, channels: Sequence[Channel]) -> None:
        self._file, self._channels = file, channels
        self._changed = asyncio.Event()
        for channel in channels:
            channel.pulse.watch(lambda _: self._changed.set())

    async def run(self) -> None:
        """Write it at every change, until cancelled."""
        while True:
            self._changed.clear()
            try:
                await asyncio.to_thread(_write, self._file, self._told())
            except OSError as error:  # only the doctor misses it
                log.warning("%s cannot be written: %s", self._file, error)
            await self._changed.wait()

    def _told(self) -> str:
        told = [
            {
                "name": channel.name,
                "state": health.state,
                "say": health.say,
                "since": health.since.isoformat() if health.since else None,
            }
            for channel in self._channels
            for health in (channel.pulse.health,)
        ]
        return json.dumps(told, ensure_ascii=False, indent=1)


def _write(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    file.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(text, "utf-8")
    os.replace(part, file)
