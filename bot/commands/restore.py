"""`qunying restore FILE`: a backup becomes this machine's data; all of it or nothing.

It is unpacked beside the data and looked at first; only then does anything move. One that was
killed while it moved is finished by the next.
"""

import asyncio
import errno
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from bot.backup import databases, parts, service, swap
from bot.backup import wording as say
from bot.backup.manifest import Manifest
from bot.backup.patient import finished
from bot.backup.unpack import NotABackup, unpack
from bot.commands.failures import CommandFailed, CommandMisused
from bot.lines import print_lines
from bot.locks import PRIVATE, UNFINISHED, Taken, locked
from bot.settings import Settings
from bot.tables import MIGRATIONS


async def restore(settings: Settings, file: Path, *, force: bool) -> int:
    """Unpack, check, replace; CommandFailed or CommandMisused with everything as it was."""
    data = await asyncio.to_thread(settings.data_dir.absolute)
    half = await asyncio.to_thread((data / UNFINISHED).exists)
    if not half:
        await asyncio.to_thread(_readable, file)
    try:
        await asyncio.to_thread(data.mkdir, PRIVATE, parents=True, exist_ok=True)
        async with _stopped(data):
            await asyncio.to_thread(swap.tidy, data)
            if half:
                aside, told = await finished(lambda _: swap.finish(data)), say.FINISHED
            else:
                aside, told = await _replace(data, file, force=force)
    except OSError as error:
        raise CommandFailed(say.NOT_WRITTEN.format(why=error)) from error
    print_lines((told, say.ASIDE.format(folder=aside)) if aside else (told,))
    return 0


async def _replace(data: Path, file: Path, *, force: bool) -> tuple[Path | None, str]:
    """Where the old data is now, and what to tell."""
    if not force and await asyncio.to_thread(swap.has_data, data):
        raise CommandMisused(say.HAS_DATA.format(folder=data))
    staged = Path(await asyncio.to_thread(tempfile.mkdtemp, ".part", swap.STAGED, data))
    try:
        manifest = await _checked(file, staged / swap.NEW)
        aside = await finished(lambda _: swap.swap(staged, data))
    finally:
        await asyncio.to_thread(shutil.rmtree, staged, ignore_errors=True)
    day = f"{manifest.made_at.astimezone():%Y-%m-%d %H:%M}"
    return aside, say.RESTORED.format(count=len(manifest.files), day=day)


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
        manifest = await finished(partial(unpack, file, staged))
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
        if not file.is_file():  # looked at first: opening a pipe waits for whoever writes into it
            why = "不是文件" if file.exists() else os.strerror(errno.ENOENT)
            raise CommandMisused(say.NO_FILE.format(file=file, why=why))
        file.open("rb").close()
    except OSError as error:
        raise CommandMisused(say.NO_FILE.format(file=file, why=error.strerror)) from error
