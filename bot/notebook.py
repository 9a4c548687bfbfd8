"""The places a family wants kept: 家, 公司, 奶奶家. One person's own, or the whole room's."""

import sqlite3
from datetime import UTC, datetime

from bot.database import Database
from intents.dialogue import Turn

EVERYBODY = ""  # the sender of what belongs to the room


class SavedPlaces:
    """`intents.base.Notebook` over bot.db."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def places(self, ask: Turn) -> dict[str, str]:
        """Name to address; the asker's own stand before the room's."""

        def work(it: sqlite3.Connection) -> dict[str, str]:
            found = it.execute(
                "SELECT name, address FROM places WHERE channel = ? AND room = ?"
                " AND sender IN (?, ?) ORDER BY sender",
                (ask.channel, ask.room, EVERYBODY, ask.sender),
            )
            return {row["name"]: row["address"] for row in found}  # the asker's come last, and win

        return await self._db.run(work)

    async def keep(self, ask: Turn, name: str, address: str, *, private: bool) -> None:
        """Keep it for the asker alone, or for the whole room; an earlier one is replaced."""
        sender, now = ask.sender if private else EVERYBODY, datetime.now(UTC).timestamp()

        def work(it: sqlite3.Connection) -> None:
            it.execute(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?)",
                (ask.channel, ask.room, sender, name, address, now),
            )

        await self._db.run(work)

    async def forget(self, ask: Turn, name: str) -> bool:
        """Forget the asker's own, else the room's; False when there was none."""

        def work(it: sqlite3.Connection) -> bool:
            for sender in (ask.sender, EVERYBODY):
                done = it.execute(
                    "DELETE FROM places WHERE channel = ? AND room = ? AND sender = ? AND name = ?",
                    (ask.channel, ask.room, sender, name),
                )
                if done.rowcount:
                    return True
            return False

        return await self._db.run(work)
