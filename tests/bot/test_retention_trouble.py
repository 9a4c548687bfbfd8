"""Retention when a clock or the disk is wrong: photos go all the same, and it is told once."""

import asyncio
import logging
import os
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.locks import DataUnusable
from bot.memory import Memory, open_memory
from bot.retention import Retention
from bot.settings import BotSettings
from intents.dialogue import Photo, Turn

NOW = datetime.now(UTC)
YEARS = timedelta(days=1500)


async def read() -> bytes:
    return b"\xff\xd8\xff photo"


async def hear_photo(memory: Memory, at: datetime) -> None:
    turn = Turn("1", "fake", "family", "妈妈", "妈妈", "看", at, photos=(Photo("photo", read),))
    await memory.hear(replace(turn, id=at.isoformat()), addressed=False)


def media(memory: Memory) -> list[Path]:
    return list(memory.shelf.folder.iterdir())


async def test_a_photo_from_the_future_goes_at_once_and_no_word_with_it(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await hear_photo(memory, NOW)
        await hear_photo(memory, NOW + YEARS)
        studio = memory.shelf.folder.with_name("studio")
        studio.mkdir()
        wrong = studio / "0abcdefgh-0123456789ab.jpg"
        wrong.write_bytes(b"x")
        os.utime(wrong, ((NOW + YEARS).timestamp(),) * 2)
        swept = await memory.retention.sweep(NOW)
        assert (swept.photos, swept.turns) == (2, 0)
        assert len(media(memory)) == 1
        assert not wrong.exists()


async def test_a_clock_that_fell_far_back_costs_photos_and_nothing_else(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await hear_photo(memory, NOW)
        swept = await memory.retention.sweep(NOW - YEARS)
        assert (swept.photos, swept.turns, swept.traces) == (1, 0, 0)


async def test_a_full_disk_is_told_once_and_what_makes_room_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_memory(tmp_path, BotSettings()) as memory:
        await hear_photo(memory, NOW - timedelta(days=2))
        stray = memory.shelf.folder / "stray.mp4"
        stray.write_bytes(b"x")
        os.utime(stray, (time.time() - 4000,) * 2)

        def full(*_: object) -> int:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patch:
            patch.setattr("bot.retention.forget_traces", full)
            for _ in range(2):
                await memory.retention.sweep(NOW)
            assert not stray.exists()
        assert (await memory.retention.sweep(NOW)).photos == 1
        assert media(memory) == []
    told = [it.message.split(":")[0] for it in caplog.records if it.name == "bot.retention"]
    assert told == [
        "what is old cannot be deleted yet", "what is old can be deleted again", "past their time",
    ]  # fmt: skip


async def test_who_ordered_what_is_not_known_for_ever_though_nobody_orders_any_more(
    tmp_path: Path,
) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        ask = Turn("1", "fake", "family", "妈妈", "妈妈", "小爱 熊猫", NOW)
        await memory.hear(ask, addressed=True)
        await memory.ledger.hold(ask, "video", lambda used: None)
        for days, left in ((39, 1), (41, 0)):
            await memory.retention.sweep(NOW + timedelta(days=days))
            assert len(await rows_of(memory, "usage")) == left


async def rows_of(memory: Memory, table: str) -> list[sqlite3.Row]:
    return await memory._db.run(lambda it: it.execute(f"SELECT * FROM {table}").fetchall())


async def test_a_clock_years_ahead_at_the_start_deletes_no_talk_before_an_hour_has_passed(
    tmp_path: Path,
) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await hear_photo(memory, NOW)
        keeper = Retention(memory._db, memory.shelf, BotSettings().memory)
        assert (await keeper.sweep(NOW + YEARS)).turns == 0
        assert media(memory) == []
        assert (await keeper.sweep(NOW + YEARS)).turns == 1


async def test_a_database_that_is_damaged_meanwhile_keeps_no_photo_of_the_studio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise DataUnusable("its database is damaged")

    async with open_memory(tmp_path, BotSettings()) as memory:
        monkeypatch.setattr("bot.retention.forget_old", damaged)
        monkeypatch.setattr("bot.retention.EVERY", timedelta(milliseconds=5))
        task = asyncio.create_task(memory.retention.run())
        photo = memory.shelf.folder.with_name("studio") / "0abcdefgh-0123456789ab.jpg"
        photo.parent.mkdir()
        async with asyncio.timeout(20):
            for _ in range(2):
                photo.write_bytes(b"x")
                os.utime(photo, (1, 1))
                while photo.exists():  # noqa: ASYNC110 - a folder rings no event
                    await asyncio.sleep(0.01)
        assert not task.done(), "it sweeps on"
        task.cancel()
