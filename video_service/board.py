"""The job table for the event loop: one thread owns SQLite, and a bell rings when it changed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from video_service.job_table import Job, JobTable
from video_service.jobs import JobStore
from video_service.schema.settings import ServiceSettings
from video_service.schema.spare import Spare

LOOK_AGAIN_S = 1.0  # time passes without a bell: a retry falls due, a lease runs out
T = TypeVar("T")


class Board:
    """Verbs of `JobStore` from async code; waiting for a change without polling hard."""

    def __init__(self, store: JobStore, thread: ThreadPoolExecutor, spare: Spare) -> None:
        self._store, self._thread, self._spare = store, thread, spare
        self._bell = asyncio.Event()
        self.closing = False

    async def read(self, verb: Callable[[JobStore], T]) -> T:
        """Run a verb in the table's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, verb, self._store)

    async def write(self, verb: Callable[[JobStore], T]) -> T:
        """Run a verb that changes something, and wake everybody who waits for a change."""
        try:
            return await self.read(verb)
        finally:
            self.ring()

    async def end(self, verb: Callable[[JobStore], T]) -> T:
        """`write` how a job ends: somebody waits to hear it, also while the disk is full."""
        return await self.write(lambda store: self._spare.write(lambda: verb(store)))

    async def keep_spare(self) -> None:
        """Once there is room again, keep some of it for endings."""
        await self.read(lambda _: self._spare.keep())

    async def until(self, look: Callable[[JobStore], T | None], seconds: float) -> T | None:
        """What `look` finds, as soon as it finds something; None when `seconds` have passed."""
        ends = time.monotonic() + seconds
        while True:
            bell = self._bell  # taken before looking, so that no change falls in between
            found = await self.read(look)
            left = ends - time.monotonic()
            if found is not None or self.closing or left <= 0:
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, LOOK_AGAIN_S)):
                    await bell.wait()

    def ring(self) -> None:
        """Wake everybody who waits; each looks for himself."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def close(self) -> None:
        """No more waiting: long polls answer now."""
        self.closing = True
        self.ring()


@asynccontextmanager
async def open_board(
    path: Path, rules: ServiceSettings, told: Callable[[Job], None] | None = None
) -> AsyncIterator[Board]:
    """The table at `path`, opened in the one thread that uses it; `told`: who hears of its ends."""
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="job-table")
    try:
        store = await loop.run_in_executor(thread, partial(_open, path, rules, told))
        try:
            yield Board(store, thread, Spare(path.with_name("spare")))
        finally:
            await loop.run_in_executor(thread, store.close)
    finally:
        thread.shutdown(wait=False)  # it is idle by now; to join it would block the loop


def _open(path: Path, rules: ServiceSettings, told: Callable[[Job], None] | None) -> JobStore:
    path.parent.mkdir(parents=True, exist_ok=True)
    return JobStore(JobTable(path, told), rules)
