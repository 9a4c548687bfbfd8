"""bot.db of every version before this one: it opens, and goes on with all that is in it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.memory import open_memory
from bot.records import Room
from bot.settings import BotSettings
from bot.tables import MIGRATIONS

NEWEST = len(MIGRATIONS)
HEARD = """
    INSERT INTO turns (n, channel, room, id, sender, name, text, said, at, state)
        VALUES (7, 'fake', 'family', 'wish', '妈妈', '妈妈', '小爱 熊猫', '熊猫', :now, 'answered'),
            (8, 'fake', 'family', 'asked', '爸爸', '爸爸', '小爱 画', '画', :now, 'answered')
"""
OWED = """
    INSERT INTO outbox (id, turn, position, kind, text, job_id, state, since)
        VALUES (3, 7, 0, 'text', '好嘞。', NULL, 'sent', :now),
            (4, 7, 1, 'ticket', '', 'video_1', 'pending', :now)
"""
ASKED = "INSERT INTO questions (turn, intent, slots, question) VALUES (8, '', '{}', '{}')"
SHOWN = "INSERT INTO media (turn, position, id, kind, file) VALUES (7, 0, 'p', 'photo', 'p.jpg')"
COUNTED = """
    INSERT INTO usage (turn, channel, room, sender, makes, at)
        VALUES (7, 'fake', 'family', '妈妈', 'video', :now)
"""
LEFT = "INSERT INTO farewells (kind, what, tries) VALUES ('video', 'video_0', 2)"
SINCE_5 = (COUNTED, LEFT)
TABLES = ("turns", "outbox", "questions", "media", "usage", "farewells")


def fill(file: Path, version: int) -> None:
    """What a house of that version has on its disk."""
    with closing(sqlite3.connect(file)) as it, it:
        it.executescript(";".join((*MIGRATIONS[:version], f"PRAGMA user_version = {version}")))
        for sql in (HEARD, OWED, ASKED, SHOWN, *(SINCE_5 if version >= 5 else ())):
            it.execute(sql, {"now": time.time()})


def contents(file: Path) -> tuple[list[str], dict[str, int]]:
    with closing(sqlite3.connect(file)) as it:
        assert it.execute("PRAGMA user_version").fetchone() == (NEWEST,)
        assert it.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert it.execute("PRAGMA foreign_key_check").fetchall() == []
        count = "SELECT count(*) FROM {}"
        found = {table: it.execute(count.format(table)).fetchone()[0] for table in TABLES}
        return list(it.iterdump()), found


@pytest.mark.parametrize("version", range(1, NEWEST))
async def test_an_older_one_is_brought_up_with_all_that_is_in_it(
    tmp_path: Path, version: int
) -> None:
    file, last = tmp_path / "bot.db", int(version >= 5)
    fill(file, version)
    async with open_memory(tmp_path, BotSettings()) as memory:
        (turn,) = await memory.outbox.owed()
        (parcel,) = await memory.outbox.parcels(turn)
        assert (parcel.job_id, parcel.key) == ("video_1", "fake:family:wish:re:1")
        lines = await memory.history(Room("fake", "family"))
        assert [line.name for line in lines] == ["妈妈", "爸爸"]
        assert [it.clips for it in await memory.ledger.shares()] == [1] * last
        assert await memory.forgetting.owes() is bool(last)
        assert await memory.outbox.decide(3, "resend")
        dump, found = contents(file)
    assert found == {
        "turns": 2, "outbox": 2, "questions": 1, "media": 1, "usage": last, "farewells": last,
    }  # fmt: skip
    async with open_memory(tmp_path, BotSettings()):  # nothing is brought up twice
        assert contents(file) == (dump, found)
