"""小爱 inside somebody else's bot: what keeps her from living there does not end that bot."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels import keeper
from bot.channels.wechaty import lodger
from bot.house import ServiceDown
from bot.locks import locked
from bot.settings import Settings
from tests.family import FakeChat


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
