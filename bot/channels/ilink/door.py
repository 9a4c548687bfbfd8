"""The way in: opens the channel, and looks at it for `qunying doctor`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

from bot.channels.base import Channel, ChannelBroken
from bot.channels.ilink import wording
from bot.channels.ilink.accounts import Account, Accounts
from bot.channels.ilink.board import Board, Show
from bot.channels.ilink.cdn import Cdn
from bot.channels.ilink.channel import IlinkChannel
from bot.channels.ilink.faults import IlinkError, LoginEnded
from bot.channels.ilink.member import CHANNEL, Post
from bot.channels.ilink.qr import TerminalCodes
from bot.channels.ilink.tempo import Tempo
from bot.channels.ilink.wire import Wire
from bot.channels.pulse import Pulse
from bot.channels.settings import IlinkSettings
from bot.findings import Finding
from bot.settings import Settings, is_loopback

CONNECT_S, LOOK_S = 10.0, 5.0


@asynccontextmanager
async def open_channel(
    settings: Settings, *, show: Show | None = None, tempo: Tempo | None = None
) -> AsyncIterator[Channel]:
    """The channel with the logins it has; `show` is told each code to scan, else the terminal."""
    wanted = settings.bot.ilink
    accounts, pulse = Accounts(settings.bot_dir / CHANNEL), Pulse(CHANNEL)
    board = Board(pulse, wanted.members, show or TerminalCodes().show)
    async with await asyncio.to_thread(_client, wanted) as http:
        cdn = Cdn(http, wanted.cdn_url)
        post = Post(http, cdn, wanted.base_url, accounts, board, tempo or Tempo())
        channel = IlinkChannel(wanted.members, post, pulse)
        try:
            await channel.open()
        except OSError as error:
            why = f"{accounts.folder}: {error.strerror}"
            raise ChannelBroken(why, say=wording.FOLDER_BAD) from error
        try:
            yield channel
        finally:
            await channel.close()


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """Whether the server can be reached, and for each member whether the login is good."""
    wanted = settings.bot.ilink
    accounts = Accounts(settings.bot_dir / CHANNEL)
    async with await asyncio.to_thread(_client, wanted) as http:
        try:
            await http.get(wanted.base_url, timeout=LOOK_S)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = wording.NOT_REACHED.format(why=type(error).__name__)
            yield Finding("bad", told, wording.NOT_REACHED_CURE)
            return
        yield Finding("ok", wording.REACHED)
        for name in wanted.members:
            yield await _login(await accounts.load(name), http, wanted.base_url)


async def _login(account: Account, http: httpx.AsyncClient, base_url: str) -> Finding:
    who = account.member
    cure = wording.LOGIN_CURE.format(who=who)
    if not account.token:
        return Finding("warn", wording.LOGGED_OUT.format(who=who), cure)
    door = account.doors.get(account.user_id)
    wire = Wire(http, account.base_url or base_url, account.token)
    try:
        await wire.typing_ticket(account.user_id, door.context if door else "")
    except LoginEnded:
        return Finding("warn", wording.LOGIN_OVER.format(who=who), cure)
    except IlinkError as error:  # a new login has no ticket yet: that says nothing of the token
        return Finding("ok", wording.LOGIN_UNSURE.format(who=who, why=error))
    return Finding("ok", wording.LOGGED_IN.format(who=who))


def _client(wanted: IlinkSettings) -> httpx.AsyncClient:
    """Reads certificates. Every request has its own deadline beside the one for connecting."""
    outside = not is_loopback(urlsplit(wanted.base_url).hostname or "")
    timeout = httpx.Timeout(None, connect=CONNECT_S)
    return httpx.AsyncClient(timeout=timeout, trust_env=outside, follow_redirects=False)
