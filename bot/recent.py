"""The recent talk of a room as an intent sees it: what was said, shown, and done last."""

import sqlite3
from datetime import timedelta

from bot import rows
from bot.keepsakes import Keepsakes
from bot.settings import MemorySettings
from intents.dialogue import Dialogue, Turn

LAST_DONE = 6  # wishes that later words may go on from
DIALOGUE = """
    SELECT * FROM turns WHERE channel = :channel AND room = :room AND n != :n
        AND NOT hidden AND (n < :n OR mine) ORDER BY n DESC LIMIT :turns
"""
PHOTOS = """
    SELECT * FROM turns WHERE channel = :channel AND room = :room AND n < :n
        AND at >= :since AND n IN (SELECT turn FROM media) ORDER BY n DESC LIMIT :turns
"""
DONE = f"""
    SELECT * FROM turns WHERE channel = :channel AND room = :room AND n < :n
        AND state = 'answered' AND outcome = 'ok' AND intent != '' ORDER BY n DESC LIMIT {LAST_DONE}
"""


def dialogue(
    it: sqlite3.Connection, turn: Turn, settings: MemorySettings, keepsakes: Keepsakes
) -> Dialogue:
    """The room's recent turns and the asker's recent photos, ending with `turn`."""
    n, window = rows.number(it, turn), timedelta(minutes=settings.photo_minutes)
    near = {
        "channel": turn.channel,
        "room": turn.room,
        "sender": turn.sender,
        "n": n,
        "turns": settings.turns,
        "since": (turn.at - window).timestamp(),
    }
    found = [*it.execute(DIALOGUE, near), *it.execute(PHOTOS, near)]
    recent = {row["n"]: row for row in found}
    ask = it.execute("SELECT * FROM turns WHERE n = ?", (n,)).fetchone()
    ordered = [*(recent[n] for n in sorted(recent)), ask]
    done = tuple(rows.to_done(row) for row in reversed(it.execute(DONE, near).fetchall()))
    turns = tuple(rows.to_turn(it, row, keepsakes) for row in ordered)
    return Dialogue(turns, window, done)
