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


class Taken(Exception):
    """Another process holds the folder."""


@asynccontextmanager
async def locked(path: Path, wait_s: float) -> AsyncIterator[None]:
    """Hold the lock file `path`; Taken when another process keeps it for `wait_s` seconds.

    The kernel frees it however this process ends.
    """
    handle = await asyncio.to_thread(_open, path)
    try:
        ends = time.monotonic() + wait_s
        while not _lock(handle):
            if time.monotonic() > ends:
                raise Taken(f"{path} is held by another process")
            await asyncio.sleep(LOOK_EVERY_S)
        yield
    finally:
        os.close(handle)


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there; port 0 always is. An address not ours is not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return False
    return True


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
