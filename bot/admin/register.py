"""What an admin asks bot.db for: everything under way in all rooms, and who is meant by a name."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bot.database import Database
from bot.records import Makes, Room
from intents.dialogue import Turn

UNDER_WAY = """
    SELECT outbox.job_id, outbox.makes, turns.channel, turns.room, turns.name, turns.kept
    FROM outbox JOIN turns ON turns.n = outbox.turn
    WHERE outbox.state = 'pending' AND outbox.kind = 'ticket' ORDER BY outbox.id
"""
SHOWN = """
    SELECT json_extract(kept, '$.queue') AS queue FROM turns
    WHERE channel = ? AND room = ? AND sender = ? AND json_extract(kept, '$.queue') IS NOT NULL
    ORDER BY n DESC LIMIT 1
"""
# by the name that each has now, or whoever takes another's old one would be meant
NAMED = """
    SELECT sender, room FROM (
        SELECT sender, room, name, max(n) FROM turns WHERE channel = ? AND NOT mine
        GROUP BY sender, room
    ) WHERE name = ?
"""


@dataclass(frozen=True, slots=True)
class Open:
    """One film or picture that is promised and not there yet."""

    job: str
    makes: Makes
    room: Room
    name: str
    wish: str


class Register:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def under_way(self) -> list[Open]:
        """In all rooms, oldest first."""

        def work(it: sqlite3.Connection) -> list[Open]:
            return [_open(row) for row in it.execute(UNDER_WAY)]

        return await self._db.run(work)

    async def shown(self, ask: Turn) -> Sequence[str]:
        """The jobs in the order in which this person was last shown them in this room."""
        who = (ask.channel, ask.room, ask.sender)
        row = await self._db.run(lambda it: it.execute(SHOWN, who).fetchone())
        return [str(job) for job in json.loads(row["queue"])] if row else ()

    async def named(self, ask: Turn, name: str) -> set[str]:
        """The contacts who go by that name in the room of `ask`, else anywhere in its channel.

        The room first: two families may each have a 妈妈.
        """
        told = (ask.channel, name)
        found = await self._db.run(lambda it: it.execute(NAMED, told).fetchall())
        here = {str(row["sender"]) for row in found if row["room"] == ask.room}
        return here or {str(row["sender"]) for row in found}


def _open(row: sqlite3.Row) -> Open:
    wish = json.loads(row["kept"]).get("wish")
    return Open(
        job=row["job_id"],
        makes=row["makes"] or "video",
        room=Room(row["channel"], row["room"]),
        name=row["name"],
        wish=wish if isinstance(wish, str) else "",
    )
