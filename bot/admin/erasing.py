"""Everything of one person in bot.db goes in one transaction; what is left elsewhere is told.

The channel's id of a person counts, never the name alone: anybody may call himself 妈妈.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from bot.admin.lists import ANSWERS, cut_out
from bot.aging import FILES
from bot.limits.veil import veiled
from bot.media import safe_name

NEVER = 2**62  # after every turn
# what the person said, what 小爱 said to it, and every message that brought one of their clips
DOOMED = (
    """
    INSERT INTO doomed SELECT n FROM turns
    WHERE channel = :channel AND sender = :sender AND NOT mine AND n < :until
    """,
    f"""
    INSERT OR IGNORE INTO doomed
    SELECT line.n FROM turns AS said JOIN doomed ON doomed.n = said.n
        JOIN turns AS line ON {ANSWERS}
    """,
    """
    INSERT OR IGNORE INTO doomed
    SELECT media.turn FROM media JOIN outbox ON outbox.job_id = media.id
        JOIN doomed ON doomed.n = outbox.turn WHERE outbox.kind = 'ticket'
    """,
)
JOBS = """
    SELECT DISTINCT job_id, makes FROM outbox JOIN doomed ON doomed.n = outbox.turn
    WHERE kind = 'ticket' AND job_id IS NOT NULL
"""
BROKEN_OFF = """
    SELECT channel, room, id FROM turns JOIN doomed ON doomed.n = turns.n WHERE state = 'open'
"""
QUOTES = """
    SELECT n, room, json_extract(quote, '$.id') AS id, json_extract(quote, '$.name') AS name,
        json_extract(quote, '$.mine') AS mine
    FROM turns WHERE quote IS NOT NULL AND channel = :channel AND n NOT IN (SELECT n FROM doomed)
"""
SAID = "SELECT room, id FROM turns JOIN doomed ON doomed.n = turns.n"
CALLED = """
    SELECT DISTINCT room, name FROM turns
    WHERE channel = :channel AND NOT mine AND (sender = :sender) = :theirs
"""
KNOWN = "SELECT 1 FROM turns WHERE channel = ? AND room = ? AND id = ?"
OWN_ROOMS = """
    SELECT room FROM turns WHERE channel = :channel AND NOT mine
    GROUP BY room HAVING min(private) AND min(sender = :sender)
"""
NAMES = """
    SELECT DISTINCT name FROM turns
    WHERE channel = :channel AND sender = :sender AND NOT mine AND name != ''
"""
USAGE = (
    """
    DELETE FROM usage WHERE turn IN (SELECT n FROM doomed) AND turn NOT IN (
        SELECT turn FROM outbox WHERE kind = 'ticket' AND state IN ('pending', 'sent'))
    """,
    "UPDATE usage SET sender = '' WHERE channel = :channel AND sender = :sender",
)
ELSEWHERE = (
    "DELETE FROM places WHERE channel = :channel AND sender = :sender",
    "DELETE FROM styles WHERE channel = :channel AND sender = :sender",
    "DELETE FROM grants WHERE channel = :channel AND sender = :sender",
)
OF_ROOM = (
    "DELETE FROM places WHERE channel = :channel AND room = :room",
    "DELETE FROM styles WHERE channel = :channel AND room = :room",
    "UPDATE usage SET room = :veiled WHERE channel = :channel AND room = :room",
)


class Person(NamedTuple):
    """Whom `channel` knows by the id `sender`."""

    channel: str
    sender: str


class Left(NamedTuple):
    """Something that is to be deleted elsewhere: see the table `farewells`."""

    kind: str
    what: str


def names_of(it: sqlite3.Connection, who: Person) -> set[str]:
    """What the person was called, as long as anything of them is there."""
    return {row["name"] for row in it.execute(NAMES, who._asdict())}


def erase(it: sqlite3.Connection, who: Person, until: int = NEVER) -> list[Left]:
    """Delete all of `who` from before turn `until`; what is left of it elsewhere."""
    told = {**who._asdict(), "until": until}
    it.execute("CREATE TEMP TABLE IF NOT EXISTS doomed (n INTEGER PRIMARY KEY)")
    it.execute("DELETE FROM doomed")
    for sql in DOOMED:
        it.execute(sql, told)
    jobs = [Left(row["makes"] or "video", row["job_id"]) for row in it.execute(JOBS)]
    orders = [Left("order", ":".join((*row, "0"))) for row in it.execute(BROKEN_OFF)]
    rooms = [row["room"] for row in it.execute(OWN_ROOMS, told)]
    quoting = list(_quoting(it, told))
    gone = {name for row in _media(it, quoting) for name in _files(row)}
    names = names_of(it, who)
    for sql in USAGE:
        it.execute(sql, told)
    it.execute("DELETE FROM turns WHERE n IN (SELECT n FROM doomed)")
    cut_out(it, who.channel, names, {job.what for job in jobs})
    it.executemany("UPDATE turns SET quote = NULL WHERE n = ?", quoting)
    it.executemany("DELETE FROM media WHERE turn = ? AND kind = 'quoted'", quoting)
    for sql in ELSEWHERE:
        it.execute(sql, told)
    for room in rooms:
        for sql in OF_ROOM:
            it.execute(sql, {**told, "room": room, "veiled": veiled(who.channel, room)})
    left = {name for row in it.execute("SELECT * FROM media") for name in _files(row)}
    stems = {name.split(".")[0] for name in gone - left} | {safe_name(job.what) for job in jobs}
    return [*jobs, *orders, *(Left("file", stem) for stem in sorted(stems))]


def _quoting(it: sqlite3.Connection, told: dict[str, object]) -> Iterator[tuple[int]]:
    """Who quotes them: what they said, or, where nobody has that, whom nobody else is called."""
    said = {tuple(row) for row in it.execute(SAID)}
    theirs, others = (
        {tuple(row) for row in it.execute(CALLED, {**told, "theirs": theirs})}
        for theirs in (True, False)
    )
    for row in it.execute(QUOTES, told).fetchall():
        place, named = (row["room"], row["id"]), (row["room"], row["name"])
        unknown = not row["mine"] and named in theirs and named not in others
        if unknown and place not in said:
            unknown = it.execute(KNOWN, (told["channel"], *place)).fetchone() is None
        if unknown or place in said:
            yield (row["n"],)


def _media(it: sqlite3.Connection, quoting: list[tuple[int]]) -> Iterator[sqlite3.Row]:
    yield from it.execute("SELECT * FROM media WHERE turn IN (SELECT n FROM doomed)")
    for n in quoting:
        yield from it.execute("SELECT * FROM media WHERE turn = ? AND kind = 'quoted'", n)


def _files(row: sqlite3.Row) -> list[str]:
    return [row[column] for column in FILES if row[column]]
