"""What people sent, as files: kept at once, or fetched from its channel when somebody wants it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from bot.database import Database
from bot.media import Shelf

Fetch = Callable[[str, str], Awaitable[bytes]]  # (channel, ref) to bytes; OSError when it is gone
FETCH_S = 30  # one photo from its channel; a family's line is slow, not dead
STILL_THERE = "SELECT file FROM media WHERE turn = ? AND position = ?"


async def nobody(channel: str, ref: str) -> bytes:
    """The fetch of a memory without channels: a restored one, one under test."""
    raise FileNotFoundError(f"{channel} is not open: {ref}")


class Keepsakes:
    """Photos and voice messages by their rows. `fetch` is set by whoever knows the channels."""

    def __init__(self, db: Database, shelf: Shelf) -> None:
        self._db, self._shelf = db, shelf
        self.fetch: Fetch = nobody

    @property
    def folder(self) -> Path:
        return self._shelf.folder

    def reader(self, channel: str, row: sqlite3.Row) -> Callable[[], Awaitable[bytes]]:
        """Reads the bytes of one row of `media`; raises OSError when they are gone."""
        return partial(self._read, channel, row["turn"], row["position"], row["file"], row["ref"])

    async def _read(
        self, channel: str, turn: int, position: int, file: str | None, ref: str
    ) -> bytes:
        file = file or await self._kept_since(turn, position)
        if file:
            return await asyncio.to_thread((self.folder / file).read_bytes)
        if not ref:
            raise FileNotFoundError(f"what came with turn {turn} is kept no longer")
        async with asyncio.timeout(FETCH_S):
            data = await self.fetch(channel, ref)
        await self._keep(data, turn, position)
        return data

    async def _kept_since(self, turn: int, position: int) -> str | None:
        """The file, if somebody else has fetched it since the row was read."""
        row = await self._db.run(lambda it: it.execute(STILL_THERE, (turn, position)).fetchone())
        return row["file"] if row else None

    async def _keep(self, data: bytes, turn: int, position: int) -> None:
        name = (await self._shelf.keep(data)).name

        def work(it: sqlite3.Connection) -> bool:
            done = it.execute(
                "UPDATE media SET file = ? WHERE turn = ? AND position = ? AND file IS NULL",
                (name, turn, position),
            )
            return bool(done.rowcount)

        if not await self._db.run(work):  # fetched twice at once, or forgotten meanwhile
            await self._shelf.discard((name,))
