"""The sign that an answer is on its way: put up again every few seconds, for a while at most."""

import asyncio
import logging
from contextlib import suppress

from bot.channels.ilink.faults import IlinkError
from bot.channels.ilink.tempo import Tempo
from bot.channels.ilink.wire import Wire

DOWN_S = 2.0
log = logging.getLogger(__name__)


class TypingSigns:
    """The signs of one login, at most one for each person."""

    def __init__(self, tempo: Tempo) -> None:
        self._tempo = tempo
        self._tickets: dict[str, str] = {}
        self._up: dict[str, asyncio.Task[None]] = {}

    def show(self, wire: Wire, peer: str, context: str, tasks: asyncio.TaskGroup) -> None:
        """Put the sign up; `stop` takes it down, or the time does."""
        if peer not in self._up:
            task = tasks.create_task(self._keep_up(wire, peer, context))
            self._up[peer] = task
            task.add_done_callback(lambda done: self._forget(peer, done))

    def stop(self, peer: str) -> None:
        """Something was said."""
        if task := self._up.pop(peer, None):
            task.cancel()

    def _forget(self, peer: str, task: asyncio.Task[None]) -> None:
        if self._up.get(peer) is task:
            del self._up[peer]

    async def _keep_up(self, wire: Wire, peer: str, context: str) -> None:
        try:
            async with asyncio.timeout(self._tempo.typing_for_s):
                while True:
                    await wire.typing(peer, await self._ticket(wire, peer, context), on=True)
                    await asyncio.sleep(self._tempo.typing_s)
        except (IlinkError, TimeoutError) as error:  # a sign that nobody misses
            log.debug("the typing sign ends: %s", error)
        finally:
            await self._take_down(wire, peer)

    async def _take_down(self, wire: Wire, peer: str) -> None:
        if ticket := self._tickets.get(peer):
            with suppress(IlinkError, TimeoutError):
                async with asyncio.timeout(DOWN_S):
                    await wire.typing(peer, ticket, on=False)

    async def _ticket(self, wire: Wire, peer: str, context: str) -> str:
        """Good for a day and more, as their own client has it; kept for the life of a login."""
        if peer not in self._tickets:
            self._tickets[peer] = await wire.typing_ticket(peer, context)
        return self._tickets[peer]
