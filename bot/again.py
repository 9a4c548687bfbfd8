"""再发一次 from the library: owed to the clip's own room by a turn that nobody typed."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from bot.bells import Bells
from bot.database import Database
from bot.outbox import Outbox
from bot.promises import post
from bot.records import Room
from intents.dialogue import Resend, Turn

# It answers the room's last message: some channels can only reply, and only to what is fresh.
UNTYPED = """
    INSERT OR IGNORE INTO turns (channel, room, id, sender, name, text, at, private, hidden,
        ref, room_name, state)
    SELECT channel, room, :id, sender, name, '', :at, private, 1, ref, room_name, 'answered'
    FROM turns WHERE channel = :channel AND room = :room AND NOT mine AND NOT hidden
    ORDER BY n DESC LIMIT 1
"""

KNOWN = "SELECT 1 FROM turns WHERE channel = :channel AND room = :room AND id = :id"


def nobody(turn: Turn) -> None:  # a memory without an app, in tests and commands
    """Deliver nothing now: it is owed, and the next start finds it."""


class Again:
    """Writes down what is to be sent. `follow` is set by whoever delivers."""

    def __init__(self, db: Database, bells: Bells, outbox: Outbox) -> None:
        self._db, self._bells, self._outbox = db, bells, outbox
        self.follow: Callable[[Turn], None] = nobody

    async def send(self, room: Room, clip: str, once: str) -> bool:
        """Owe it, and see that it is delivered; False in a room where nobody has ever spoken.

        `once` names this very wish, so that a second click is no second message.
        """
        turn_id = f"{once}:again"
        told = {"channel": room.channel, "room": room.id, "id": turn_id}

        def work(it: sqlite3.Connection) -> tuple[bool, bool]:
            done = it.execute(UNTYPED, {**told, "at": datetime.now(UTC).timestamp()})
            new = bool(done.rowcount and done.lastrowid)
            if new and done.lastrowid:
                post(it, done.lastrowid, (Resend(clip),))
            return new, it.execute(KNOWN, told).fetchone() is not None

        new, known = await self._db.run(work)
        if new:
            self._bells.ring(room)
            owed = await self._outbox.owed()
            self.follow(next(it for it in owed if it.id == turn_id and Room.of(it) == room))
        return known
