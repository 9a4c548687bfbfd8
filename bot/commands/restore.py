"""`qunying restore FILE`: a backup becomes this machine's data; all of it or nothing.

It is unpacked beside the data and looked at first; only then does anything move.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from rich.console import Console

from bot.backup import databases, parts, service, swap
from bot.backup import wording as say
from bot.backup.manifest import Manifest
from bot.backup.unpack import NotABackup, unpack
from bot.commands.failures import CommandFailed, CommandMisused
from bot.locks import Taken, locked
from bot.settings import Settings
from bot.tables import MIGRATIONS


async def restore(settings: Settings, file: Path, *, force: bool) -> int:
    """Unpack, check, replace; CommandFailed or CommandMisused with everything as it was."""
    data = await asyncio.to_thread(settings.data_dir.absolute)
    await asyncio.to_thread(_readable, file)
    async with _stopped(data):
        if not force and await asyncio.to_thread(swap.has_data, data):
            raise CommandMisused(say.HAS_DATA.format(folder=data))
        staged = Path(await asyncio.to_thread(tempfile.mkdtemp, ".part", ".restore-", data))
        try:
            manifest = await _checked(file, staged)
            aside = await asyncio.to_thread(swap.swap, staged, data)
        except OSError as error:
            raise CommandFailed(say.NOT_WRITTEN.format(why=error)) from error
        finally:
            await asyncio.to_thread(shutil.rmtree, staged, ignore_errors=True)
    _tell(manifest, aside)
    return 0


@asynccontextmanager
async def _stopped(data: Path) -> AsyncIterator[None]:
    """Nobody works with the data as long as this is open."""
    async with AsyncExitStack() as stack:
        try:
            for name in swap.KNOWN:
                await stack.enter_async_context(locked(data / name / parts.LOCK, 0))
        except Taken as error:
            raise CommandFailed(say.RUNNING) from error
        yield


async def _checked(file: Path, staged: Path) -> Manifest:
    try:
        manifest = await asyncio.to_thread(unpack, file, staged)
    except NotABackup as error:
        raise CommandFailed(say.NOT_A_BACKUP.format(file=file, why=error)) from error
    try:
        for name in await asyncio.to_thread(lambda: list(parts.databases(staged))):
            await asyncio.to_thread(databases.check, staged / name, len(MIGRATIONS))
        if await asyncio.to_thread((staged / parts.SERVICE / "jobs.db").is_file):
            await service.check(staged / parts.SERVICE)
    except (databases.Damaged, service.ServicePart) as error:
        raise CommandFailed(say.TOO_NEW.format(file=file, why=error)) from error
    return manifest


def _readable(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        raise CommandMisused(say.NO_FILE.format(file=file, why=error.strerror)) from error
    if not file.is_file():
        raise CommandMisused(say.NO_FILE.format(file=file, why="不是文件"))


def _tell(manifest: Manifest, aside: Path | None) -> None:
    day = f"{manifest.made_at.astimezone():%Y-%m-%d %H:%M}"
    lines = [say.RESTORED.format(count=len(manifest.files), day=day)]
    if aside:
        lines.append(say.ASIDE.format(folder=aside))
    for line in lines:
        Console().print(line, markup=False, highlight=False, soft_wrap=True)
