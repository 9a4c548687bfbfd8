"""How this channel is opened, and what doctor says of it. Needs the extra `wechaty`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from bot.channels.base import Channel, ChannelBroken
from bot.channels.pulse import Pulse
from bot.channels.wechaty import wording
from bot.findings import Finding
from bot.settings import Settings
from video_service.schema.config import SettingsError, secret

TOKEN = "WECHATY_PUPPET_SERVICE_TOKEN"
NEEDED = ("grpclib", "wechaty_grpc")
CHATTY = ("hpack", "grpclib")  # at DEBUG they print the headers of every call, the token with them


@asynccontextmanager
async def open_channel(settings: Settings) -> AsyncIterator[Channel]:
    """The channel, not yet running. ChannelBroken without the extra or without a token."""
    if not await asyncio.to_thread(installed):
        raise ChannelBroken("the extra `wechaty` is not installed", say=wording.NO_EXTRA)
    try:
        token = await asyncio.to_thread(secret, TOKEN)
    except SettingsError as error:
        raise ChannelBroken(str(error), say=wording.NO_TOKEN) from error
    if not token:
        raise ChannelBroken(f"{TOKEN} is not set", say=wording.NO_TOKEN)
    parts: ModuleType = await asyncio.to_thread(import_module, "bot.channels.wechaty.channel")
    gates: ModuleType = await asyncio.to_thread(import_module, "bot.channels.wechaty.gateway")
    hush()
    inbox, pulse = asyncio.Queue[str](), Pulse(parts.NAME)
    ours = settings.bot.wechaty
    link = gates.Gateway(ours.where, token, pulse, inbox.put_nowait, ours.file_hosts)
    yield parts.WechatyChannel(link, inbox, pulse)


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """The extra, the token, and a call to the gateway that is there now."""
    if not await asyncio.to_thread(installed):
        yield Finding("bad", wording.CHECK_EXTRA, wording.CHECK_EXTRA_CURE)
        return
    try:
        token = await asyncio.to_thread(secret, TOKEN)
    except SettingsError as error:
        told = wording.CHECK_TOKEN_FILE.format(why=error)
        yield Finding("bad", told, wording.CHECK_TOKEN_FILE_CURE)
        return
    if not token:
        yield Finding("bad", wording.CHECK_NO_TOKEN, wording.CHECK_NO_TOKEN_CURE)
        return
    hush()
    look: ModuleType = await asyncio.to_thread(import_module, "bot.channels.wechaty.look")
    finding: Finding = await look.look(settings.bot.wechaty.where, token)
    yield finding


def installed() -> bool:
    return all(find_spec(name) for name in NEEDED)


def hush() -> None:
    """Keep headers out of every log."""
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
