"""A database of the bot beside its writer: copied in one transaction, and looked at. Blocking."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.owed import open_beside


class Damaged(Exception):
    """A database cannot be used; the text says why, in English."""


def copy(origin: Path, into: Path) -> None:
    """`origin` as it is now, in a file of its own, sound; Damaged, or sqlite3.OperationalError."""
    try:
        with closing(open_beside(origin)) as source, closing(sqlite3.connect(into)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except sqlite3.OperationalError:  # locked, full, away
        raise
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{origin.name}: {error}") from error
    check(into)


def check(file: Path, newest: int | None = None) -> None:
    """Damaged when `file` is broken, or of a schema after `newest` where that is given."""
    try:
        with closing(open_beside(file)) as it:
            (state,) = it.execute("PRAGMA integrity_check(1)").fetchone()
            (schema,) = it.execute("PRAGMA user_version").fetchone()
            it.execute("SELECT id FROM outbox LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise Damaged(f"{file.name}: {error}") from error
    if state != "ok":
        raise Damaged(f"{file.name}: {state}")
    if newest is not None and schema > newest:
        raise Damaged(f"{file.name}: comes from a newer version ({schema} > {newest})")
