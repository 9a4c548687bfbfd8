"""Everything 小爱 has sent, over all rooms: found again by words, person, day and channel."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot import rows
from bot.again import Again
from bot.bells import Bells
from bot.database import Database
from bot.outbox import Outbox
from bot.records import Room

NEWEST = 2**62
# A clip that was sent again is one clip: the first message that brought it stands for it. The wish
# it answers is another turn; of a wish that answered a question, the slots hold the real words.
PIECES = """
    FROM media
    JOIN turns ON turns.n = media.turn
    LEFT JOIN turns AS asked ON asked.n = media.wish
    WHERE turns.mine AND media.kind IN ('photo', 'video') AND media.file IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM media AS before JOIN turns AS t ON t.n = before.turn
            WHERE before.id = media.id AND before.turn < media.turn
                AND t.mine AND t.channel = turns.channel AND t.room = turns.room
        )
"""
SHOWN = """
    SELECT media.turn AS n, media.id, media.kind, media.file, media.poster, media.sidecar,
        media.draft, turns.channel, turns.room, turns.at, turns.private, turns.text AS note,
        asked.name, coalesce(nullif(asked.said, ''), asked.text) AS words, asked.slots
"""
ROOM_NAME = """
    SELECT room_name FROM turns WHERE channel = ? AND room = ? AND room_name != ''
    ORDER BY n DESC LIMIT 1
"""
# the names of people, and the words of a wish, as they can be searched
WISH = """
    coalesce(CASE WHEN json_valid(asked.slots) THEN json_extract(asked.slots, '$.wish') END, '')
"""
HAYSTACK = f"coalesce(asked.text, '') || ' ' || {WISH} || ' ' || coalesce(asked.name, '')"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; empty means anything. `since` and `until` are moments, the end left out.

    `words` are parted by spaces; each must be found in what was asked, or be who asked.
    """

    words: str = ""
    person: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One film or picture. `n` orders the pieces and pages through them; `job` made it.

    `words` is what was said, `wish` what of it was to be seen; both may be unknown.
    """

    n: int
    job: str
    room: Room
    at: datetime
    kind: Literal["photo", "video"]
    file: Path
    poster: Path | None
    sidecar: Path | None
    draft: bool
    private: bool
    room_name: str
    person: str
    words: str
    wish: str
    note: str


@dataclass(frozen=True, slots=True)
class Page:
    """The newest pieces of a search before some piece, and how many there are of it in all."""

    pieces: Sequence[Piece]
    found: int


@dataclass(frozen=True, slots=True)
class Shelves:
    """What one can narrow a search by."""

    people: Sequence[str]
    channels: Sequence[str]


class ClipLibrary:
    """The read side over bot.db. `again` sends what it has found once more."""

    def __init__(self, db: Database, folder: Path, again: Again) -> None:
        self._db, self._folder = db, folder
        self.again = again

    async def page(self, search: Search, before: int | None = None, limit: int = 24) -> Page:
        """Newest first."""
        where, values = _narrowed(search)

        def work(it: sqlite3.Connection) -> Page:
            (found,) = it.execute(f"SELECT count(*) {PIECES}{where}", values).fetchone()
            older = f"{SHOWN}{PIECES}{where} AND media.turn < ? ORDER BY media.turn DESC LIMIT ?"
            shown = it.execute(older, (*values, before or NEWEST, limit)).fetchall()
            return Page([self._piece(it, row) for row in shown], int(found))

        return await self._db.run(work)

    async def piece(self, n: int) -> Piece | None:
        def work(it: sqlite3.Connection) -> Piece | None:
            row = it.execute(f"{SHOWN}{PIECES} AND media.turn = ?", (n,)).fetchone()
            return self._piece(it, row) if row else None

        return await self._db.run(work)

    async def shelves(self) -> Shelves:
        """Who has asked for anything, and where."""

        def work(it: sqlite3.Connection) -> Shelves:
            people = f"SELECT DISTINCT asked.name {PIECES} AND asked.name != '' ORDER BY 1"
            channels = f"SELECT DISTINCT turns.channel {PIECES} ORDER BY 1"
            return Shelves(
                [row[0] for row in it.execute(people)], [row[0] for row in it.execute(channels)]
            )

        return await self._db.run(work)

    def _piece(self, it: sqlite3.Connection, row: sqlite3.Row) -> Piece:
        room = Room(row["channel"], row["room"])
        named = it.execute(ROOM_NAME, (room.channel, room.id)).fetchone()
        return Piece(
            n=row["n"],
            job=row["id"],
            room=room,
            at=rows.moment(row["at"]),
            kind=row["kind"],
            file=self._folder / row["file"],
            poster=self._folder / row["poster"] if row["poster"] else None,
            sidecar=self._folder / row["sidecar"] if row["sidecar"] else None,
            draft=bool(row["draft"]),
            private=bool(row["private"]),
            room_name=named["room_name"] if named else "",
            person=row["name"] or "",
            words=row["words"] or "",
            wish=_wish(row["slots"]),
            note=row["note"],
        )


def open_library(db: Database, folder: Path, bells: Bells, outbox: Outbox) -> ClipLibrary:
    """The library over bot.db with its way back into the rooms."""
    return ClipLibrary(db, folder, Again(db, bells, outbox))


def _narrowed(search: Search) -> tuple[str, tuple[object, ...]]:
    """The rest of a WHERE, and its values."""
    parts: list[str] = []
    values: list[object] = []
    for word in search.words.split()[:8]:
        parts.append(f" AND {HAYSTACK} LIKE ? ESCAPE '!'")
        values.append(f"%{_literal(word)}%")
    for column, value in (
        ("asked.name =", search.person),
        ("turns.channel =", search.channel),
        ("turns.at >=", search.since and search.since.timestamp()),
        ("turns.at <", search.until and search.until.timestamp()),
    ):
        if value:
            parts.append(f" AND {column} ?")
            values.append(value)
    return "".join(parts), tuple(values)


def _literal(word: str) -> str:
    for sign in ("!", "%", "_"):
        word = word.replace(sign, f"!{sign}")
    return word


def _wish(slots: str | None) -> str:
    with suppress(ValueError):
        told = json.loads(slots or "{}")
        if isinstance(told, dict) and isinstance(wish := told.get("wish"), str):
            return wish
    return ""
