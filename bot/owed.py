"""What is owed and what was given up, as `qunying deliveries` shows it: read while the bot runs.

bot.db has one writer, the bot. Reading it beside that one takes no lock anybody waits for.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bot.locks import DataUnusable, require_whole
from bot.rows import moment

Verb = Literal["resend", "drop"]
Which = Literal["owed", "failed", "all"]
State = Literal["pending", "sent", "failed", "dropped"]
READ_S = 10.0

# A question is asked in its time or not at all; a ticket that failed was answered in words.
_TURN = "SELECT turns.* FROM outbox JOIN turns ON turns.n = outbox.turn WHERE outbox.id = ?"
_DECIDABLE: dict[Verb, str] = {
    "resend": f"{_TURN} AND (outbox.state = 'pending' OR (outbox.kind != 'question'"
    " AND outbox.state IN ('sent', 'dropped')))",
    "drop": f"{_TURN} AND outbox.state = 'pending'",
}
_DECIDED: dict[Verb, str] = {
    "resend": "UPDATE outbox SET since = CASE state WHEN 'pending' THEN since ELSE :now END,"
    " sent_pieces = CASE state WHEN 'pending' THEN sent_pieces ELSE 0 END,"
    " again = again + (state != 'pending'),"
    " attempts = 0, last_error = NULL, state = 'pending' WHERE id = :id",
    "drop": "UPDATE outbox SET state = 'dropped', last_error = NULL WHERE id = :id",
}
# nobody may answer what is not asked
_UNASKED = """
    UPDATE questions SET state = 'dropped' WHERE state = 'open'
        AND turn = (SELECT turn FROM outbox WHERE id = ? AND kind = 'question')
"""
_WHICH: dict[Which, str] = {
    "owed": "outbox.state = 'pending'",
    "failed": "outbox.state IN ('failed', 'dropped')",
    "all": "1",
}
_LIST = """
    SELECT outbox.*, turns.channel, turns.room, turns.room_name, turns.name, turns.private
    FROM outbox JOIN turns ON turns.n = outbox.turn WHERE {which}
    ORDER BY outbox.id DESC LIMIT {most}
"""
MOST = 200


LARGEST = 2**63 - 1  # a number that SQLite takes


class NoTable(Exception):
    """There is no bot.db yet, or it is one of an older version that was not opened since."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One part of one answer: what, to whom, since when, and how it went so far."""

    id: int
    kind: Literal["text", "ticket", "question", "clip"]
    makes: str
    text: str
    channel: str
    room: str  # its name where it has one
    name: str
    private: bool
    state: State
    since: datetime
    attempts: int
    last_error: str

    @property
    def in_vain(self) -> bool:
        """Whether it was given up, and by nobody's wish."""
        return self.state == "dropped" and bool(self.last_error)


def read(file: Path, which: Which) -> list[Owed]:
    """The newest parts first, at most MOST; blocking. NoTable when there is nothing to read."""
    with reading(file) as it:
        found = it.execute(_LIST.format(which=_WHICH[which], most=MOST)).fetchall()
    return [_owed(row) for row in found]


def decidable(file: Path, verb: Verb, id_: int) -> bool | None:
    """Whether `verb` can be done with part `id_`; None when there is none. Blocking."""
    with reading(file) as it:
        known = it.execute("SELECT 1 FROM outbox WHERE id = ?", (min(id_, LARGEST),)).fetchone()
        can = known and it.execute(_DECIDABLE[verb], (id_,)).fetchone()
    return bool(can) if known else None


def decide(it: sqlite3.Connection, id_: int, verb: Verb) -> sqlite3.Row | None:
    """Owe part `id_` anew, or no longer; the row of the turn it answers. For the writer alone."""
    row: sqlite3.Row | None = it.execute(_DECIDABLE[verb], (id_,)).fetchone()
    if row:
        it.execute(_DECIDED[verb], {"id": id_, "now": datetime.now(UTC).timestamp()})
        if verb == "drop":
            it.execute(_UNASKED, (id_,))
    return row


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """One moment of `file`, whoever writes it meanwhile; NoTable, or DataUnusable when broken."""
    require_whole(file.parent.parent)
    try:
        if not file.is_file():
            raise NoTable(f"{file}: is not there")
        with closing(open_beside(file)) as it:
            it.execute("BEGIN")
            yield it
    except (sqlite3.DatabaseError, OSError) as error:
        if "no such" in str(error):  # table or column
            raise NoTable(f"{file}: {error}") from error
        raise DataUnusable(f"{file}: {error}") from error


def open_beside(file: Path) -> sqlite3.Connection:
    """`file` to be read only, whoever writes it meanwhile."""
    address = f"{file.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=READ_S)
    connection.row_factory = sqlite3.Row
    return connection


def _owed(row: sqlite3.Row) -> Owed:
    return Owed(
        id=row["id"],
        kind=row["kind"],
        makes=row["makes"] or "video",
        text=row["text"],
        channel=row["channel"],
        room=row["room_name"] or row["room"],
        name=row["name"],
        private=bool(row["private"]),
        state=row["state"],
        since=moment(row["since"]),
        attempts=row["attempts"],
        last_error=row["last_error"] or "",
    )
