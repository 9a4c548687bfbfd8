"""Bad moments of the disk and the clock: nothing is lost, nothing is said twice, she lives on."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import app as app_module
from bot import database
from bot.channels.base import NotHeard
from bot.memory import Memory
from bot.records import Answer
from intents.base import Tools
from intents.dialogue import Choice, Question, Text, Turn
from intents.video.wording import ASLEEP
from tests.family import Family
from video_service.client import VideoClient
from video_service.schema import VideoJob

WISH = "小爱 生成一个熊猫吃竹子的视频"


class Disk:
    """Stands in front of bot.db; `full` makes every transaction fail as SQLite words it."""

    def __init__(self, transact: Callable[..., Any]) -> None:
        self._transact, self.full, self.refused = transact, False, 0

    def __call__(self, connection: sqlite3.Connection, work: Callable[..., Any]) -> Any:
        if self.full:
            self.refused += 1
            raise sqlite3.OperationalError("database or disk is full")
        return self._transact(connection, work)

    async def refuses(self) -> None:
        """Until one more transaction has failed."""
        before = self.refused
        async with asyncio.timeout(30):
            while self.refused == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(database._transact)
    monkeypatch.setattr(database, "_transact", disk)
    return disk


async def test_a_message_that_cannot_be_kept_is_refused_and_the_next_one_is_answered(
    family: Family, disk: Disk
) -> None:
    disk.full = True
    with pytest.raises(NotHeard):
        await family.says("妈妈", "小爱 在吗", id_="m1")
    disk.full = False
    again = await family.says("妈妈", "小爱 在吗", id_="m1")
    assert (await family.hears()).to.id == again.id
    assert await family.quiet()


async def test_what_went_out_while_the_disk_was_full_does_not_go_out_again(
    family: Family, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = family.chat.send_text

    async def send_and_fill(to: Turn, text: str, *, key: str) -> None:
        await send(to, text, key=key)
        disk.full = True

    monkeypatch.setattr(family.chat, "send_text", send_and_fill)
    await family.says("妈妈", "小爱 在吗")
    await family.hears()
    await disk.refuses()
    await disk.refuses()
    disk.full = False
    assert await family.quiet()


async def test_an_answer_waits_for_the_disk(
    family: Family, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def filling(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        disk.full = True
        return Answer((Text("在。"),))

    monkeypatch.setattr(app_module, "think", filling)
    await family.says("妈妈", "小爱 在吗")
    await disk.refuses()
    disk.full = False
    assert (await family.hears()).text == "在。"
    assert await family.quiet()


async def test_the_timer_of_a_question_outlives_a_full_disk(
    family: Family, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = (Choice("猫", "猫"), Choice("狗", "狗"))

    async def asking(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        if await memory.asked.chosen(turn):
            return Answer((Text(f"那就{turn.said}。"),))
        return Answer((Question("猫还是狗？", "wish", choices, default=1, after_s=0.3),))

    monkeypatch.setattr(app_module, "think", asking)
    await family.says("妈妈", "小爱 拍一段")
    await family.hears_and_notes()
    disk.full = True
    await disk.refuses()
    disk.full = False
    assert (await family.hears()).text == "那就狗。"


def slow_orders(monkeypatch: pytest.MonkeyPatch, before: float, after: float) -> None:
    create = VideoClient.create

    async def slow(self: VideoClient, *args: Any, **more: Any) -> VideoJob:
        await asyncio.sleep(before)
        job = await create(self, *args, **more)
        await asyncio.sleep(after)
        return job

    monkeypatch.setattr(VideoClient, "create", slow)


async def test_an_order_that_is_out_when_the_time_is_over_is_still_promised(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "ANSWER_S", 0.5)
    slow_orders(monkeypatch, before=0.4, after=0.4)
    ask = await family.says("妈妈", WISH)
    assert "草稿" in (await family.hears()).text
    await family.calls_off(ask)
    assert await family.quiet()


async def test_an_order_that_never_ends_is_given_up_in_the_end(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "ORDER_S", 0.3)
    slow_orders(monkeypatch, before=60, after=0)
    await family.says("妈妈", WISH)
    said = (await family.hears()).text
    assert said != ASLEEP
    assert said.endswith("。")


async def test_a_photo_of_a_message_that_was_not_kept_leaves_no_file(
    home: Family, disk: Disk, tmp_path: Path
) -> None:
    async with home.living() as family:
        assert family.memory
        keep = family.memory.shelf.keep

        async def fill(photo: bytes) -> Path:
            kept = await keep(photo)
            disk.full = True
            return kept

        family.memory.shelf.keep = fill  # type: ignore[method-assign]
        with pytest.raises(NotHeard):
            await family.says("妈妈", photo=b"\xff\xd8\xff a photo")
        disk.full = False
        assert list(family.memory.shelf.folder.iterdir()) == []
