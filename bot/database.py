"""One SQLite file behind one thread: nothing here ever blocks the event loop."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from bot.locks import DataUnusable, NewerData
from video_service.schema.spare import Spare

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
PATIENCE = "PRAGMA busy_timeout = 10000"
log = logging.getLogger(__name__)


class Database:
    """Runs a piece of work as one transaction: all of it is on disk, or none."""

    def __init__(
        self, thread: ThreadPoolExecutor, connection: sqlite3.Connection, spare: Spare
    ) -> None:
        self._thread, self._connection, self._spare = thread, connection, spare

    async def run(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def _run(self, work: Work[T]) -> T:
        with _telling_damage():
            done = self._spare.write(lambda: _transact(self._connection, work))
        self._spare.keep()
        return done

    async def empty_log(self) -> bool:
        """Leave nothing in the write-ahead log: it holds every page as it was before a deletion.

        False while somebody still reads it.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _empty_log, self._connection)


async def insist(write: Callable[[], Awaitable[T]], pauses: Iterator[float]) -> T:
    """`write` until the disk takes it: what is done must be noted, or it is done again."""
    for tries, pause in enumerate(pauses):
        try:
            return await write()
        except sqlite3.OperationalError as error:  # full, locked, away
            log.log(logging.DEBUG if tries else logging.WARNING, "cannot be written: %r", error)
            if (task := asyncio.current_task()) and task.cancelling():
                raise  # told to stop: what could not be noted is done again after the next start
        await asyncio.sleep(pause)
    raise AssertionError("pauses never end")


@asynccontextmanager
async def open_database(path: Path, migrations: tuple[str, ...]) -> AsyncIterator[Database]:
    """The database at `path`, brought up to the newest of `migrations` (never edited, only added).

    The thread finishes what it has begun before the file is closed.
    """
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=path.stem)
    try:
        try:
            connection = await loop.run_in_executor(thread, _open, path, migrations)
        except (OSError, sqlite3.DatabaseError) as error:
            raise DataUnusable(f"{path}: {error}") from error
        try:
            yield Database(thread, connection, Spare(path.with_suffix(".spare")))
        finally:
            await loop.run_in_executor(thread, connection.close)
    finally:
        thread.shutdown(wait=False)


@contextmanager
def _telling_damage() -> Iterator[None]:
    """A file that is broken is no passing trouble, and its owner is told what helps."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest is detail
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise DataUnusable(f"its database is damaged: {error}") from error
        raise


def _transact(connection: sqlite3.Connection, work: Work[T]) -> T:
    with connection:  # commits, or rolls back when `work` raises
        connection.execute("BEGIN IMMEDIATE")
        return work(connection)


def _empty_log(connection: sqlite3.Connection) -> bool:
    connection.execute("PRAGMA busy_timeout = 0")  # nobody's answer waits for a backup's end
    try:
        (in_use, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(PATIENCE)
    return not in_use


def _open(path: Path, migrations: tuple[str, ...]) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with ExitStack() as in_vain:
        in_vain.callback(connection.close)
        connection.row_factory = sqlite3.Row
        connection.execute(PATIENCE)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # overwritten, not only unlinked
        _migrate(connection, migrations)
        in_vain.pop_all()
    return connection


def _migrate(connection: sqlite3.Connection, migrations: tuple[str, ...]) -> None:
    def work(it: sqlite3.Connection) -> None:
        (done,) = it.execute("PRAGMA user_version").fetchone()
        if done > len(migrations):
            raise NewerData(f"its tables are of version {done}, known are {len(migrations)}")
        for script in migrations[done:]:
            for statement in filter(str.strip, script.split(";")):
                it.execute(statement)
        it.execute(f"PRAGMA user_version = {len(migrations)}")

    _transact(connection, work)
