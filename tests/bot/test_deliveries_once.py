"""Between the sending and the note of it nothing may fail: what is out goes out no second time."""

import asyncio
import logging
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.channels.base import CannotSendNow, SendError
from bot.memory import Memory
from bot.records import Answer, Chosen, Room
from intents.dialogue import Text, Turn
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

SMALLER = {"status": "completed", "step_downs": ["int8", "fewer_frames"]}


@dataclass
class Aftermath(FakeChat):
    """Once a film is out, every word beside it breaks; how often that was tried."""

    films: int = 0
    broken: asyncio.Event = field(default_factory=asyncio.Event)

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self.films += 1

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        if self.films:
            self.broken.set()
            raise RuntimeError("nobody foresaw this")


async def test_a_database_that_is_locked_after_the_film_is_out_sends_no_second_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = FakeChat()
    async with delivering(tmp_path, Studio([SMALLER]), chat) as (memory, owing):
        locked_once(memory, chat, monkeypatch)
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    said = [chat.sent.get_nowait() for _ in range(chat.sent.qsize())]
    assert len([it for it in said if it.video]) == 1


def locked_once(memory: Memory, chat: FakeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as a film is out, another program holds bot.db for a moment."""
    held, chosen = [True], memory.asked.chosen

    async def look(turn: Turn) -> Chosen | None:
        if chat.sent.qsize() > 1 and held:
            held.pop()
            raise sqlite3.OperationalError("database is locked")
        return await chosen(turn)

    monkeypatch.setattr(memory.asked, "chosen", look)


async def test_words_beside_a_film_may_be_missed_and_the_film_is_noted_all_the_same(
    tmp_path: Path,
) -> None:
    chat = Aftermath()
    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="nobody foresaw")):
        async with delivering(tmp_path, Studio([SMALLER]), chat) as (memory, owing):
            await promise(memory)
            owing.follow(ASK)
            await chat.broken.wait()
            await until_nothing_is_owed(memory)
    async with delivering(tmp_path, Studio([SMALLER]), chat) as (memory, owing):
        assert await memory.outbox.owed() == []
    assert chat.films == 1


async def test_a_part_that_does_not_go_out_is_told_in_the_log_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    chat = FakeChat(refusals=[SendError("no") for _ in range(4)])
    async with delivering(tmp_path, Studio([SMALLER]), chat) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    told = [r.getMessage() for r in caplog.records if "not sent yet" in r.getMessage()]
    assert len(told) == 1, told


async def test_what_the_owner_has_sent_anew_is_said_anew_in_the_talk(tmp_path: Path) -> None:
    chat = FakeChat()
    async with delivering(tmp_path, Studio([{"status": "completed"}]), chat) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
        for _ in range(2):
            assert await memory.outbox.decide(2, "resend")
            assert await memory.outbox.decide(2, "resend"), "still on its way: the same message"
            owing.follow(ASK)
            await until_nothing_is_owed(memory)
        lines = await memory.history(Room.of(ASK))
    assert [line.kind for line in lines if line.mine] == ["text", "video", "video", "video"]
    keys = [chat.sent.get_nowait().key for _ in range(chat.sent.qsize())]
    assert keys[1:] == [f"{ASK.key}:re:1", f"{ASK.key}:re:1:again1", f"{ASK.key}:re:1:again2"]


async def test_what_waited_for_a_channel_goes_out_in_the_order_it_was_said(tmp_path: Path) -> None:
    said = [f"第{n}句。" for n in range(12)]
    chat = FakeChat(refusals=[CannotSendNow("away") for _ in said])
    async with delivering(tmp_path, Studio([]), chat) as (memory, owing):
        for n, text in enumerate(said):
            ask = replace(ASK, id=str(n))
            await memory.hear(ask, addressed=True)
            await memory.answered(ask, Answer((Text(text),)))
            owing.follow(ask)
        async with asyncio.timeout(10):
            while chat.refusals:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await memory.outbox.owed()  # what was written before that is written
        owing.channel_back("fake")
        await until_nothing_is_owed(memory)
    assert [chat.sent.get_nowait().text for _ in said] == said
