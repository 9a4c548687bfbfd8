"""How the bot and `doctor` come to the WeCom channel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.base import Channel, ChannelBroken
from bot.channels.wecom import wording
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.frames import Refused, WecomError
from bot.channels.wecom.link import Credentials, Pace, linked
from bot.channels.wecom.media import open_media
from bot.findings import Finding
from bot.locks import is_held
from bot.settings import Settings
from video_service.schema.config import SettingsError, secret

BOT_ID, SECRET = "WECOM_BOT_ID", "WECOM_BOT_SECRET"


@asynccontextmanager
async def open_channel(settings: Settings, pace: Pace | None = None) -> AsyncIterator[Channel]:
    """The channel, not yet running; ChannelBroken when the bot's id or secret is missing."""
    bot = await _credentials()
    if bot is None:
        raise ChannelBroken(f"{BOT_ID} or {SECRET} is not set", say=wording.SET_SECRET_CURE)
    url = settings.bot.wecom.ws_url
    async with open_media(url) as media:
        yield WecomChannel(url, bot, media, pace)


async def check(settings: Settings, pace: Pace | None = None) -> AsyncIterator[Finding]:
    """Whether the secrets are set, and whether WeCom has the bot. A bot that runs is left alone:
    a second connection would end its own."""
    try:
        bot = await _credentials()
    except ChannelBroken as error:
        yield Finding("bad", wording.NO_SECRET, str(error))
        return
    if bot is None:
        yield Finding("bad", wording.NO_SECRET, wording.NO_SECRET_CURE)
        return
    if await asyncio.to_thread(is_held, settings.bot_dir / "lock"):
        yield Finding("ok", wording.RUNNING)
        return
    yield await _try_out(settings.bot.wecom.ws_url, bot, pace or Pace())


async def _try_out(url: str, bot: Credentials, pace: Pace) -> Finding:
    try:
        async with linked(url, bot, lambda frame, link: None, pace):
            return Finding("ok", wording.UP)
    except Refused as error:
        told = wording.BAD_SECRET.format(code=error.code)
        return Finding("bad", told, wording.BAD_SECRET_CURE)
    except WecomError:
        return Finding("bad", wording.UNREACHABLE.format(url=url), wording.UNREACHABLE_CURE)


async def _credentials() -> Credentials | None:
    """From the environment; each may stand in a file."""
    try:
        bot_id, key = await asyncio.to_thread(lambda: (secret(BOT_ID), secret(SECRET)))
    except SettingsError as error:
        raise ChannelBroken(str(error), say=wording.NO_SECRET) from error
    return Credentials(bot_id, key) if bot_id and key else None
