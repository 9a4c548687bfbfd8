"""Celery dispatch, the service's side: calls workers for what is queued, again when nobody came.

A call is a hint. Whoever answers is given the job that is next by the table's own order, so that
one eager person blocks nobody here either; a call too many finds nothing to do.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from video_service.board import Board
from video_service.crew import Crew
from video_service.dispatch.broker import BrokerAway
from video_service.engines.specs import Lane
from video_service.jobs import Call, JobStore

log = logging.getLogger(__name__)
AGAIN_S = 1.0  # after the broker or the disk failed
LOOK_S = 60.0
Due = tuple[Sequence[Call], Sequence[Call]]  # what may start, and what of it nobody came for


class Phone(Protocol):
    """A `Broker`, for those who need no real one."""

    def call(self, lane: Lane, jobs: Sequence[str], waiting: int) -> int:
        """Blocking; BrokerAway."""
        ...


class Calls:
    """Which jobs a worker was called for, and when."""

    def __init__(self, resend_s: float, steady: Callable[[], float] = time.monotonic) -> None:
        self._resend_s, self._now = resend_s, steady
        self._called: dict[Call, float] = {}

    def owed(self, due: Sequence[Call]) -> list[Call]:
        """Those of the `due` ones that were not called for yet, or too long ago."""
        latest = self._now() - self._resend_s
        return [call for call in due if self._called.get(call, float("-inf")) <= latest]

    def note(self, due: Sequence[Call], called: Sequence[Call]) -> None:
        """Those were called for now; what is not `due` any more is forgotten."""
        now = self._now()
        known = {call: self._called[call] for call in due if call in self._called}
        self._called = known | dict.fromkeys(called, now)


async def call_workers(
    board: Board, crew: Crew, phone: Phone, lanes: Collection[Lane], calls: Calls
) -> None:
    """Runs until cancelled; a broker that is away is told once, and once when it is back."""
    wait_s = 0.0  # look whether it is there before there is anything to call for

    def look(store: JobStore) -> Due | None:
        due = store.due(lanes)
        owed = calls.owed(due)
        return (due, owed) if owed else None

    while not board.closing:
        try:
            found = await board.until(look, wait_s) or ([], [])
            await asyncio.to_thread(_call, phone, lanes, *found)
            calls.note(*found)
            if not crew.callable:
                log.info("workers can be called again")
            crew.callable, wait_s = True, LOOK_S
        except (BrokerAway, sqlite3.Error) as error:
            if crew.callable:
                log.warning("cannot call workers: %s", error)
            crew.callable, wait_s = False, 0.0
            await asyncio.sleep(AGAIN_S)


def _call(phone: Phone, lanes: Collection[Lane], due: Sequence[Call], owed: Sequence[Call]) -> None:
    """One look at the broker for every lane, also with nothing owed: is it there?"""
    for lane in lanes:
        jobs = [call.id for call in owed if call.lane == lane]
        waiting = sum(call.lane == lane for call in due)
        log.debug("%d calls for %s", phone.call(lane, jobs, waiting), lane)
