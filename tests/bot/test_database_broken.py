"""bot.db that is damaged, cut off, locked or newer than we are: one plain line, nothing spoiled."""

import asyncio
import os
import sqlite3
from contextlib import closing
from itertools import repeat
from pathlib import Path

import pytest

from bot import database
from bot.commands.failures import foreseen
from bot.database import open_database
from bot.locks import NewerData
from bot.memory import open_memory
from bot.settings import BotSettings
from bot.tables import MIGRATIONS
from tests.bot.owing import delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

PAGE = 4096


async def fill(folder: Path) -> Path:
    async with delivering(folder, Studio([]), FakeChat()) as (memory, _):
        await promise(memory)
    return folder / "bot.db"


async def look(folder: Path) -> None:
    """All that a bot does with it first."""
    async with open_memory(folder, BotSettings()) as memory:
        await memory.outbox.owed()
        await memory.open_turns()


def spoil(file: Path, how: str) -> None:
    raw = file.read_bytes()
    if how == "no database":
        file.write_bytes(os.urandom(len(raw)))
    elif how == "cut off":
        file.write_bytes(raw[: len(raw) // 2 // PAGE * PAGE])
    else:
        file.write_bytes(raw[:PAGE] + b"\xff" * (len(raw) - PAGE))


@pytest.mark.parametrize("how", ["no database", "cut off", "overwritten"])
async def test_a_damaged_file_is_told_in_one_line(
    tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(await fill(tmp_path), how)
    with pytest.raises(SystemExit) as end, foreseen():
        await look(tmp_path)
    assert end.value.code == 1
    assert "从备份恢复" in capsys.readouterr().err


async def test_what_a_newer_version_wrote_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, newer = await fill(tmp_path), len(MIGRATIONS) + 1
    with closing(sqlite3.connect(file)) as it:
        it.execute(f"PRAGMA user_version = {newer}")
    before = file.read_bytes()
    with pytest.raises(SystemExit), foreseen():
        await look(tmp_path)
    assert "先升级" in capsys.readouterr().err
    with pytest.raises(NewerData):
        await look(tmp_path)
    assert file.read_bytes() == before


async def test_a_database_that_another_program_holds_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "PATIENCE", "PRAGMA busy_timeout = 20")
    chat, file = FakeChat(), await fill(tmp_path)
    async with delivering(tmp_path, Studio([{"status": "completed"}]), chat) as (memory, owing):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            begun = asyncio.ensure_future(owing.resume())
            async with asyncio.timeout(10):
                while "database is locked" not in caplog.text:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            other.execute("ROLLBACK")
        await begun
        await until_nothing_is_owed(memory)
    assert chat.sent.qsize() == 2


async def test_trouble_that_passes_is_no_damage(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db", ("CREATE TABLE a (b)",)) as db:
        for sql in ("SELECT * FROM nothing", "INSERT INTO a VALUES (1, 2)"):

            def work(it: sqlite3.Connection, sql: str = sql) -> None:
                it.execute(sql)

            with pytest.raises(sqlite3.OperationalError):
                await db.run(work)


async def test_who_is_told_to_stop_insists_no_longer() -> None:
    async def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await database.insist(full, repeat(0.01))

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(sqlite3.OperationalError):
            await task
