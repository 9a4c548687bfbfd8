"""Nothing is kept for longer than its time: swept at the start and every hour after that.

bot.db forgets first, the files follow: killed between the two, the next sweep finds them as files
that nothing points at.
"""

import asyncio
import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.aging import (
    abandon,
    forget_old,
    forget_traces,
    kept_files,
    let_photos_go,
    newest,
    owed_jobs,
)
from bot.database import Database
from bot.limits.ledger import forget_usage
from bot.locks import DataUnusable
from bot.media import Shelf, safe_name
from bot.settings import MemorySettings

EVERY = timedelta(hours=1)
DAY = timedelta(days=1)  # a clock that is wrong by more has told nothing
DOUBTED = timedelta(days=30)  # a computer may start with a clock of years ahead, for a minute
ABANDONED = timedelta(days=1)  # commands wait half an hour, unless they are told otherwise
SETTLED_S = 3600.0  # a younger file may just be on its way into bot.db
STUDIO = "studio"
STUDIO_PHOTO = re.compile(r"[0-9a-z]{9}-[0-9a-f]{12}\.jpg")  # see `bot.web.takes`
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """How much went: turns, photos, traces, and files that nothing pointed at."""

    turns: int = 0
    photos: int = 0
    traces: int = 0
    strays: int = 0


class Retention:
    """The files lie in `shelf`, those of the studio in the folder beside it.

    `abandoned`: after so long nobody waits for what is owed; None: somebody always does. `sure`:
    the clock is believed; without it only once a sweep is over.
    """

    def __init__(
        self,
        db: Database,
        shelf: Shelf,
        rules: MemorySettings,
        abandoned: timedelta | None = None,
        *,
        sure: bool = False,
    ) -> None:
        self._db, self._shelf, self._rules = db, shelf, rules
        self._abandoned = abandoned
        self._well, self._sure = True, sure

    async def run(self) -> None:
        """Sweep every hour until cancelled."""
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            with suppress(DataUnusable):  # the files go all the same; all else waits for the owner
                await self.sweep()

    async def sweep(self, now: datetime | None = None) -> Swept:
        """Let go of what is past its time, or will be before the next sweep.

        A disk that fails is told and tried again at the next sweep; DataUnusable of a damaged
        database.
        """
        try:
            swept = await self._sweep(now or datetime.now(UTC))
        except (sqlite3.Error, OSError) as error:
            if self._well:
                log.warning("what is old cannot be deleted yet: %r", error)
            self._well = False
            return Swept()
        if not self._well:
            log.info("what is old can be deleted again")
            self._well = True
        if swept != Swept():
            log.info("past their time: %s", swept)
        return swept

    async def _sweep(self, now: datetime) -> Swept:
        rules, soon = self._rules, now + EVERY

        def work(it: sqlite3.Connection) -> tuple[Swept, list[str]]:
            if self._abandoned:
                abandon(it, now - self._abandoned)
            today = now if self._sure else min(now, newest(it, now) + DOUBTED)
            words = today - timedelta(days=rules.keep_days)
            turns, files = forget_old(it, words, today - timedelta(days=rules.clip_days))
            traces = forget_traces(it, today - timedelta(days=rules.trace_days))
            forget_usage(it, today)
            photos = let_photos_go(it, soon - timedelta(hours=rules.photo_hours), now + DAY)
            return Swept(turns, len(photos), traces), [*files, *photos]

        # files first: where the disk is full, only they make room for what is written in bot.db
        photo_age, clip_age = timedelta(hours=rules.photo_hours) - EVERY, rules.clip_days * 86_400
        studio = self._shelf.folder.with_name(STUDIO)
        photos = await asyncio.to_thread(_sweep_studio, studio, photo_age.total_seconds(), clip_age)
        known = await self._db.run(_stems)
        strays = await asyncio.to_thread(_sweep_strays, self._shelf.folder, known)
        swept, files = await self._db.run(work)
        self._sure = True
        await self._shelf.discard(files)
        if swept.turns or swept.traces:
            await self._db.empty_log()
        return Swept(swept.turns, swept.photos + photos, swept.traces, strays)


def _stems(it: sqlite3.Connection) -> set[str]:
    """What the names of files that are wanted begin with; smaller copies are called alike."""
    return {_stem(name) for name in kept_files(it)} | {safe_name(job) for job in owed_jobs(it)}


def _sweep_strays(folder: Path, known: set[str]) -> int:
    """Delete files that nothing points at, and halves that nobody goes on writing; how many."""
    gone = 0
    for path, age in _files(folder):
        if age > SETTLED_S and (path.suffix == ".part" or _stem(path.name) not in known):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _sweep_studio(folder: Path, photo_s: float, film_s: float) -> int:
    """Delete photos that a take began with, and takes with their films; how many photos."""
    gone = 0
    for path, age in _files(folder):
        is_photo = bool(STUDIO_PHOTO.fullmatch(path.name))
        too_new = is_photo and -age > DAY.total_seconds()
        if age > (photo_s if is_photo else film_s) or too_new:
            path.unlink(missing_ok=True)
            gone += is_photo
    return gone


def _files(folder: Path) -> Iterator[tuple[Path, float]]:
    """Every file, and for how many seconds nobody has written to it."""
    now = time.time()
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        try:
            if path.is_file() and not path.is_symlink():
                yield path, now - path.stat().st_mtime
        except FileNotFoundError:  # gone meanwhile
            continue


def _stem(name: str) -> str:
    return name.split(".")[0]
