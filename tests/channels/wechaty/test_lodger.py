"""小爱 inside somebody else's bot: what keeps her from living there does not end that bot."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels import keeper
from bot.channels.wechaty import lodger
from bot.house import ServiceDown
from bot.locks import locked
from bot.memory import open_memory
from bot.records import Room
from bot.settings import BotSettings, Settings
from intents.dialogue import Turn
from tests.family import FakeChat
from video_service.schema.settings import ServiceSettings


async def test_a_folder_that_another_process_holds_is_told_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lodger, "LOCK_WAIT_S", 0)
    settings = Settings.model_construct(data_dir=tmp_path)
    async with locked(tmp_path / "bot" / "lock", 0):
        await lodger.lodge(settings, FakeChat())
    (line,) = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert line.startswith("qunying cannot live here: ")
    assert "held by another process" in line


async def test_a_failure_that_nobody_foresaw_is_logged_and_she_moves_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ends: list[Exception] = [ServiceDown("no port is free"), RuntimeError("nobody foresaw this")]

    @asynccontextmanager
    async def house(settings: Settings) -> AsyncIterator[None]:
        raise ends.pop()
        yield

    monkeypatch.setattr(lodger, "open_house", house)
    monkeypatch.setattr(keeper, "FIRST_PAUSE_S", 0)
    await lodger.lodge(Settings.model_construct(data_dir=tmp_path), FakeChat())
    unforeseen, foreseen = (r for r in caplog.records if r.levelno >= logging.WARNING)
    assert "nobody foresaw this" in (unforeseen.exc_text or "")
    assert foreseen.getMessage() == "qunying cannot live here: no port is free"


async def test_who_is_forgotten_there_is_forgotten_in_the_terminal_and_what_is_old_goes_there_too(
    tmp_path: Path,
) -> None:
    bot = BotSettings(admins=("fake:妈妈",))
    nobody = ServiceSettings(url="http://127.0.0.1:9")
    settings = Settings.model_construct(data_dir=tmp_path, bot=bot, video_service=nobody)
    asked = Turn("1", "ask", "room", "我", "我", "你好", datetime.now(UTC))
    old = replace(asked, id="0", sender="爸爸", at=asked.at - timedelta(days=400))
    chat = FakeChat()
    async with open_memory(tmp_path / "ask", bot) as memory, asyncio.timeout(60):
        for turn in (old, asked):
            await memory.hear(turn, addressed=False)
        living = asyncio.create_task(lodger.lodge(settings, chat))
        while chat.hear is None:  # noqa: ASYNC110 - a fake rings no event
            await asyncio.sleep(0.01)
        await chat.hear(replace(asked, channel="fake", sender="妈妈", text="小爱 忘记我"))
        while await memory.history(Room("ask", "room")):  # noqa: ASYNC110 - another one writes it
            await asyncio.sleep(0.01)
        living.cancel()
        await asyncio.wait([living])
        assert not await memory.history(Room("ask", "room")), "nor does it come back"
