"""Who ordered what today, and whether orders are taken at all: on disk, so it holds for ever.

A place is held when an order is let through, and counts as long as something comes of it: while
its turn is being answered, or while what it promised is owed or out. So what failed anywhere is
given back without anybody having to say so, and a turn that is taken up again counts once.
Whoever orders past the chat, the page's studio, gives back itself what came to nothing.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import rows
from bot.database import Database
from bot.limits.rules import Refusal, Used
from bot.limits.veil import veiled
from intents.dialogue import Turn
from intents.gate import Makes
from intents.tools import beijing

KEPT_FOR = timedelta(days=40)
COUNTS = """
    (usage.turn IS NULL
        OR EXISTS (SELECT 1 FROM turns WHERE turns.n = usage.turn AND turns.state = 'open')
        OR EXISTS (SELECT 1 FROM outbox WHERE outbox.turn = usage.turn
            AND outbox.kind = 'ticket' AND outbox.state IN ('pending', 'sent')))
"""
# both ends: what was noted while the clock ran ahead is none of today's
TODAY = f"at >= :from AND at < :till AND channel = :channel AND {COUNTS}"
OF_PERSON = f"SELECT count(*) FROM usage WHERE {TODAY} AND makes = :makes AND sender = :sender"
ROOM = "room IN (:room, :veiled)"
OF_ROOM = f"SELECT count(*) FROM usage WHERE {TODAY} AND makes = :makes AND {ROOM}"
LAST = f"SELECT max(at) FROM usage WHERE {TODAY} AND sender = :sender"
BY_PERSON = f"""
    SELECT channel, sender, makes, count(*) AS count,
        (SELECT name FROM turns WHERE turns.channel = usage.channel
            AND turns.sender = usage.sender ORDER BY n DESC LIMIT 1) AS name
    FROM usage WHERE at >= :from AND at < :till AND sender != '' AND {COUNTS}
    GROUP BY channel, sender, makes ORDER BY min(usage.id)
"""
# What was said aloud, since something was last made for them: they would be met with silence for
# what is new, and for ever who asks again every few minutes.
DECLINED = """
    SELECT count(*) FROM turns WHERE channel = :channel AND room = :room AND sender = :sender
        AND outcome = 'declined' AND at >= :since AND json_extract(kept, '$.declined') = :rule
        AND EXISTS (SELECT 1 FROM outbox WHERE outbox.turn = turns.n AND outbox.kind = 'text')
        AND n > coalesce((
            SELECT max(t.n) FROM turns AS t JOIN outbox ON outbox.turn = t.n
            WHERE t.channel = :channel AND t.room = :room AND t.sender = :sender
                AND outbox.kind = 'ticket'
        ), 0)
"""
Judge = Callable[[Used], Refusal | None]


@dataclass(frozen=True, slots=True)
class Share:
    """What one person had made today."""

    name: str
    clips: int
    pictures: int


def today() -> dict[str, float]:
    """From midnight of Beijing till the next, as time stamps."""
    ends = beijing.next_midnight(beijing.now())
    return {"from": (ends - timedelta(days=1)).timestamp(), "till": ends.timestamp()}


class Ledger:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def hold(self, ask: Turn, makes: Makes, judge: Judge) -> Refusal | None:
        """Hold a place for `ask` unless `judge` says no; asked again, the answer stays yes."""
        now = beijing.now()

        def work(it: sqlite3.Connection) -> Refusal | None:
            n = rows.number(it, ask) if rows.knows(it, ask) else None
            take = ask.key if n is None else None
            held = "SELECT 1 FROM usage WHERE turn = ? OR take = ?"
            if it.execute(held, (n, take)).fetchone():
                return None
            if refusal := judge(_used(it, ask, makes)):
                return refusal
            it.execute(
                "INSERT INTO usage (turn, take, channel, room, sender, makes, at)"
                " VALUES (?,?,?,?,?,?,?)",
                (n, take, ask.channel, ask.room, ask.sender, makes, now.timestamp()),
            )
            return None

        return await self._db.run(work)

    async def free(self, ask: Turn) -> None:
        """Give back the place of `ask`, an order that is no turn of any chat."""
        await self._write("DELETE FROM usage WHERE take = ?", (ask.key,))

    async def used(self, ask: Turn, makes: Makes) -> Used:
        """What today has seen of whom speaks, and of the room."""
        return await self._db.run(lambda it: _used(it, ask, makes))

    async def shares(self) -> list[Share]:
        """Everybody who had something made today, who began first stands first."""

        def work(it: sqlite3.Connection) -> list[Share]:
            told: dict[tuple[str, str], Share] = {}
            for row in it.execute(BY_PERSON, today()):
                who = (row["channel"], row["sender"])
                had = told.get(who, Share(row["name"] or row["sender"], 0, 0))
                film = row["makes"] == "video"
                clips = had.clips + row["count"] * film
                told[who] = Share(had.name, clips, had.pictures + row["count"] * (not film))
            return list(told.values())

        return await self._db.run(work)

    async def grant(self, channel: str, sender: str, clips: int) -> None:
        """From now on this person may have so many clips a day."""
        values = (channel, sender, clips, beijing.now().timestamp())
        await self._write("INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?)", values)

    async def pause(self) -> bool:
        """Take no more orders from anybody; False when it was so before."""
        sql = "INSERT OR IGNORE INTO pauses (id, at) VALUES (1, ?)"
        return await self._write(sql, (beijing.now().timestamp(),))

    async def go_on(self) -> bool:
        """Take orders again; False when they were taken all along."""
        return await self._write("DELETE FROM pauses", ())

    async def is_paused(self) -> bool:
        found = await self._db.run(lambda it: it.execute("SELECT 1 FROM pauses").fetchone())
        return found is not None

    async def declined(self, ask: Turn, rule: str, since: datetime) -> int:
        """How often this person met `rule` in this room since then, with nothing made since."""
        told = {"channel": ask.channel, "room": ask.room, "sender": ask.sender, "rule": rule}

        def work(it: sqlite3.Connection) -> int:
            found = it.execute(DECLINED, {**told, "since": since.timestamp()}).fetchone()
            return int(found[0])

        return await self._db.run(work)

    async def _write(self, sql: str, values: tuple[object, ...]) -> bool:
        return await self._db.run(lambda it: bool(it.execute(sql, values).rowcount))


def forget_usage(it: sqlite3.Connection, now: datetime) -> None:
    """Let go of who ordered what long ago: no rule looks back so far."""
    it.execute("DELETE FROM usage WHERE at < ?", ((now - KEPT_FOR).timestamp(),))


def _used(it: sqlite3.Connection, ask: Turn, makes: Makes) -> Used:
    told = {"channel": ask.channel, "room": ask.room, "sender": ask.sender, "makes": makes}
    told["veiled"] = veiled(ask.channel, ask.room)
    asked = {**told, **today()}
    (last,) = it.execute(LAST, asked).fetchone()
    granted = it.execute(
        "SELECT clips FROM grants WHERE channel = :channel AND sender = :sender", told
    ).fetchone()
    return Used(
        paused=it.execute("SELECT 1 FROM pauses").fetchone() is not None,
        person=it.execute(OF_PERSON, asked).fetchone()[0],
        room=it.execute(OF_ROOM, asked).fetchone()[0],
        granted=granted["clips"] if granted else None,
        last=rows.moment(last) if last else None,
    )
