"""One process a folder, one program a port: found out before anything is started."""

import asyncio
import fcntl
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

LOOK_EVERY_S = 0.1
UNFINISHED = "restoring"  # in the data folder: a restore that was decided and is not done
PRIVATE = 0o700  # of the data folder: what a family says and sends is nobody else's here


class Taken(Exception):
    """Another process holds the folder."""


class DataUnusable(Exception):
    """The data folder cannot be read or written; the text says which file and why."""


class NewerData(DataUnusable):
    """A newer version wrote it: this one knows nothing of what it changed."""


class HalfRestored(DataUnusable):
    """A restore was interrupted while it moved things: only another one may touch the data."""


@asynccontextmanager
async def locked(path: Path, wait_s: float, *, shared: bool = False) -> AsyncIterator[None]:
    """Hold the lock file `path`; Taken when another process keeps it for `wait_s` seconds.

    `shared`: beside others who hold it so, but not beside one who wants it for himself alone.
    The kernel frees it however this process ends.
    """
    handle = await asyncio.to_thread(_open, path)
    try:
        ends = time.monotonic() + wait_s
        while not _lock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
            if time.monotonic() > ends:
                raise Taken(f"{path} is held by another process")
            await asyncio.sleep(LOOK_EVERY_S)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock file `path`."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _lock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def require_whole(data_dir: Path) -> None:
    """HalfRestored while a restore stands half done. Blocking."""
    if (data_dir / UNFINISHED).exists():
        raise HalfRestored(f"{data_dir / UNFINISHED} is there")


def port_problem(host: str, port: int) -> OSError | None:
    """Why no server could listen there, None when one could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return error
    return None


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DataUnusable(f"{path}: {error.strerror}") from error


def _lock(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
