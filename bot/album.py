"""The photos of each room by the keys that stand in slots, long after the talk has moved on."""

import sqlite3
from collections.abc import Sequence

from bot import rows
from bot.database import Database
from bot.keepsakes import Keepsakes
from intents.dialogue import Photo, Turn, photo_key

OF_ROOM = "SELECT * FROM turns WHERE channel = ? AND room = ? AND id = ?"
OF_JOB = """
    SELECT turns.* FROM turns JOIN media ON media.turn = turns.n
    WHERE channel = ? AND room = ? AND media.id = ? AND media.kind = 'photo' ORDER BY n DESC LIMIT 1
"""
SINCE = """
    SELECT turns.* FROM turns JOIN media ON media.turn = turns.n
    WHERE channel = ? AND room = ? AND sender = ? AND n > ? AND NOT mine AND state = 'heard'
        AND media.kind = 'photo' ORDER BY n LIMIT 1
"""


class RoomAlbum:
    """`intents.base.Album` over bot.db; nothing of another room is ever found."""

    def __init__(self, db: Database, keepsakes: Keepsakes) -> None:
        self._db, self._keepsakes = db, keepsakes

    async def photo(self, ask: Turn, key: str) -> Photo | None:
        """The photo kept under `key` in the room of `ask`; None when it is forgotten."""
        kind, _, rest = key.partition(":")
        name, index = (rest, 0) if kind == "job" else _indexed(rest)

        def work(it: sqlite3.Connection) -> Sequence[Photo]:
            sql = OF_JOB if kind == "job" else OF_ROOM
            row = it.execute(sql, (ask.channel, ask.room, name)).fetchone()
            if row is None:
                return ()
            turn = rows.to_turn(it, row, self._keepsakes)
            return turn.photos if kind != "quote" else turn.quote.photos if turn.quote else ()

        photos = await self._db.run(work)
        return photos[index] if 0 <= index < len(photos) else None

    async def sent_since(self, ask: Turn) -> str | None:
        """The key of the first photo that the asker has sent after `ask`, wanting nothing else."""

        def work(it: sqlite3.Connection) -> str | None:
            near = (ask.channel, ask.room, ask.sender, rows.number(it, ask))
            row = it.execute(SINCE, near).fetchone()
            return photo_key(row["id"]) if row else None

        return await self._db.run(work)


def _indexed(rest: str) -> tuple[str, int]:
    """A message id and the place of the photo in it; ids may hold colons, too."""
    name, _, index = rest.rpartition(":")
    return name, int(index) if index.isdigit() else -1
