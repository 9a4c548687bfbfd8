"""忘记我: all of one person leaves bot.db at once, the files and the service's jobs after it.

What has still to be deleted elsewhere is written down in the same moment, so that neither a crash
nor a service that is away keeps any of it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bot import rows
from bot.aging import FILES
from bot.database import Database
from bot.media import Shelf, safe_name
from intents.dialogue import Turn
from video_service.client import ServiceRefused, VideoClient, VideoServiceError

MOST_TRIES = 5  # other makers' services may delete a job again and again without a word
LOCKED_OUT = ("unauthorized", "401", "forbidden", "403")
log = logging.getLogger(__name__)

# what the person said, what 小爱 said to it, and every message that brought one of their clips;
# her lines are named after the turn they answer, and ';' is the character after ':'
DOOMED = (
    """
    INSERT INTO doomed SELECT n FROM turns
    WHERE channel = :channel AND sender = :sender AND NOT mine AND n != :now
    """,
    """
    INSERT OR IGNORE INTO doomed
    SELECT line.n FROM turns AS said JOIN doomed ON doomed.n = said.n
        JOIN turns AS line ON line.channel = said.channel AND line.room = said.room
            AND line.id > said.id || ':' AND line.id < said.id || ';'
    WHERE line.mine
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
QUOTING = """
    SELECT turns.n FROM turns WHERE quote IS NOT NULL AND n NOT IN (SELECT n FROM doomed)
        AND channel = :channel AND (
            json_extract(quote, '$.id') IN (
                SELECT id FROM turns AS t JOIN doomed ON doomed.n = t.n WHERE t.room = turns.room)
            OR (json_extract(quote, '$.name') IN (SELECT name FROM turns
                WHERE channel = :channel AND sender = :sender)
                AND NOT json_extract(quote, '$.mine'))
        )
"""
ELSEWHERE = (
    "DELETE FROM places WHERE channel = :channel AND sender = :sender",
    "DELETE FROM styles WHERE channel = :channel AND sender = :sender",
    "DELETE FROM grants WHERE channel = :channel AND sender = :sender",
)


class Forgetting:
    def __init__(self, db: Database, shelf: Shelf) -> None:
        self._db, self._shelf = db, shelf

    async def under_way(self, ask: Turn) -> set[str]:
        """The keys of the person's other turns that are being answered or delivered."""
        sql = (
            "SELECT channel, room, id FROM turns WHERE channel = ? AND sender = ? AND NOT mine"
            " AND (state = 'open' OR n IN (SELECT turn FROM outbox WHERE state = 'pending'))"
        )
        found = await self._db.run(lambda it: it.execute(sql, (ask.channel, ask.sender)).fetchall())
        return {":".join(row) for row in found} - {ask.key}

    async def forget(self, ask: Turn) -> None:
        """Delete everything of who speaks; `ask` itself goes once its answer is out."""
        await self._db.run(lambda it: _forget(it, ask, self._shelf.folder))

    async def settle(self, client: VideoClient) -> bool:
        """Delete what is left elsewhere; False while something of it could not be."""
        await self._settle_files()
        await self._db.run(_settle_turns)
        for row in await self._rows("video", "image", "order"):
            try:
                done = await _farewell(client, row["kind"], row["what"])
            except VideoServiceError as error:
                log.info("not deleted yet: %s", error)
                return False
            await self._db.run(partial(_note, row=row, done=done))
        return not await self._rows("file", "video", "image", "order", "turn")

    async def _settle_files(self) -> None:
        if found := await self._rows("file"):
            stems = {row["what"] for row in found}
            await asyncio.to_thread(_delete, self._shelf.folder, stems)
            await self._db.run(
                lambda it: it.executemany(
                    "DELETE FROM farewells WHERE id = ?", [(row["id"],) for row in found]
                )
            )

    async def _rows(self, *kinds: str) -> list[sqlite3.Row]:
        marks = ",".join("?" * len(kinds))
        sql = f"SELECT * FROM farewells WHERE kind IN ({marks}) ORDER BY id"
        return await self._db.run(lambda it: it.execute(sql, kinds).fetchall())


def _forget(it: sqlite3.Connection, ask: Turn, folder: Path) -> None:
    who = {"channel": ask.channel, "sender": ask.sender, "now": rows.number(it, ask)}
    it.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only unlinked
    it.execute("CREATE TEMP TABLE IF NOT EXISTS doomed (n INTEGER PRIMARY KEY)")
    it.execute("DELETE FROM doomed")
    for sql in DOOMED:
        it.execute(sql, who)
    jobs = it.execute(JOBS).fetchall()
    later = [(row["makes"] or "video", row["job_id"]) for row in jobs]
    later += [("order", ":".join((*row, "0"))) for row in it.execute(BROKEN_OFF)]
    quoting = [row["n"] for row in it.execute(QUOTING, who)]
    gone = {name for row in _media(it, quoting) for name in _names(row)}
    it.execute("DELETE FROM usage WHERE turn IS NOT NULL AND turn IN (SELECT n FROM doomed)"
               " AND turn NOT IN (SELECT turn FROM outbox WHERE kind = 'ticket'"
               " AND state IN ('pending', 'sent'))")  # fmt: skip
    it.execute("UPDATE usage SET sender = '' WHERE channel = :channel AND sender = :sender", who)
    it.execute("DELETE FROM turns WHERE n IN (SELECT n FROM doomed)")
    for n in quoting:
        it.execute("UPDATE turns SET quote = NULL WHERE n = ?", (n,))
        it.execute("DELETE FROM media WHERE turn = ? AND kind = 'quoted'", (n,))
    for sql in ELSEWHERE:
        it.execute(sql, who)
    left = {name for row in it.execute("SELECT * FROM media") for name in _names(row)}
    stems = {name.split(".")[0] for name in gone - left} | {safe_name(job) for _, job in later}
    later += [("file", stem) for stem in sorted(stems)]
    later.append(("turn", str(who["now"])))
    it.executemany("INSERT INTO farewells (kind, what) VALUES (?, ?)", later)


def _media(it: sqlite3.Connection, quoting: list[int]) -> Iterator[sqlite3.Row]:
    yield from it.execute("SELECT * FROM media WHERE turn IN (SELECT n FROM doomed)")
    for n in quoting:
        yield from it.execute("SELECT * FROM media WHERE turn = ? AND kind = 'quoted'", (n,))


def _names(row: sqlite3.Row) -> list[str]:
    return [row[column] for column in FILES if row[column]]


def _settle_turns(it: sqlite3.Connection) -> None:
    """The last words, 忘记我 itself and what was said to it, once they are out."""
    ready = it.execute(
        "SELECT id, what FROM farewells WHERE kind = 'turn' AND NOT EXISTS (SELECT 1 FROM turns"
        " WHERE n = what AND (state = 'open' OR n IN"
        " (SELECT turn FROM outbox WHERE state = 'pending')))"
    ).fetchall()
    for row in ready:
        it.execute(
            "DELETE FROM turns WHERE n IN (SELECT line.n FROM turns AS said JOIN turns AS line"
            " ON line.channel = said.channel AND line.room = said.room"
            " AND line.id > said.id || ':' AND line.id < said.id || ';'"
            " WHERE said.n = ? AND line.mine)",
            (row["what"],),
        )
        it.execute("DELETE FROM turns WHERE n = ?", (row["what"],))
        it.execute("DELETE FROM farewells WHERE id = ?", (row["id"],))


def _note(it: sqlite3.Connection, row: sqlite3.Row, *, done: bool) -> None:
    """Asked again until it is not known any more: some only cancel what they are to delete."""
    if done or row["tries"] >= MOST_TRIES:
        it.execute("DELETE FROM farewells WHERE id = ?", (row["id"],))
    else:
        it.execute("UPDATE farewells SET tries = tries + 1 WHERE id = ?", (row["id"],))


async def _farewell(client: VideoClient, kind: str, what: str) -> bool:
    """Whether the service has nothing of it any more."""
    if kind == "order":
        film, picture = await client.find(what), await client.find_image(what)
        for job in filter(None, (film, picture)):
            await (client.cancel if job is film else client.cancel_image)(job.id, erase=True)
        return film is None and picture is None
    try:
        await (client.cancel_image if kind == "image" else client.cancel)(what, erase=True)
    except ServiceRefused as error:
        if error.code in LOCKED_OUT:
            raise
        return True
    return False


def _delete(folder: Path, stems: set[str]) -> None:
    """Files by their stems: beside a clip lie its poster, its sidecar and smaller copies."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.split(".")[0] in stems:
                path.unlink(missing_ok=True)
