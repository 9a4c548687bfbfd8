"""The style that a room wants everything in: 以后都用水彩风格. Any member may change it."""

import sqlite3
from datetime import UTC, datetime

from bot.database import Database
from intents.dialogue import Turn


class RoomStyles:
    """`intents.shots.Styles` over bot.db."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, ask: Turn) -> str | None:
        """Such as 水彩; None when the room has named none."""

        def work(it: sqlite3.Connection) -> str | None:
            row = it.execute(
                "SELECT style FROM styles WHERE channel = ? AND room = ?", (ask.channel, ask.room)
            ).fetchone()
            return row["style"] if row else None

        return await self._db.run(work)

    async def keep(self, ask: Turn, style: str) -> None:
        """From now on everything of this room is made in `style`."""
        now = datetime.now(UTC).timestamp()

        def work(it: sqlite3.Connection) -> None:
            it.execute(
                "INSERT OR REPLACE INTO styles VALUES (?, ?, ?, ?, ?)",
                (ask.channel, ask.room, style, ask.sender, now),
            )

        await self._db.run(work)

    async def clear(self, ask: Turn) -> bool:
        """No style any more; False when there was none."""

        def work(it: sqlite3.Connection) -> bool:
            done = it.execute(
                "DELETE FROM styles WHERE channel = ? AND room = ?", (ask.channel, ask.room)
            )
            return bool(done.rowcount)

        return await self._db.run(work)
