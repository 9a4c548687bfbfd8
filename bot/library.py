"""What each room has been sent and what is being made for it: the read side over bot.db."""

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from bot import rows
from bot.clips import read_sidecar
from bot.database import Database
from intents.dialogue import Turn
from intents.shots import Shot

SHOTS = """
    SELECT outbox.job_id, outbox.makes, outbox.state AS ended, outbox.since,
        turns.id, turns.sender, turns.name, turns.said, turns.text, turns.slots, turns.kept,
        sent.id AS line, sent.at AS shown
    FROM outbox JOIN turns ON turns.n = outbox.turn
        LEFT JOIN media ON media.id = outbox.job_id AND media.wish = turns.n
        LEFT JOIN turns AS sent ON sent.n = media.turn
    WHERE turns.channel = ? AND turns.room = ? AND outbox.kind = 'ticket'
        AND outbox.state != 'dropped'
    ORDER BY outbox.id DESC LIMIT ?
"""
SIDECAR = """
    SELECT sidecar FROM media WHERE id = ? AND sidecar IS NOT NULL ORDER BY turn DESC LIMIT 1
"""
STATES: dict[str, Literal["making", "sent", "failed"]] = {
    "pending": "making", "sent": "sent", "failed": "failed",
}  # fmt: skip


class RoomLibrary:
    """`intents.shots.Library` over bot.db; it outlives every restart."""

    def __init__(self, db: Database, folder: Path) -> None:
        self._db, self._folder = db, folder

    async def shots(self, ask: Turn, *, most: int = 500) -> tuple[Shot, ...]:
        """Everything the room of `ask` was promised, newest first."""

        def work(it: sqlite3.Connection) -> tuple[Shot, ...]:
            found = it.execute(SHOTS, (ask.channel, ask.room, most))
            return tuple(_shot(row) for row in found)

        return await self._db.run(work)

    async def sidecar(self, shot: Shot) -> Mapping[str, object]:
        """What the service wrote about it, kept beside the file; empty when nothing is left."""
        row = await self._db.run(lambda it: it.execute(SIDECAR, (shot.job,)).fetchone())
        if row is None:
            return {}
        return await asyncio.to_thread(read_sidecar, self._folder / row["sidecar"])


def _shot(row: sqlite3.Row) -> Shot:
    slots, kept = _slots(row["slots"]), json.loads(row["kept"])
    return Shot(
        job=row["job_id"],
        makes=row["makes"] or "video",
        state=STATES.get(row["ended"], "failed"),
        sender=row["sender"],
        name=row["name"],
        words=row["said"] or row["text"],
        wish=str(kept.get("wish") or slots.get("wish") or ""),
        at=rows.moment(row["since"]),
        turn=row["id"],
        kept={"photo": slots.get("picture"), **kept},
        line=row["line"] or "",
        shown=rows.moment(row["shown"]) if row["shown"] else None,
    )


def _slots(raw: str) -> dict[str, Any]:
    """What was wanted; nothing for a turn of an older version."""
    with suppress(ValueError):
        told = json.loads(raw)
        return told if isinstance(told, dict) else {}
    return {}
