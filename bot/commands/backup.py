"""`qunying backup FILE`: everything of the family in one file, also while it all runs.

First the talk, then the jobs, then the files: whatever the talk has promised is among the jobs.
"""

import asyncio
import errno
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from bot.backup import databases, parts, service
from bot.backup import wording as say
from bot.backup.archive import written
from bot.backup.patient import Look, finished
from bot.commands.failures import CommandFailed, CommandMisused
from bot.lines import print_lines
from bot.locks import is_held, locked, require_whole
from bot.settings import Settings

MB = 2**20
SLACK = 64 * MB
SCRATCH = ".qunying-"
SETTLED_S = 3600.0  # a younger one may just be beginning
Entry = tuple[str, Path]  # its name in the archive, and where it is


async def backup(settings: Settings, file: Path, *, force: bool) -> int:
    """Write `file`; CommandFailed or CommandMisused when it cannot be, and nothing is left.

    HalfRestored while some of the data lies elsewhere.
    """
    data = await asyncio.to_thread(settings.data_dir.resolve)
    file = await asyncio.to_thread(file.resolve)
    await asyncio.to_thread(_misused, data, file, force)
    await asyncio.to_thread(require_whole, data)
    try:
        await asyncio.to_thread(_room, data, file)
        await asyncio.to_thread(_tidy, file.parent)
        place = Path(await asyncio.to_thread(tempfile.mkdtemp, None, SCRATCH, file.parent))
        try:
            async with locked(place / parts.LOCK, 0):
                count = await _write(data, file, place)
        finally:
            await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)
    except databases.Damaged as error:
        raise CommandFailed(say.DAMAGED.format(why=error)) from error
    except (OSError, sqlite3.Error, service.ServicePart) as error:
        raise CommandFailed(say.FAILED.format(why=error)) from error
    size = (await asyncio.to_thread(file.stat)).st_size
    print_lines((say.SAVED.format(file=file, size=size / MB, count=count), say.INSIDE))
    if url := settings.video_service.url:
        print_lines((say.ELSEWHERE.format(url=url),))
    return 0


async def _write(data: Path, file: Path, place: Path) -> int:
    entries = await finished(partial(_copied, data, place))
    if await asyncio.to_thread((data / parts.SERVICE / "jobs.db").is_file):
        folder = place / parts.SERVICE
        await asyncio.to_thread(folder.mkdir)
        kept = await service.take(data, folder)
        await service.check(folder)
        names = [f"{parts.SERVICE}/{name}" for name in kept]
        entries += [(f"{parts.SERVICE}/jobs.db", folder / "jobs.db")]
        entries += [(name, data / name) for name in names]
    if not entries:
        raise CommandFailed(say.NO_DATA.format(folder=data))
    entries += await asyncio.to_thread(lambda: list(_files(data)))
    return await finished(partial(_pack, file, place, entries))


def _misused(data: Path, file: Path, force: bool) -> None:
    if file.exists() and not file.is_file():
        raise CommandMisused(say.NO_FILE_THERE.format(file=file))
    if file.exists() and not force:
        raise CommandMisused(say.IS_THERE.format(file=file))
    if not file.parent.is_dir():
        raise CommandMisused(say.NO_FOLDER.format(folder=file.parent))
    if file.is_relative_to(data):
        raise CommandMisused(say.NOT_ITS_OWN.format(folder=data))


def _room(data: Path, file: Path) -> None:
    """Films do not shrink, and the tables are there twice for a moment."""
    known = (*parts.FOLDERS, parts.SERVICE)
    need = SLACK + sum(_weight(data / name) for name in known)
    free = shutil.disk_usage(file.parent).free
    if free < need:
        raise CommandFailed(say.NO_ROOM.format(need=need / MB, free=free / MB))


def _weight(folder: Path) -> int:
    """Bytes below `folder`, tables counted twice; files may go while it is looked at."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size * (2 if path.suffix == ".db" else 1)
        except FileNotFoundError:
            continue
    return total


def _tidy(folder: Path) -> None:
    """Delete what backups left that were killed here: the family's talk is in it."""
    for old in folder.glob(f"{SCRATCH}*"):
        with suppress(FileNotFoundError):  # the one that it was of has just ended
            if old.lstat().st_mtime < time.time() - SETTLED_S and not is_held(old / parts.LOCK):
                shutil.rmtree(old, ignore_errors=True)


def _copied(data: Path, place: Path, look: Look) -> list[Entry]:
    """The bot's databases as they are now, and sound: no others could be restored."""
    entries = []
    for name in parts.databases(data):
        look()
        copy = place / name
        copy.parent.mkdir()
        databases.copy(data / name, copy)
        entries.append((name, copy))
    return entries


def _files(data: Path) -> Iterator[Entry]:
    for folder in parts.FOLDERS:
        for name in parts.files(data, folder):
            yield name, data / name


def _pack(file: Path, place: Path, entries: Iterable[Entry], look: Look) -> int:
    count = 0
    with written(file, place) as archive:
        for name, path in entries:
            look()
            there = archive.add(name, path)
            if not there and path.is_relative_to(place):  # a film may go meanwhile, no table may
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
            count += there
    return count
