"""The read side of memory: a room as people look at it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot import rows
from bot.records import Line, Room, Waiting

LINES = """
    SELECT * FROM (
        SELECT * FROM turns
        WHERE channel = ? AND room = ? AND NOT hidden AND n < ? ORDER BY n DESC LIMIT ?
    ) ORDER BY n
"""
WAITING = """
    SELECT outbox.job_id, outbox.since, outbox.makes, turns.name, turns.text
    FROM outbox JOIN turns ON turns.n = outbox.turn
    WHERE turns.channel = ? AND turns.room = ?
        AND outbox.state = 'pending' AND outbox.kind = 'ticket'
    ORDER BY outbox.id
"""
NEWEST = 2**62


def lines(
    it: sqlite3.Connection, room: Room, limit: int, before: int | None, folder: Path
) -> list[Line]:
    """The last `limit` messages before line `before`, oldest first; each photo is its own line."""
    found = it.execute(LINES, (room.channel, room.id, before or NEWEST, limit)).fetchall()
    return [line for row in found for line in _lines(it, row, room, folder)]


def waiting(it: sqlite3.Connection, room: Room) -> list[Waiting]:
    found = it.execute(WAITING, (room.channel, room.id))
    return [
        Waiting(r["job_id"], r["name"], rows.moment(r["since"]), r["text"], r["makes"])
        for r in found
    ]


def _lines(it: sqlite3.Connection, row: sqlite3.Row, room: Room, folder: Path) -> Iterator[Line]:
    line = Line(
        n=row["n"],
        id=row["id"],
        at=rows.moment(row["at"]),
        sender=row["sender"],
        name=row["name"],
        mine=bool(row["mine"]),
        kind="text",
        text=row["text"],
        quote=_quoted(it, row, room, folder),
    )
    media = it.execute("SELECT * FROM media WHERE turn = ? ORDER BY position", (row["n"],))
    shown = [_with_media(line, item, folder) for item in media]
    yield from shown or [line]


def _with_media(line: Line, item: sqlite3.Row, folder: Path) -> Line:
    return replace(
        line,
        kind=item["kind"],
        text=line.text if item["position"] == 0 else "",
        media=folder / item["file"],
        poster=folder / item["poster"] if item["poster"] else None,
        draft=bool(item["draft"]),
    )


def _quoted(it: sqlite3.Connection, row: sqlite3.Row, room: Room, folder: Path) -> str:
    quote = rows.to_quote(it, room, row["quote"], folder)
    return f"{quote.name}：{quote.text}" if quote else ""
