"""Tasks that were ordered and not fetched yet, on disk: nothing paid for is ordered twice.

A worker that is killed leaves its receipts behind. Whoever gets the same shot next (the job went
back into the queue) finds the task's number and asks for it instead of ordering again. The holder
of a receipt locks it, so two equal wishes at the same time are two orders.
"""

import fcntl
import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from video_service.engines.base import Cancelled, EngineError, Shot

log = logging.getLogger(__name__)
FRESH_S = 3000.0  # the shortest-lived link is good for an hour
KEPT_S = 86_400.0


class Receipt:
    """One held receipt. `number` is the task's, once it was ordered."""

    def __init__(self, file: Path, handle: int) -> None:
        self._file, self._handle = file, handle
        self.number = _read(file)

    @classmethod
    def of(cls, folder: Path, shot: Shot, photo: bytes | None) -> Self:
        """The receipt that a dead worker left for this very shot, or a new one; blocking."""
        folder.mkdir(parents=True, exist_ok=True)
        digest = sha256(json.dumps(asdict(shot)).encode() + b"\0" + (photo or b"")).hexdigest()
        place = 0
        while True:
            file = folder / f"{digest[:32]}.{place}"
            handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(handle).st_nlink:  # else its holder dropped it just now
                    return cls(file, handle)
            except BlockingIOError:  # another thread films the same
                place += 1
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What failed for no known reason is tried again, and then it is not ordered again."""
        if error is None or isinstance(error, EngineError | Cancelled):
            self.drop()
        else:
            self.let_go()

    def note(self, number: str) -> None:
        """The task is ordered: on disk before anything else happens."""
        self.number = number
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, number.encode(), 0)
        os.fsync(self._handle)

    def drop(self) -> None:
        """Fetched, failed or stopped: nobody will ask for it again."""
        self._file.unlink(missing_ok=True)
        self.let_go()

    def let_go(self) -> None:
        """Leave it to whoever comes next, as the kernel does for a process that dies."""
        os.close(self._handle)


def tidy(folder: Path) -> None:
    """Throw away what nobody came back for."""
    for file in folder.glob("*.*"):
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > KEPT_S:
                file.unlink()


def _read(file: Path) -> str:
    """The number in a receipt that is fresh enough for its link to live."""
    number = file.read_text("utf-8", "replace").strip()
    if number and time.time() - file.stat().st_mtime > FRESH_S:
        log.warning("a task of an earlier worker is too old to be fetched: it is ordered again")
        return ""
    return number
