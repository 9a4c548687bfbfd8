"""One member of the family: logged in by their phone, listened to by one long poll after another.

no login ──QR code──▶ listening ──every batch heard──▶ cursor on disk ──▶ listening
    ▲                     │
    └──── the login ends (-14): the others go on
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from bot.channels.base import Hear, NotHeard
from bot.channels.ilink import wording
from bot.channels.ilink.accounts import Account, Accounts
from bot.channels.ilink.board import Board
from bot.channels.ilink.cdn import Cdn
from bot.channels.ilink.doors import opened
from bot.channels.ilink.faults import IlinkError, LoginEnded, Refused
from bot.channels.ilink.heard import sent_at, to_turn
from bot.channels.ilink.login import LoginByQr
from bot.channels.ilink.shapes import Message, QrStatus, Updates
from bot.channels.ilink.tempo import Pauses, Tempo
from bot.channels.ilink.wire import POLL_S, Wire

CHANNEL = "ilink"
FAREWELL_S = 3.0
QUIETEST_POLL_S = 1.0  # of a server that does not hold its polls
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What all members share: the way out, the place on disk, the board, the speed."""

    http: httpx.AsyncClient
    cdn: Cdn
    base_url: str
    accounts: Accounts
    board: Board
    tempo: Tempo


class Member:
    """`account` is what is known of the login; empty until `open`."""

    def __init__(self, name: str, post: Post) -> None:
        self.name, self._post = name, post
        self.account = Account(member=name)
        self._greeted = False

    @property
    def wire(self) -> Wire:
        """A line for the login as it is now."""
        account = self.account
        return Wire(self._post.http, account.base_url or self._post.base_url, account.token)

    async def open(self) -> None:
        """Take up the login that was stored, if there is one."""
        self.account = await self._post.accounts.load(self.name)

    async def run(self, hear: Hear, known: Callable[[], Sequence[str]]) -> None:
        """Log in where needed and listen, for ever. `known`: the tokens of all members."""
        say = wording.SCAN
        while True:
            if not self.account.token:
                await self._log_in(say, known)
            try:
                await self._listen(hear)
            except LoginEnded:
                log.warning("%s: a member has to scan again", CHANNEL)
                say, self.account.token = wording.SCAN_AGAIN, ""
                await self._post.accounts.save(self.account)

    async def farewell(self) -> None:
        """Tell the server that nobody listens any more, if it was told that somebody does."""
        if self._greeted:
            with suppress(IlinkError):
                await self.wire.notify("notifystop", FAREWELL_S)

    async def _log_in(self, say: str, known: Callable[[], Sequence[str]]) -> None:
        post = self._post
        login = LoginByQr(
            self.name, post.http, post.base_url, post.accounts, post.board, post.tempo
        )
        self._take_up(await login.run(say, known))
        await post.accounts.save(self.account)
        log.info("%s: a member has logged in", CHANNEL)

    def _take_up(self, status: QrStatus) -> None:
        account = self.account
        if status.ilink_bot_id != account.bot_id:
            account.cursor = ""  # it counts the messages of one bot
        account.token, account.bot_id = status.bot_token, status.ilink_bot_id
        account.user_id, account.base_url = status.ilink_user_id, status.baseurl

    async def _listen(self, hear: Hear) -> None:
        """Poll until the login ends; raises LoginEnded."""
        wire = self.wire
        pauses = Pauses(self._post.tempo.retry_s, self._post.tempo.longest_s)
        self._greeted, hold_s = False, POLL_S
        while True:
            try:
                if not self._greeted:
                    await self._greet(wire)
                hold_s = await self._poll(wire, hear, hold_s)
            except LoginEnded:
                raise
            except (IlinkError, NotHeard) as error:
                self._note(error)
                await pauses.take()
            else:
                pauses.forget()

    async def _poll(self, wire: Wire, hear: Hear, hold_s: float) -> float:
        """One long poll and all that it brought; how long the server wants to hold the next."""
        clock = asyncio.get_running_loop().time
        began = clock()
        updates = await wire.updates(self.account.cursor, hold_s)
        self._post.board.up(self.name)
        moved = updates.get_updates_buf not in ("", self.account.cursor)
        await self._take(updates, hear)
        if not moved:  # nothing new: never ask more often than this
            await asyncio.sleep(QUIETEST_POLL_S - (clock() - began))
        return updates.longpolling_timeout_ms / 1000 or hold_s

    async def _take(self, updates: Updates, hear: Hear) -> None:
        """Hear the whole batch; only then is it never asked for again."""
        for raw in updates.msgs:
            try:
                message = Message.model_validate(raw)
            except ValidationError:
                log.warning("%s: a message cannot be read; it is left out", CHANNEL)
                continue
            await self._hear(message, hear)
        account = self.account
        if updates.get_updates_buf not in ("", account.cursor):
            account.cursor = updates.get_updates_buf
            await self._post.accounts.save(account)

    async def _hear(self, message: Message, hear: Hear) -> None:
        account, peer = self.account, message.from_user_id
        if account.user_id not in ("", peer):  # their own client hears nobody else either
            log.info("%s: a message of somebody who has not logged in is left out", CHANNEL)
            return
        turn = to_turn(message, CHANNEL, self.name, account.said, self._post.cdn.fetch)
        if turn is None:
            return
        # first the door: what waits in the outbox goes out while the message is heard
        if door := opened(account.doors.get(peer), message.context_token, sent_at(message)):
            account.doors[peer] = door
        await hear(turn)

    def _note(self, error: Exception) -> None:
        if isinstance(error, NotHeard):
            log.warning("%s: a message could not be written down; it is heard again", CHANNEL)
        else:
            self._post.board.away(self.name, error)

    async def _greet(self, wire: Wire) -> None:
        with suppress(Refused):  # a courtesy: what counts is whether it can be polled
            await wire.notify("notifystart")
        self._greeted = True
        self._post.board.up(self.name)
