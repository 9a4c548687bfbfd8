"""One connection to a gateway after another, for as long as the token is right."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from grpclib.client import Channel as Line

from bot.channels.base import ChannelBroken
from bot.channels.pulse import Login, Pulse
from bot.channels.wechaty import wire as on
from bot.channels.wechaty import wording
from bot.channels.wechaty.errors import (
    GatewayAway,
    GatewayError,
    Refused,
    Rival,
    Unauthorized,
    settled,
)
from bot.channels.wechaty.wire import Contact, Wire

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 2.0  # short: a gateway that is back is noticed in 3 seconds
SETTLE_S = 3.0  # a gateway that is logged in says so at once
LOOK_S, ENOUGH_MISSED = 20.0, 2  # a line may be dead without a word: how often it is asked
log = logging.getLogger(__name__)


class Link(Protocol):
    """What a channel needs of its gateway: `wire` and `me` while logged in, else None."""

    wire: Wire | None
    me: Contact | None
    there: asyncio.Event  # set while logged in

    async def run(self) -> ChannelBroken:
        """Keep it up until its owner has to mend something; what that is."""


class Gateway(Link):
    """The gateway at `where`; `heard` takes the id of every message, in order."""

    def __init__(
        self,
        where: tuple[str, int],
        token: str,
        pulse: Pulse,
        heard: Callable[[str], None],
        near: Iterable[str] = (),
    ) -> None:
        self._where, self._token, self._pulse, self._heard = where, token, pulse, heard
        self._near = tuple(near)
        self.wire: Wire | None = None
        self.me: Contact | None = None
        self.there = asyncio.Event()
        self._fault = ""

    async def run(self) -> ChannelBroken:
        pause = FIRST_PAUSE_S
        while True:
            why = await self._live()
            pause = FIRST_PAUSE_S if self.me else min(pause * 2, LONGEST_PAUSE_S)
            self._leave()
            if isinstance(why, Unauthorized):
                return ChannelBroken(f"{self._at}: wrong token: {why}", say=wording.WRONG_TOKEN)
            self._pulse.away(_say(why), f"{self._at}: {why}")
            await asyncio.sleep(pause)

    @property
    def _at(self) -> str:
        return "{}:{}".format(*self._where)

    async def _live(self) -> GatewayError:
        """One connection from its first call to its end; how it ended."""
        line = Line(*self._where)
        wire = Wire(line, self._token, self._near)
        try:
            await wire.ping()  # a wrong token is known before anything is started
            async with asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(self._watch(wire, line))
                end = tasks.create_task(settled("Event", self._listen(wire)))
                end.add_done_callback(lambda _: watch.cancel())
            return end.result() or GatewayAway("it ended the stream of events")
        except GatewayError as error:
            return error
        finally:
            line.close()

    async def _listen(self, wire: Wire) -> None:
        await wire.start()
        async for kind, told in wire.events():
            await self._take(wire, kind, told)

    async def _take(self, wire: Wire, kind: int, told: dict[str, Any]) -> None:
        match kind, told:
            case on.MESSAGE, {"messageId": str(message_id)}:
                self._heard(message_id)
            case on.LOGIN, {"contactId": str(contact_id)}:
                await self._enter(wire, contact_id)
            case on.LOGOUT, _:
                self._leave()
                self._pulse.login(wording.NOT_LOGGED_IN)
            case on.SCAN, {"qrcode": str(url)} if url:
                self._pulse.login(wording.SCAN, Login(wording.SCANNER, url))
            case on.FAULT, _:
                self._note(on.fault(told).replace(self._token, "***"))

    def _note(self, fault: str) -> None:
        """WeChat trembles now and then and the puppet mends that; it may say so twice a second."""
        if not self.me and not self._pulse.health.logins:
            self._pulse.away(wording.NO_WECHAT, fault)
        elif fault != self._fault:
            log.warning("the puppet reports an error: %s", fault)
        self._fault = fault

    async def _enter(self, wire: Wire, contact_id: str) -> None:
        try:
            me = await wire.contact(contact_id)
        except Refused as error:
            log.warning("nothing is known of the account itself: %s", error)
            me = Contact(contact_id, "")
        self.wire, self.me = wire, me
        self._fault = ""
        self.there.set()
        self._pulse.up()

    def _leave(self) -> None:
        self.wire, self.me = None, None
        self.there.clear()

    async def _watch(self, wire: Wire, line: Line) -> None:
        """Close a line over which nothing comes any more: the stream of events then ends."""
        await asyncio.sleep(SETTLE_S)
        health = self._pulse.health
        if not self.me and health.state != "login" and health.say != wording.NO_WECHAT:
            self._pulse.login(wording.NOT_LOGGED_IN)
        missed = 0
        while missed < ENOUGH_MISSED:
            await asyncio.sleep(LOOK_S)
            try:
                await wire.ping()
                missed = 0
            except GatewayError:  # a big clip on a slow line may be in the way once
                missed += 1
        line.close()


def _say(why: GatewayError) -> str:
    if isinstance(why, Rival):
        return wording.RIVAL
    return wording.NO_WECHAT if isinstance(why, Refused) else wording.AWAY
