"""A file that a full disk gives up, so that what must be written down still finds room."""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
BYTES = 2**20
ROOMY = 16 * BYTES  # with less than this left it would only be one more of those who fill the disk


class Spare:
    """Belongs to one database and is used in its thread: it blocks."""

    def __init__(self, file: Path) -> None:
        self._file, self._here = file, False

    def keep(self) -> None:
        """Have it (again), where the disk is roomy; without it everything works as well."""
        if self._here:
            return
        with suppress(OSError):
            if not self._file.exists() and shutil.disk_usage(self._file.parent).free >= ROOMY:
                self._make()
            self._here = self._file.exists()

    def write(self, work: Callable[[], T]) -> T:
        """What `work` gives; where the disk is full it is tried once more in the spare's room."""
        try:
            return work()
        except sqlite3.Error as error:
            full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            if not (full and self._give_up()):
                raise
            log.warning("the disk is full: %s makes room", self._file)
            return work()

    def _make(self) -> None:
        part = self._file.with_name(f"{self._file.name}.part")
        try:
            with part.open("wb") as file:
                file.write(os.urandom(BYTES))  # nothing that a disk could keep in less
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file)
        finally:
            part.unlink(missing_ok=True)

    def _give_up(self) -> bool:
        self._here = False
        with suppress(OSError):
            self._file.unlink()
            return True
        return False
