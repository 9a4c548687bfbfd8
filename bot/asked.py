"""Questions that wait for an answer: each is answered once, by a person or by its timer."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

from bot import rows
from bot.bells import Bells
from bot.database import Database
from bot.keepsakes import Keepsakes
from bot.records import Asked, Chosen, Room
from intents.dialogue import Turn

OF_PERSON = """
    SELECT questions.* FROM questions JOIN turns ON turns.n = questions.turn
    WHERE questions.state = 'open' AND turns.channel = ? AND turns.room = ? AND turns.sender = ?
    ORDER BY questions.id DESC LIMIT 1
"""
NEXT_DUE = """
    SELECT * FROM questions WHERE state = 'open' AND due IS NOT NULL ORDER BY due LIMIT 1
"""
OF_TURN = """
    SELECT questions.*, turns.choice FROM questions JOIN turns ON turns.question = questions.id
    WHERE turns.n = ?
"""
STILL_OPEN = "SELECT 1 FROM questions WHERE id = ? AND state = 'open'"


class AskedQuestions:
    def __init__(self, db: Database, bells: Bells, keepsakes: Keepsakes) -> None:
        self._db, self._bells, self._keepsakes = db, bells, keepsakes

    async def of_person(self, turn: Turn) -> Asked | None:
        """The newest open question that waits for the person who spoke this turn.

        One that comes after a picture, and takes a plain yes, waits for nobody before it is out.
        """
        asked = await self._one(OF_PERSON, (turn.channel, turn.room, turn.sender))
        to_come = asked and asked.question.agree and asked.due is None
        return None if to_come else asked

    async def next_due(self) -> Asked | None:
        return await self._one(NEXT_DUE, ())

    async def chosen(self, turn: Turn) -> Chosen | None:
        """What this turn answers, when it answers a question."""

        def work(it: sqlite3.Connection) -> Chosen | None:
            row = it.execute(OF_TURN, (rows.number(it, turn),)).fetchone()
            if row is None:
                return None
            asked = rows.to_asked(it, row, self._keepsakes)
            return Chosen(asked, rows.read_choice(row["choice"]))

        return await self._db.run(work)

    async def take(self, turn: Turn, chosen: Chosen) -> bool:
        """Let an open turn answer the question; False when it is answered already."""
        return await self._db.run(lambda it: close(it, rows.number(it, turn), chosen))

    async def take_default(self, asked: Asked) -> Turn | None:
        """The turn that stands for silence, open and unseen.

        None when an answer came first, or when silence means nothing: then the wish is dropped.
        """
        if asked.question.default is None:
            await self.drop(asked)
            return None
        default = asked.question.choices[asked.question.default]
        silence = replace(
            asked.turn,
            id=f"{asked.id}:default",
            text="",
            said=default.label,
            at=datetime.now(UTC),
            photos=(),
            quote=None,
            mentions_me=False,
        )

        def work(it: sqlite3.Connection) -> Turn | None:
            if it.execute(STILL_OPEN, (asked.id,)).fetchone() is None:
                return None
            n = rows.add_turn(it, silence, "open", hidden=True)
            done = n is not None and close(it, n, Chosen(asked, default))
            return silence if done else None

        return await self._db.run(work)

    async def drop(self, asked: Asked) -> None:
        def work(it: sqlite3.Connection) -> None:
            it.execute("UPDATE questions SET state = 'dropped' WHERE id = ?", (asked.id,))

        await self._db.run(work)
        self._bells.ring(Room.of(asked.turn))

    async def drop_of(self, turn: Turn) -> None:
        """What this turn had made her ask is not asked after all."""

        def work(it: sqlite3.Connection) -> None:
            n = rows.number(it, turn)
            it.execute("UPDATE questions SET state = 'dropped' WHERE turn = ?", (n,))

        await self._db.run(work)

    async def _one(self, sql: str, values: tuple[object, ...]) -> Asked | None:
        def work(it: sqlite3.Connection) -> Asked | None:
            row = it.execute(sql, values).fetchone()
            return rows.to_asked(it, row, self._keepsakes) if row else None

        return await self._db.run(work)


def close(it: sqlite3.Connection, n: int, chosen: Chosen) -> bool:
    """Turn `n` answers the question, if nobody has."""
    done = it.execute(
        "UPDATE questions SET state = 'answered' WHERE id = ? AND state = 'open'",
        (chosen.asked.id,),
    )
    if done.rowcount:
        it.execute(
            "UPDATE turns SET question = ?, choice = ? WHERE n = ?",
            (chosen.asked.id, rows.write_choice(chosen.choice), n),
        )
    return bool(done.rowcount)
