"""What every open tab shows of the room, kept fresh by one poller, however many tabs there are."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.clips import look
from bot.records import Line, Room, Waiting
from bot.web.progress import Progress, progress_of
from bot.web.viewers import Viewers
from video_service.client import VideoClient, VideoServiceError
from video_service.schema import VideoJob

LINES = 40  # as many as one load shows; older ones come when the reader scrolls up
POLL_S = 1.0
log = logging.getLogger(__name__)


class RoomMemory(Protocol):
    """The part of `bot.memory.Memory` that the page reads."""

    async def history(
        self, room: Room, limit: int = LINES, before: int | None = None
    ) -> list[Line]: ...

    async def waiting(self, room: Room) -> list[Waiting]: ...

    def changes(self, room: Room) -> AbstractContextManager[asyncio.Event]: ...


@dataclass(frozen=True, slots=True)
class Promise:
    """A clip somebody waits for, and how far it is."""

    job_id: str
    asked_by: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class View:
    """The newest lines of the room, oldest first, and what is being worked on."""

    lines: tuple[Line, ...] = ()
    promises: tuple[Promise, ...] = ()
    typing: bool = False


class RoomWatch:
    """Reads the room when it changes, and the jobs once a second while something waits."""

    def __init__(
        self, room: Room, memory: RoomMemory, client: VideoClient, is_typing: Callable[[], bool]
    ) -> None:
        self._room, self._memory, self._client = room, memory, client
        self._is_typing = is_typing
        self._bell = asyncio.Event()
        self._viewers = Viewers[View](self.stir)  # the poller sleeps while nobody looks
        self._waiting: list[Waiting] = []
        self._lines: tuple[Line, ...] = ()
        self.view = View()

    def join(self, show: Callable[[View], None]) -> Callable[[], None]:
        """Call `show` with every new view until the returned function is called."""
        return self._viewers.join(show)

    def stir(self) -> None:
        """Look again soon: something may have changed."""
        self._bell.set()

    async def older(self, before: int) -> list[Line]:
        return await self._memory.history(self._room, LINES, before)

    async def run(self) -> None:
        """Watch until cancelled."""
        with self._memory.changes(self._room) as bell:
            self._bell = bell  # a tab that joins, or the typing sign, is a reason to look as well
            bell.set()
            while True:
                if bell.is_set():
                    bell.clear()
                    await self._read(bell)
                await self._look()
                await self._rest(bell)

    async def _read(self, bell: asyncio.Event) -> None:
        try:
            self._lines = tuple(await self._memory.history(self._room, LINES))
            self._waiting = await self._memory.waiting(self._room)
        except sqlite3.OperationalError as error:  # the page must outlive a bad moment of the disk
            log.warning("the room cannot be read: %r", error)
            asyncio.get_running_loop().call_later(POLL_S, bell.set)

    async def _look(self) -> None:
        promises = tuple([await self._promise(waiting) for waiting in self._waiting])
        view = View(self._lines, promises, self._is_typing() and not promises)
        if view != self.view:
            self.view = view
            self._viewers.tell(view)

    async def _promise(self, waiting: Waiting) -> Promise:
        job: VideoJob | None = None
        with suppress(VideoServiceError):  # the line then says that the service is awaited
            job = await look(self._client, waiting)
        waited = (datetime.now(UTC) - waiting.since).total_seconds()
        return Promise(waiting.job_id, waiting.asked_by, progress_of(job, waited))

    async def _rest(self, bell: asyncio.Event) -> None:
        moving = self._viewers and (self._waiting or self.view.typing)
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S if moving else None):
                await bell.wait()
