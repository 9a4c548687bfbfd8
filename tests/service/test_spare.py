"""The room that is kept for what must be written down on a full disk."""

import os
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from video_service.schema.spare import BYTES, ROOMY, Spare

Usage = namedtuple("Usage", "total used free")


def full() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    roomy(monkeypatch, ROOMY)
    return tmp_path / "spare"


def roomy(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free))


class Page:
    """Can be written on while the spare's room is given up, and never where `broken`."""

    def __init__(self, spare: Path, broken: sqlite3.Error | None = None) -> None:
        self.spare, self.broken, self.tries = spare, broken, 0

    def write(self) -> str:
        self.tries += 1
        if self.broken:
            raise self.broken
        if self.spare.exists():
            raise full()
        return "written"


def test_it_takes_real_room_and_is_made_once(file: Path) -> None:
    spare = Spare(file)
    spare.keep()
    made = file.stat()
    assert made.st_size == BYTES
    assert made.st_blocks * 512 >= BYTES
    spare.keep()
    Spare(file).keep()
    assert file.stat().st_mtime_ns == made.st_mtime_ns
    assert [one.name for one in file.parent.iterdir()] == ["spare"]


def test_on_a_full_disk_it_makes_room_once(file: Path) -> None:
    spare, page = Spare(file), Page(file)
    spare.keep()
    assert spare.write(page.write) == "written"
    assert page.tries == 2
    with pytest.raises(sqlite3.OperationalError):
        spare.write(Page(file, broken=full()).write)


def test_it_is_made_again_when_there_is_room_and_not_before(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = Spare(file)
    spare.keep()
    roomy(monkeypatch, ROOMY - 1)
    spare.write(Page(file).write)
    spare.keep()
    assert not file.exists()
    roomy(monkeypatch, ROOMY)
    spare.keep()
    assert file.exists()


def test_other_troubles_do_not_cost_it(file: Path) -> None:
    spare = Spare(file)
    spare.keep()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        spare.write(Page(file, broken=sqlite3.OperationalError("database is locked")).write)
    assert file.exists()


def test_a_disk_on_which_it_cannot_be_made_is_none_of_its_business(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    Spare(file).keep()
    assert list(file.parent.iterdir()) == []
