"""The read side of memory: a room as people look at it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot import rows
from bot.keepsakes import Keepsakes
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
SHOWN = "SELECT * FROM media WHERE turn = ? AND kind != 'quoted' ORDER BY position"
STAND_INS = {"photo": "[图片]", "video": rows.CLIP_SAID, "voice": "[语音]"}
NEWEST = 2**62


def lines(
    it: sqlite3.Connection, room: Room, limit: int, before: int | None, keepsakes: Keepsakes
) -> list[Line]:
    """The last `limit` messages before line `before`, oldest first; each photo is its own line."""
    found = it.execute(LINES, (room.channel, room.id, before or NEWEST, limit)).fetchall()
    return [line for row in found for line in _lines(it, row, keepsakes)]


def waiting(it: sqlite3.Connection, room: Room) -> list[Waiting]:
    found = it.execute(WAITING, (room.channel, room.id))
    return [
        Waiting(r["job_id"], r["name"], rows.moment(r["since"]), r["text"], r["makes"])
        for r in found
    ]


def _lines(it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes) -> Iterator[Line]:
    line = Line(
        n=row["n"],
        id=row["id"],
        at=rows.moment(row["at"]),
        sender=row["sender"],
        name=row["name"],
        mine=bool(row["mine"]),
        kind="text",
        text=row["text"],
        quote=_quoted(it, row, keepsakes),
    )
    media = it.execute(SHOWN, (row["n"],)).fetchall()
    seen = (item for item in media if item["file"] and item["kind"] != "voice")
    shown = [_with_media(line, item, keepsakes.folder) for item in seen]
    yield from shown or [line if line.text else replace(line, text=_stand_in(media))]


def _stand_in(media: list[sqlite3.Row]) -> str:
    """What is shown for a message whose bytes nobody has wanted."""
    return "".join(STAND_INS[item["kind"]] for item in media)


def _with_media(line: Line, item: sqlite3.Row, folder: Path) -> Line:
    return replace(
        line,
        kind=item["kind"],
        text=line.text if item["position"] == 0 else "",
        media=folder / item["file"],
        poster=folder / item["poster"] if item["poster"] else None,
        draft=bool(item["draft"]),
    )


def _quoted(it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes) -> str:
    quote = rows.to_quote(it, row, keepsakes)
    return f"{quote.name}：{quote.text}" if quote else ""
