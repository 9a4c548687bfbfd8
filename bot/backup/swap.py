"""Putting unpacked folders where the data lives; what was there is moved aside, never deleted.

It is decided by one rename: from then on `finish` goes on from wherever it was interrupted, and as
long as it is not done nobody may work with the data (`bot.locks.require_whole`).
Blocking; whoever calls holds the locks of the folders.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.backup.parts import FOLDERS, LOCK, SERVICE
from bot.locks import UNFINISHED

KNOWN = (*FOLDERS, SERVICE)
NEW, OLD = "new", "old"  # what comes, and as long as it is there: what has to go first
STAGED = ".restore-"


def has_data(data: Path) -> bool:
    """Whether there is anything that a restore would replace."""
    return any(path.suffix == ".db" for name in KNOWN for path in _entries(data / name))


def tidy(data: Path) -> None:
    """Delete what restores left that were killed before anything was decided."""
    for path in data.glob(f"{STAGED}*"):
        shutil.rmtree(path, ignore_errors=True)


def swap(staged: Path, data: Path) -> Path | None:
    """The folders in `staged`/new below `data`; where the old ones are now, None without any.

    OSError, with nothing moved, when they lie on several disks: what is moved must be a rename.
    """
    places = [data / name for name in KNOWN if (data / name).exists()]
    disks = [(it, it.stat().st_dev) for it in places]
    disks += [(it, it.lstat().st_dev) for place in places for it in _entries(place)]
    here = data.stat().st_dev
    if strange := next((it for it, disk in disks if disk != here), None):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(strange))
    (staged / OLD).mkdir()
    staged.rename(data / UNFINISHED)
    return finish(data)


def finish(data: Path) -> Path | None:
    """Go on with a restore that was decided; where the old data is, as far as it moved just now."""
    aside, work = _aside(data), data / UNFINISHED
    if (work / OLD).is_dir():
        for name in KNOWN:
            _move(data / name, work / OLD / name)
        if any((work / OLD).iterdir()):
            (work / OLD).rename(aside)
        else:
            (work / OLD).rmdir()
    for name in KNOWN:
        _move(work / NEW / name, data / name)
    shutil.rmtree(work)
    return aside if aside.exists() else None


def _move(origin: Path, to: Path) -> None:
    for path in _entries(origin):
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(to / path.name)


def _entries(folder: Path) -> Iterator[Path]:
    """What is in `folder`, but for the locks, which stay where they are held."""
    found = sorted(folder.iterdir()) if folder.is_dir() else ()
    yield from (path for path in found if path.name != LOCK and path.suffix != ".lock")


def _aside(data: Path) -> Path:
    """A new name; two restores within a second do not share one."""
    first = data / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    names = (first.with_name(f"{first.name}-{n}") for n in range(2, 1000))
    return first if not first.exists() else next(it for it in names if not it.exists())
