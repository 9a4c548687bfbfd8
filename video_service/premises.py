"""The service's data folder: one process at a time, its name for ever, its address while open.

CannotRun            somebody else has the folder or the port, or the job table is broken
"""

import fcntl
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import getpid
from pathlib import Path
from uuid import uuid4

LOCK_WAIT_S = 10.0  # a service that is just ending needs a moment
LOOK_EVERY_S = 0.1


class CannotRun(Exception):
    """Not here, not now: one line that says what to do."""


@contextmanager
def locked(path: Path, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
    """Hold the lock file `path`; the kernel frees it however this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ends = time.monotonic() + wait_s
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > ends:
                    raise CannotRun(
                        f"{path}: another process holds it; stop that one first"
                    ) from error
                time.sleep(LOOK_EVERY_S)
        yield


def instance_of(folder: Path) -> str:
    """The name of this data folder, made once."""
    file = folder / "instance"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"instance.{getpid()}.part")  # workers may start at once
        part.write_text(str(uuid4()), "utf-8")
        part.replace(file)
    return file.read_text("utf-8").strip()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # only where the protocol is named does asyncio answer without waiting for the caller's ACK
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise CannotRun(
            f"video_service.port: cannot listen on {host}:{port}: {error.strerror}; choose another"
            " one in config.yaml or with QUNYING_VIDEO_SERVICE__PORT"
        ) from error
    return sock


def address(host: str, sock: socket.socket) -> str:
    """Where a program on this machine reaches `sock`."""
    port = sock.getsockname()[1]
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reach}]:{port}" if ":" in reach else f"http://{reach}:{port}"


@contextmanager
def announced(folder: Path, url: str, instance: str) -> Iterator[None]:
    """While open, `endpoint.json` tells other programs of this machine where the service is."""
    file = folder / "endpoint.json"
    part = file.with_name("endpoint.json.part")
    part.write_text(json.dumps({"url": url, "instance": instance}), "utf-8")
    part.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
