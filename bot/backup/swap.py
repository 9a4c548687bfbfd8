"""Putting unpacked folders where the data lives; what was there is moved aside, never deleted.

Blocking; whoever calls holds the locks of the folders.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.backup.parts import FOLDERS, LOCK, SERVICE

KNOWN = (*FOLDERS, SERVICE)


def has_data(data: Path) -> bool:
    """Whether there is anything that a restore would replace."""
    return any(path.suffix == ".db" for name in KNOWN for path in _entries(data / name))


def swap(staged: Path, data: Path) -> Path | None:
    """The staged folders below `data`; where the old ones are now, None when there were none.

    Tables come last: a restore that is killed on its way leaves no table without its files.
    """
    aside = _aside(data)
    for name in KNOWN:
        for path in _entries(data / name):
            (aside / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            path.replace(aside / name / path.name)
    for name in KNOWN:
        for path in sorted(_entries(staged / name), key=lambda it: it.suffix == ".db"):
            (data / name).mkdir(parents=True, exist_ok=True)
            path.replace(data / name / path.name)
    return aside if aside.exists() else None


def _entries(folder: Path) -> Iterator[Path]:
    """What is in `folder`, but for the locks, which stay where they are held."""
    found = sorted(folder.iterdir()) if folder.is_dir() else ()
    yield from (path for path in found if path.name != LOCK and path.suffix != ".lock")


def _aside(data: Path) -> Path:
    return data / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
