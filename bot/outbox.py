"""What 小爱 owes: parts of answers that are not out yet. A part leaves as part of the talk."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bot import rows
from bot.bells import Bells
from bot.database import Database
from bot.keepsakes import Keepsakes
from bot.owed import Verb, decide
from bot.patience import GivenUp
from bot.records import Clip, Delivery, End, Makes, Parcel, Room
from intents.dialogue import Turn

CLIP = """
    SELECT media.* FROM media JOIN turns ON turns.n = media.turn
    WHERE channel = ? AND room = ? AND media.id = ? AND mine ORDER BY n DESC LIMIT 1
"""
MOOT = """
    SELECT 1 FROM outbox WHERE kind = 'ticket' AND state = 'failed'
        AND turn = (SELECT turn FROM outbox WHERE id = ?)
"""
DROP = "UPDATE outbox SET state = 'dropped', last_error = coalesce(last_error, ?) WHERE id = ?"
OWED = "SELECT 1 FROM outbox WHERE id = ? AND state = 'pending'"
ME = "me"  # the sender of her own lines


class Outbox:
    def __init__(self, db: Database, bells: Bells, name: str, keepsakes: Keepsakes) -> None:
        self._db, self._bells, self._name, self._keepsakes = db, bells, name, keepsakes

    async def owed(self) -> list[Turn]:
        """Answered turns with parts that are not out, oldest first."""
        return await self._db.run(partial(_owed, keepsakes=self._keepsakes))

    async def parcels(self, turn: Turn) -> list[Parcel]:
        """The parts of one answer that are not out, in order; none for a turn not heard yet."""

        def work(it: sqlite3.Connection) -> list[Parcel]:
            found = it.execute(
                "SELECT outbox.* FROM outbox JOIN turns ON turns.n = outbox.turn"
                " WHERE channel = ? AND room = ? AND turns.id = ? AND outbox.state = 'pending'"
                " ORDER BY position",
                (turn.channel, turn.room, turn.id),
            )
            return [rows.to_parcel(turn, row) for row in found]

        return await self._db.run(work)

    async def sent(
        self, turn: Turn, parcel: Parcel, said: str = "", clip: Clip | None = None
    ) -> None:
        """The part is out: `said` or `clip` is now part of the room's talk.

        A ticket, or a clip to be sent again, that ended in words instead counts as failed.
        """
        failed = parcel.kind in ("ticket", "clip") and clip is None

        def work(it: sqlite3.Connection) -> None:
            it.execute(
                "UPDATE outbox SET state = ? WHERE id = ?",
                ("failed" if failed else "sent", parcel.id),
            )
            n = self._say(it, turn, parcel.key.removeprefix(f"{turn.key}:"), said)
            if clip and n:
                _add_clip(it, n, clip, parcel, wish=rows.number(it, turn))
            if parcel.kind == "question":
                _start_timer(it, rows.number(it, turn))

        await self._db.run(work)
        self._bells.ring(Room.of(turn))

    async def clip(self, room: Room, job_id: str) -> Clip | None:
        """What the room has been sent as job `job_id`, on disk; None when it is forgotten."""
        folder = self._keepsakes.folder
        row = await self._db.run(
            lambda it: it.execute(CLIP, (room.channel, room.id, job_id)).fetchone()
        )
        if row is None or not await asyncio.to_thread((folder / row["file"]).is_file):
            return None
        poster, sidecar = (row[k] and folder / row[k] for k in ("poster", "sidecar"))
        makes: Makes = "image" if row["kind"] == "photo" else "video"
        return Clip(folder / row["file"], poster, sidecar, bool(row["draft"]), makes)

    async def missed(self, parcel: Parcel, error: Exception) -> None:
        """A try that failed; the part stays owed."""
        await self._update(
            "UPDATE outbox SET attempts = attempts + 1, last_error = ? WHERE id = ?",
            ((str(error) or repr(error))[:500], parcel.id),
        )

    async def piece_sent(self, parcel: Parcel, count: int) -> None:
        """So many messages of a long text are out; a restart goes on after them."""
        await self._update("UPDATE outbox SET sent_pieces = ? WHERE id = ?", (count, parcel.id))

    async def is_moot(self, parcel: Parcel) -> bool:
        """Whether what the question is about was never made: a picture that failed."""
        found = await self._db.run(lambda it: it.execute(MOOT, (parcel.id,)).fetchone())
        return found is not None

    async def drop(
        self, turn: Turn, parcel: Parcel, film: Clip | None = None, why: str = ""
    ) -> None:
        """It goes out no more; a `film` that is here stays in the library.

        `why`: it was in vain, which is kept for the owner unless a channel has told more.
        """

        def work(it: sqlite3.Connection) -> None:
            it.execute(DROP, (why or None, parcel.id))
            room = (turn.channel, turn.room, parcel.job_id)
            if film is None or it.execute(CLIP, room).fetchone():
                return
            tail = parcel.key.removeprefix(f"{turn.key}:")
            if n := self._say(it, turn, f"{tail}:kept", "", hidden=True):
                _add_clip(it, n, film, parcel, wish=rows.number(it, turn))

        await self._db.run(work)
        self._bells.ring(Room.of(turn))

    async def insist_on(self, parcel: Parcel) -> None:
        """GivenUp when the owner has decided meanwhile that it goes out no more."""
        found = await self._db.run(lambda it: it.execute(OWED, (parcel.id,)).fetchone())
        if found is None:
            raise GivenUp(f"{parcel.key}: dropped by the owner", aged=False)

    async def decide(self, id_: int, verb: Verb) -> Turn | None:
        """Owe part `id_` anew, or no longer; the turn it answers. None: that cannot be done."""

        def work(it: sqlite3.Connection) -> Turn | None:
            row = decide(it, id_, verb)
            return rows.to_turn(it, row, self._keepsakes) if row else None

        return await self._db.run(work)

    async def promised(self, parcel: Parcel, seconds: float) -> Parcel:
        """Note the wait as it was first known; later waits are measured against it."""
        await self._update("UPDATE outbox SET promised_s = ? WHERE id = ?", (seconds, parcel.id))
        return replace(parcel, promised_s=seconds)

    async def told_late(self, turn: Turn, parcel: Parcel, said: str) -> Parcel:
        """The one update about a longer wait, noted before it is sent so that it is never two."""

        def work(it: sqlite3.Connection) -> None:
            it.execute("UPDATE outbox SET told_late = 1 WHERE id = ?", (parcel.id,))
            self._say(it, turn, f"{parcel.key.removeprefix(f'{turn.key}:')}:late", said)

        await self._db.run(work)
        self._bells.ring(Room.of(turn))
        return replace(parcel, told_late=True)

    async def result(self, turn: Turn) -> tuple[End, str, list[Delivery]] | None:
        """How `turn` ended, the intent it was, and each part; None while it waits for an answer."""

        def work(it: sqlite3.Connection) -> tuple[End, str, list[Delivery]] | None:
            if not rows.knows(it, turn):
                return "forgotten", "", []
            n = rows.number(it, turn)
            row = it.execute("SELECT * FROM turns WHERE n = ?", (n,)).fetchone()
            if row["state"] == "open":
                return None
            parts = it.execute("SELECT * FROM outbox WHERE turn = ? ORDER BY position", (n,))
            ends = [Delivery(p["kind"], p["state"], p["job_id"]) for p in parts]
            return row["outcome"], row["intent"], ends

        return await self._db.run(work)

    def _say(
        self, it: sqlite3.Connection, to: Turn, tail: str, text: str, *, hidden: bool = False
    ) -> int | None:
        line = Turn(
            id=f"{to.id}:{tail}",
            channel=to.channel,
            room=to.room,
            sender=ME,
            name=self._name,
            text=text,
            at=datetime.now(UTC),
            private=to.private,
            mine=True,
        )
        return rows.add_turn(it, line, "heard", hidden=hidden)

    async def _update(self, sql: str, values: tuple[object, ...]) -> None:
        def work(it: sqlite3.Connection) -> None:
            it.execute(sql, values)

        await self._db.run(work)


def _owed(it: sqlite3.Connection, keepsakes: Keepsakes) -> list[Turn]:
    found = it.execute(
        "SELECT * FROM turns"
        " WHERE n IN (SELECT turn FROM outbox WHERE state = 'pending') ORDER BY n"
    ).fetchall()
    return [rows.to_turn(it, row, keepsakes) for row in found]


def _add_clip(it: sqlite3.Connection, n: int, clip: Clip, parcel: Parcel, *, wish: int) -> None:
    it.execute(
        "INSERT INTO media (turn, position, id, kind, file, poster, sidecar, draft, wish)"
        " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?)",
        (
            n,
            parcel.job_id,
            "photo" if clip.makes == "image" else "video",
            clip.file.name,
            clip.poster and clip.poster.name,
            clip.sidecar and clip.sidecar.name,
            clip.draft,
            wish,
        ),
    )


def _start_timer(it: sqlite3.Connection, n: int) -> None:
    row = it.execute("SELECT * FROM questions WHERE turn = ?", (n,)).fetchone()
    if row and row["due"] is None:
        due = datetime.now(UTC).timestamp() + rows.read_question(row["question"]).after_s
        it.execute("UPDATE questions SET due = ? WHERE id = ?", (due, row["id"]))
