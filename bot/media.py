"""Photos and clips as files: whole or not there at all, under names that are never guessed."""

import asyncio
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

SIGNATURES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
)

Download = Callable[[Path], Awaitable[None]]


class Shelf:
    """The folder of one bot's media. Every method may be awaited on the event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def keep(self, photo: bytes) -> Path:
        """A file with these bytes; its ending tells browsers what it is."""
        path = self.folder / f"{uuid.uuid4().hex}{ending(photo)}"
        await asyncio.to_thread(_write, path, photo)
        return path

    async def fetch(self, name: str, download: Download) -> Path:
        """What `download` writes into the file it is given, renamed to `name` once it is whole."""
        path = self.folder / name
        if await asyncio.to_thread(path.exists):
            return path
        part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        try:
            await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)
            await download(part)
            await asyncio.to_thread(_settle, part, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return path

    async def discard(self, names: Iterable[str]) -> None:
        for name in names:
            await asyncio.to_thread((self.folder / name).unlink, missing_ok=True)


def ending(photo: bytes) -> str:
    if photo[:4] == b"RIFF" and photo[8:12] == b"WEBP":
        return ".webp"
    return next((end for mark, end in SIGNATURES if photo.startswith(mark)), ".img")


def safe_name(job_id: str) -> str:
    """A file stem for a job of any service, ours or another's."""
    return re.sub(r"[^\w-]", "_", job_id, flags=re.ASCII)[:80] or "clip"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    _settle(part, path)


def _settle(part: Path, path: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name, too, survives a power cut
    finally:
        os.close(folder)
