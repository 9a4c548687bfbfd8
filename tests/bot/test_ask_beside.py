"""`qunying ask` and `qunying mcp` at work, and what others do to their folder meanwhile."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.commands.ask import Wish, ask
from bot.commands.failures import CommandFailed
from bot.commands.mcp import mcp
from bot.commands.restore import restore
from bot.locks import Taken, locked
from bot.memory import open_memory
from bot.owed import open_beside
from bot.records import Answer
from bot.settings import Settings, load_settings
from tests.bot.test_forget_beside import turn
from tests.service.running import Running
from video_service.client import VideoClient, open_client

PANDA = Wish("生成一个熊猫吃竹子的视频", None, "我", "ask", Path("out"), 120, as_json=True)


@pytest.fixture
async def settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle_service: Running
) -> Settings:
    """A service elsewhere, at which nobody films."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", idle_service.url)
    return await asyncio.to_thread(load_settings)


@pytest.fixture
async def client(idle_service: Running) -> AsyncIterator[VideoClient]:
    async with open_client(idle_service.url) as client:
        yield client


async def film_owed(settings: Settings) -> str:
    """The job of the film that the command waits for, as soon as it has been ordered."""
    while not (jobs := await asyncio.to_thread(ordered, settings.data_dir / "ask" / "bot.db")):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return jobs[0]


def ordered(file: Path) -> list[str]:
    with suppress(sqlite3.OperationalError), closing(open_beside(file)) as it:
        return [
            row[0]
            for row in it.execute(
                "SELECT job_id FROM outbox WHERE state = 'pending' AND job_id != ''"
            )
        ]
    return []


async def test_nothing_is_restored_under_a_command_that_waits_for_its_film(
    settings: Settings, client: VideoClient, tmp_path: Path
) -> None:
    file = tmp_path / "family.tar.gz"
    await asyncio.to_thread(file.write_bytes, b"not even looked at")
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(ask(settings, PANDA))
        job = await film_owed(settings)
        with pytest.raises(CommandFailed, match="qunying ask"):
            await restore(settings, file, force=True)
        asking.cancel()
    await client.cancel(job, erase=True)


async def test_what_is_forgotten_meanwhile_is_no_success(
    settings: Settings, client: VideoClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """The owner says it in the chat: it reaches the terminal's folder, and the service."""
    asking = asyncio.create_task(ask(settings, PANDA))
    await film_owed(settings)
    async with open_memory(settings.bot_dir, settings.bot) as bot:
        bot.forgetting.beside = settings.data_dir
        farewell = turn("console", "owner", "我")
        await bot.hear(farewell, addressed=True)
        await bot.forgetting.forget(farewell)
        await bot.answered(farewell, Answer(()))
        while not await bot.forgetting.settle(client):
            continue
    with pytest.raises(CommandFailed, match="忘掉"):
        await asking
    assert '"type": "video"' not in capsys.readouterr().out


async def test_who_asks_to_be_forgotten_has_what_was_asked_for(settings: Settings) -> None:
    wish = Wish("忘记我", None, "我", "ask", Path("out"), 120, as_json=True)
    assert await ask(settings, wish) == 0


async def test_commands_work_beside_each_other_but_not_beside_a_restore(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mcp", reason="pip install '.[agents]'")
    monkeypatch.setattr(sys, "stdin", None)  # an agent's program that is gone at once
    hello = Wish("你好", None, "我", "ask", Path("out"), 120, as_json=True)
    for command in ("ask", "mcp"):
        monkeypatch.setattr(f"bot.commands.{command}.LOCK_WAIT_S", 0)
    for folder in ("ask", "agents"):
        lock = settings.data_dir / folder / "lock"
        async with locked(lock, 0, shared=True):
            assert await (ask(settings, hello) if folder == "ask" else mcp(settings)) == 0
        async with locked(lock, 0):
            with pytest.raises(Taken):
                await (ask(settings, hello) if folder == "ask" else mcp(settings))
