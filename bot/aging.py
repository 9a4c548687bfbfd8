"""What is older than its days leaves bot.db, and the files with it."""

import sqlite3
from datetime import datetime

FILES = ("file", "poster", "sidecar")


def forget_old(it: sqlite3.Connection, at: datetime) -> tuple[int, list[str]]:
    """Delete the turns from before `at` but for what is owed; how many, and files of no use now."""
    old = """
        SELECT n FROM turns WHERE at < ? AND state != 'open'
            AND n NOT IN (SELECT turn FROM outbox WHERE state = 'pending')
    """
    stamp = (at.timestamp(),)
    found = it.execute(f"SELECT * FROM media WHERE turn IN ({old})", stamp).fetchall()
    done = it.execute(f"DELETE FROM turns WHERE n IN ({old})", stamp)
    # a clip that was sent again is one file in two messages
    left = {row[k] for row in it.execute("SELECT * FROM media") for k in FILES}
    return done.rowcount, [row[k] for row in found for k in FILES if row[k] and row[k] not in left]
