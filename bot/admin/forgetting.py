"""忘记我: all of one person leaves bot.db at once, the files and the service's jobs after it.

What has still to be deleted elsewhere is written down in the same moment, so that neither a crash
nor a service that is away keeps any of it.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bot import rows
from bot.admin import erasing
from bot.admin.erasing import Left, Person
from bot.admin.lists import ANSWERS
from bot.database import Database
from bot.locks import DataUnusable
from bot.media import Shelf
from bot.neighbours import NAMES as NEIGHBOURS
from bot.neighbours import asked_as, neighbour
from intents.dialogue import Turn
from video_service.client import (
    ServiceRefused,
    ServiceUnreachable,
    VideoClient,
    VideoServiceError,
)

MOST_TRIES = 5  # other makers' services may delete a job again and again without a word
IN_VAIN = 2  # an order that was broken off may still be on its way in when it is first looked for
JOBS = ("video", "image", "order")
log = logging.getLogger(__name__)


class Forgetting:
    """`beside` is set by whoever knows the folder in which the neighbours of bot.db lie."""

    def __init__(self, db: Database, shelf: Shelf) -> None:
        self._db, self._shelf = db, shelf
        self.beside: Path | None = None
        self._held_up = False

    async def under_way(self, ask: Turn) -> set[str]:
        """The keys of the person's earlier turns that are being answered or delivered."""
        sql = (
            "SELECT channel, room, id FROM turns WHERE channel = ? AND sender = ? AND NOT mine"
            " AND n < ? AND (state = 'open' OR n IN (SELECT turn FROM outbox"
            " WHERE state = 'pending'))"
        )

        def work(it: sqlite3.Connection) -> set[str]:
            who = (ask.channel, ask.sender, rows.number(it, ask))
            return {":".join(row) for row in it.execute(sql, who)}

        return await self._db.run(work)

    async def owes(self) -> bool:
        """Whether anything of anybody has still to be deleted elsewhere."""
        found = await self._db.run(lambda it: it.execute("SELECT 1 FROM farewells").fetchone())
        return found is not None

    async def forget(self, ask: Turn, *, owner: bool = False) -> None:
        """Delete everything of who speaks; `ask` itself goes once its answer is out.

        `owner`: whoever looks after the house is the one who types at its terminal.
        """
        beside = self.beside is not None

        def work(it: sqlite3.Connection) -> None:
            who = Person(ask.channel, ask.sender)
            known = asked_as(ask, erasing.names_of(it, who), owner=owner) if beside else ()
            n = rows.number(it, ask)
            left = erasing.erase(it, who, n)
            left += [Left("beside", json.dumps(at, ensure_ascii=False)) for at in sorted(known)]
            _write_down(it, [*left, Left("turn", str(n))])

        await self._db.run(work)

    async def settle(self, client: VideoClient) -> bool:
        """Delete what is left elsewhere; False while something of it could not be."""
        try:
            settled = await self._settle(client)
        except (VideoServiceError, DataUnusable, sqlite3.Error, OSError) as error:
            log.log(logging.DEBUG if self._held_up else logging.WARNING,
                    "not all that is forgotten is deleted yet: %s", error)  # fmt: skip
            self._held_up = True
            return False
        if settled and self._held_up:
            log.info("all that is forgotten is deleted now")
            self._held_up = False
        return settled

    async def _settle(self, client: VideoClient) -> bool:
        await self._settle_files()
        await self._db.run(_settle_turns)
        emptied = await self._db.empty_log()
        broken = await self._erase_beside()  # the words go now, whatever else has to wait
        await self._settle_jobs(client)
        if broken:
            raise broken
        settled = await self._settle_beside(client)
        if not settled or await self._rows("file", *JOBS, "turn", "beside"):
            return False
        return emptied and await self._db.empty_log()

    async def _settle_files(self) -> None:
        if found := await self._rows("file"):
            stems = {row["what"] for row in found}
            await asyncio.to_thread(_delete, self._shelf.folder, stems)
            await self._db.run(partial(_strike, found=found))

    async def _settle_jobs(self, client: VideoClient) -> None:
        failed: VideoServiceError | None = None
        for row in await self._rows(*JOBS):
            try:
                done = await _farewell(client, row)
            except ServiceUnreachable:
                raise
            except VideoServiceError as error:  # this one only
                failed = error
            else:
                await self._db.run(partial(_note, row=row, done=done))
        if failed:
            raise failed

    async def _erase_beside(self) -> DataUnusable | sqlite3.Error | None:
        """The same in the folders of `qunying ask` and `qunying mcp`; each keeps what is left.

        What keeps one of them from it holds up nothing else, and is returned.
        """
        if self.beside is None or not (found := await self._rows("beside")):
            return None
        broken: DataUnusable | sqlite3.Error | None = None
        known = [(row, Person(*json.loads(row["what"]))) for row in found]
        for name in NEIGHBOURS:
            theirs = [(row, who) for row, who in known if who.channel == name]
            try:
                async with neighbour(self.beside, name) as there:
                    if there and theirs:
                        people = [who for _, who in theirs]
                        await there.db.run(partial(_erase_all, people=people))
                await self._db.run(partial(_strike, found=[row for row, _ in theirs]))
            except (DataUnusable, sqlite3.Error) as error:
                broken = error
        return broken

    async def _settle_beside(self, client: VideoClient) -> bool:
        settled = True
        if self.beside is None:
            return settled
        for name in NEIGHBOURS:
            async with neighbour(self.beside, name) as there:
                if there:
                    settled &= await Forgetting(there.db, there.shelf)._settle(client)
        return settled

    async def _rows(self, *kinds: str) -> list[sqlite3.Row]:
        marks = ",".join("?" * len(kinds))
        sql = f"SELECT * FROM farewells WHERE kind IN ({marks}) ORDER BY id"
        return await self._db.run(lambda it: it.execute(sql, kinds).fetchall())


def _write_down(it: sqlite3.Connection, left: Iterable[Left]) -> None:
    it.executemany("INSERT INTO farewells (kind, what) VALUES (?, ?)", left)


def _erase_all(it: sqlite3.Connection, people: Iterable[Person]) -> None:
    for who in people:
        _write_down(it, erasing.erase(it, who))


def _strike(it: sqlite3.Connection, found: Iterable[sqlite3.Row]) -> None:
    it.executemany("DELETE FROM farewells WHERE id = ?", [(row["id"],) for row in found])


def _settle_turns(it: sqlite3.Connection) -> None:
    """The last words, 忘记我 itself and what was said to it, once they are out."""
    ready = it.execute(
        "SELECT id, what FROM farewells WHERE kind = 'turn' AND NOT EXISTS (SELECT 1 FROM turns"
        " WHERE n = what AND (state = 'open' OR n IN"
        " (SELECT turn FROM outbox WHERE state = 'pending')))"
    ).fetchall()
    for row in ready:
        it.execute(
            "DELETE FROM turns WHERE n IN (SELECT line.n FROM turns AS said"
            f" JOIN turns AS line ON {ANSWERS} WHERE said.n = ?)",
            (row["what"],),
        )
        it.execute("DELETE FROM turns WHERE n = ?", (row["what"],))
    _strike(it, ready)


def _note(it: sqlite3.Connection, row: sqlite3.Row, *, done: bool) -> None:
    """Asked again until it is not known any more: some only cancel what they are to delete."""
    if done or row["tries"] >= MOST_TRIES:
        _strike(it, [row])
    else:
        it.execute("UPDATE farewells SET tries = tries + 1 WHERE id = ?", (row["id"],))


async def _farewell(client: VideoClient, row: sqlite3.Row) -> bool:
    """Whether the service has nothing of it any more."""
    what = row["what"]
    if row["kind"] == "order":
        film, picture = await client.find(what), await client.find_image(what)
        for job in filter(None, (film, picture)):
            await (client.cancel if job is film else client.cancel_image)(job.id, erase=True)
        return film is None and picture is None and row["tries"] >= IN_VAIN
    try:
        await (client.cancel_image if row["kind"] == "image" else client.cancel)(what, erase=True)
    except ServiceRefused as error:
        if error.locked_out:
            raise
        return True
    return False


def _delete(folder: Path, stems: set[str]) -> None:
    """Files by their stems: beside a clip lie its poster, its sidecar and smaller copies."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.removeprefix(".").split(".")[0] in stems:  # half of one, too
                path.unlink(missing_ok=True)
