"""What has been made before, by the chat and by agents: the chat's own tables are only read."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.clip_library import Piece, Search
from bot.database import Database, T, Work
from bot.media import Shelf
from bot.memory import Memory
from bot.owed import open_beside
from bot.settings import Settings

PAGE = 50


class Beside(Database):
    """A database that another process writes: every piece of work is a read of its own."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def run(self, work: Work[T]) -> T:
        return await asyncio.to_thread(self._read, work)

    def _read(self, work: Work[T]) -> T:
        with closing(open_beside(self._file)) as it:
            return work(it)


def chat_memory(settings: Settings) -> Memory:
    """The chat's memory, to be read; there may be none yet."""
    folder = settings.bot_dir
    return Memory(Beside(folder / "bot.db"), Shelf(folder / "media"), settings.bot)


async def search(memories: tuple[Memory, ...], wanted: Search, limit: int) -> list[Piece]:
    """The newest pieces of all memories, files that are there only, nothing said in private."""
    found: list[Piece] = []
    for memory in memories:
        with suppress(sqlite3.OperationalError):  # no chat yet, or one of an older version
            found += await _newest(memory, wanted, limit)
    return sorted(found, key=lambda piece: piece.at, reverse=True)[:limit]


async def _newest(memory: Memory, wanted: Search, limit: int) -> list[Piece]:
    """However many private ones stand before them."""
    found, before = list[Piece](), None
    while len(found) < limit:
        pieces = (await memory.clips.page(wanted, before, limit=PAGE)).pieces
        found += [
            it for it in pieces if not it.private and await asyncio.to_thread(it.file.is_file)
        ]
        if len(pieces) < PAGE:
            break
        before = pieces[-1].n
    return found
