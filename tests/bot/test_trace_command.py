"""`qunying trace`: what the owner reads of a turn, in words and as JSON, beside a running bot."""

import asyncio
import json
from pathlib import Path

import pytest

from bot import trace_wording as say
from bot.agents.desk import Desk
from bot.commands.failures import CommandFailed, CommandMisused
from bot.commands.trace import Asked, trace
from bot.locks import locked
from bot.memory import open_memory
from bot.settings import Settings, load_settings
from intents.base import Tools
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

DONE = {
    "status": "completed", "prompt": "A panda munches bamboo.", "seed": 7, "size": "480x320",
    "created_at": 100, "started_at": 103, "completed_at": 140,
}  # fmt: skip
SIDECAR = b'{"draft": true, "model": "draft", "stage_seconds": {"denoise": 30.0, "decode": 5.5}}'
LIST = Asked(None, None, as_json=False)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    return load_settings()


async def film(settings: Settings) -> None:
    """A word and a film, both sent."""
    studio = Studio([{"status": "queued"}, DONE], SIDECAR)
    async with delivering(settings.bot_dir, studio, FakeChat()) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)


async def test_the_last_turns_are_two_lines_each(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await film(settings)
    assert await trace(settings, LIST) == 0
    first, second, how = capsys.readouterr().out.splitlines()
    assert first.startswith("1  ")
    assert first.endswith("fake family（妈妈）：小爱 熊猫")
    assert second.strip().startswith(f"视频生成，{say.NOT_GUESSED}，答好了，答好 ")
    assert how == say.HOW


@pytest.mark.parametrize("id_", ["1", "fake:family:1", "video_1"])
async def test_one_turn_is_shown_in_full_by_number_key_or_job(
    settings: Settings, capsys: pytest.CaptureFixture[str], id_: str
) -> None:
    await film(settings)
    assert await trace(settings, Asked(id_, None, as_json=False)) == 0
    shown = capsys.readouterr().out
    for line in (
        "听到：小爱 熊猫",
        "任务：video_1 做好了",
        "拍摄说明：A panda munches bamboo.",
        "参数：机器 草稿动画，种子 7，画面大小 480×320",
        "各步用时：排队 3秒，拍摄 30秒，冲洗 5.5秒，一共 36秒",
        "日志里叫：fake:family:1",
    ):
        assert line in shown.splitlines()
    assert "好嘞。" in shown
    assert "[片子]" in shown


async def test_what_was_asked_in_the_terminal_is_found_by_its_name_and_its_job(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    studio = Studio([{"status": "queued"}, DONE], SIDECAR)
    async with delivering(settings.data_dir / "ask", studio, FakeChat()) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    for name in ("fake:family:1", "video_1"):
        assert await trace(settings, Asked(name, None, as_json=False)) == 0
        assert "听到：小爱 熊猫" in capsys.readouterr().out
    with pytest.raises(CommandFailed):
        await trace(settings, Asked("1", None, as_json=False))


async def test_what_an_agent_had_filmed_tells_how_it_was(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async def at_once(_: object = None) -> None:
        """It is there; nobody watches."""

    async with (
        Studio([DONE], SIDECAR).client() as client,
        open_memory(settings.data_dir / "agents", settings.bot) as memory,
    ):
        await promise(memory)
        desk = Desk(memory, Tools("小爱", None, client), at_once, asyncio.ensure_future)
        await desk.status("video_1", 0, at_once)
    assert await trace(settings, Asked("video_1", None, as_json=False)) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "任务：video_1 做好了" in shown
    assert "拍摄说明：A panda munches bamboo." in shown


async def test_a_film_that_was_called_off_is_said_to_be_and_took_no_time(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    off = {**DONE, "status": "failed", "error": {"code": "cancelled", "message": "off"}}
    async with delivering(settings.bot_dir, Studio([off]), FakeChat()) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    assert await trace(settings, Asked("1", None, as_json=False)) == 0
    shown = capsys.readouterr().out
    assert "任务：video_1 取消了" in shown.splitlines()
    assert "拍好" not in shown


async def test_a_machine_reads_it_as_json(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await film(settings)
    await trace(settings, Asked(None, 5, as_json=True))
    (it,) = json.loads(capsys.readouterr().out)
    assert (it["n"], it["key"], it["heard"]) == (1, "fake:family:1", "小爱 熊猫")
    assert it["films"][0]["told"]["stage_seconds"] == {"denoise": 30.0, "decode": 5.5}
    assert [part["state"] for part in it["parts"]] == ["sent", "sent"]


async def test_it_is_read_while_the_bot_runs(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        locked(settings.bot_dir / "lock", 0),
        delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _),
    ):
        await promise(memory)
        assert await trace(settings, Asked("1", None, as_json=False)) == 0
    assert "送信：片子或图欠着" in capsys.readouterr().out


async def test_an_empty_memory_and_none_at_all_are_told_apart(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandFailed, match="还没有聊天"):
        await trace(settings, LIST)
    assert not await asyncio.to_thread(settings.bot_dir.exists), "looking leaves nothing behind"
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()):
        assert await trace(settings, LIST) == 0
    assert capsys.readouterr().out.strip() == say.NOTHING


async def test_an_id_that_nobody_knows_and_words_that_make_no_sense_are_said(
    settings: Settings,
) -> None:
    await film(settings)
    with pytest.raises(CommandMisused, match="没有找到 9"):
        await trace(settings, Asked("9", None, as_json=False))
    with pytest.raises(CommandMisused, match="可以写"):
        await trace(settings, Asked("1", 3, as_json=False))
