"""小爱 as a plugin of a bot that somebody has already: `bot.use(QunyingPlugin(load_settings()))`.

Call `shims.install()` before `wechaty` is imported. She hears what that bot hears and speaks
through its puppet; memory, understanding and filming are the same as everywhere.
"""

import asyncio
import logging
from typing import Any

from wechaty import Message, Wechaty, WechatyPlugin

from bot.channels.base import ChannelBroken
from bot.channels.pulse import Pulse
from bot.channels.wechaty.channel import NAME, WechatyChannel
from bot.channels.wechaty.door import hush
from bot.channels.wechaty.errors import GatewayError
from bot.channels.wechaty.gateway import Link
from bot.channels.wechaty.lodger import lodge
from bot.channels.wechaty.wire import Contact, Wire
from bot.settings import Settings

log = logging.getLogger(__name__)


class Guest(Link):
    """The connection of the bot that we are in: it connects, and connects again, by itself."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse, self._line = pulse, None
        self.wire: Wire | None = None
        self.me: Contact | None = None
        self.there = asyncio.Event()

    async def enter(self, line: Any, me_id: str) -> None:
        """Use `line`, its grpclib channel, from now on; the same one again changes nothing."""
        if line is self._line and self.me:
            return
        wire = Wire(line)
        try:
            self.me = await wire.contact(me_id)
        except GatewayError as error:
            log.warning("nothing is known of the account itself: %s", error)
            self.me = Contact(me_id, "")
        self._line, self.wire = line, wire
        self.there.set()
        self._pulse.up()

    async def run(self) -> ChannelBroken:
        await asyncio.Event().wait()
        return ChannelBroken("unreachable", say="")


class QunyingPlugin(WechatyPlugin):  # type: ignore[misc]  # wechaty has no types
    """Everything 小爱 does, in the loop of the bot that uses her."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._inbox: asyncio.Queue[str] = asyncio.Queue()
        self._pulse = Pulse(NAME)
        self._guest = Guest(self._pulse)
        self._lodging: asyncio.Task[None] | None = None

    async def init_plugin(self, wechaty: Wechaty) -> None:
        """Called at every login of the bot."""
        hush()
        await self._meet(wechaty)
        # its loop, not ours: no task group of ours lives as long; `lodge` itself tells how it ends
        if self._lodging is None or self._lodging.done():
            channel = WechatyChannel(self._guest, self._inbox, self._pulse)
            self._lodging = asyncio.create_task(lodge(self._settings, channel), name="qunying")

    async def on_message(self, msg: Message) -> None:
        """What the bot hears; the bot itself goes on at once."""
        await self._meet(self.bot)
        self._inbox.put_nowait(msg.message_id)

    async def _meet(self, bot: Wechaty) -> None:
        await self._guest.enter(bot.puppet.channel, bot.puppet.self_id())
