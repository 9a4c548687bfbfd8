"""What the commands do around the conversation: ports, folders, files, exit codes."""

import asyncio
import errno
import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from bot.channels.ask import Said
from bot.commands import life, result, run
from bot.commands.failures import CommandFailed, CommandMisused, foreseen
from bot.house import ServiceDown
from bot.locks import DataUnusable, Taken, is_held, locked, port_problem
from bot.memory import open_memory
from bot.records import Delivery
from bot.settings import BotSettings, WebSettings
from bot.settled import Settled
from video_service.schema.config import SettingsError


@pytest.mark.parametrize(
    ("number", "port", "words"),
    [
        (errno.EADDRINUSE, 8600, "PORT=8700"),
        (errno.EADDRINUSE, 65500, "PORT=8600"),
        (errno.EACCES, 80, "PORT=8600"),
        (errno.EADDRNOTAVAIL, 8600, "不能开在"),
    ],
)
def test_a_port_that_cannot_be_had_is_told_with_its_own_reason(
    number: int, port: int, words: str
) -> None:
    assert words in run.no_port(WebSettings(port=port), OSError(number, "why"))


def test_a_port_is_tried_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        problem = port_problem("127.0.0.1", port)
    assert problem
    assert problem.errno == errno.EADDRINUSE
    assert port_problem("127.0.0.1", port) is None


async def test_a_held_folder_is_seen_without_being_taken(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not is_held(lock)
    async with locked(lock, 0):
        assert is_held(lock)
    assert not is_held(lock)


async def test_data_that_cannot_be_used_is_one_named_failure(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("neither a folder nor a database, but long enough to be looked at twice")
    with pytest.raises(DataUnusable):
        async with locked(file / "lock", 0):
            raise AssertionError
    with pytest.raises(DataUnusable):
        async with open_memory(file / "bot", BotSettings()):
            raise AssertionError
    (tmp_path / "bot.db").write_bytes(file.read_bytes() * 20)
    with pytest.raises(DataUnusable, match="not a database"):
        async with open_memory(tmp_path, BotSettings()):
            raise AssertionError
    with pytest.raises(DataUnusable):
        await asyncio.to_thread(life.log_to, file, "bot", aloud=False)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (CommandFailed("没办成"), 1),
        (CommandMisused("不能这样"), 2),
        (SettingsError("config.yaml: bot.nmae: there is no such setting"), 2),
        (ServiceDown("cannot listen"), 1),
        (Taken("lock is held"), 1),
        (DataUnusable("bot.db: read-only"), 1),
    ],
)
def test_every_foreseen_failure_is_told_without_a_traceback(
    problem: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, foreseen():
        raise ExceptionGroup("from a task group", [problem])
    assert ended.value.code == code
    shown = capsys.readouterr()
    assert str(problem) in shown.err
    assert (shown.out, "Traceback" in shown.err) == ("", False)


def test_where_clips_cannot_be_kept_is_found_out_first(tmp_path: Path) -> None:
    result.try_folder(tmp_path / "new" / "out")
    assert list((tmp_path / "new" / "out").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(CommandMisused):
        result.try_folder(tmp_path / "file" / "out")


async def test_words_come_back_as_one_object(tmp_path: Path) -> None:
    ended = Settled("declined", "视频生成", ())
    saved = await result.save([Said("text", "这个拍不了。")], ended, "拍", tmp_path)
    assert saved == {
        "intent": "视频生成",
        "replies": [{"type": "text", "text": "这个拍不了。"}],
        "prompt": None,
        "model": None,
        "job_id": None,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
def test_the_object_is_whole_in_any_terminal(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"replies": [{"type": "text", "text": "好嘞🐼"}]}
    with (tmp_path / "out").open("w", encoding=encoding) as out:
        monkeypatch.setattr(sys, "stdout", out)
        result.report(told, as_json=True)
    assert json.loads((tmp_path / "out").read_text(encoding)) == told


@pytest.mark.parametrize(
    ("settled", "complete"),
    [
        (Settled("ok", "聊天", (Delivery("text", "sent", None),)), True),
        (Settled("ok", "视频生成", (Delivery("ticket", "sent", "v"),)), True),
        (Settled("ok", "视频生成", (Delivery("ticket", "failed", "v"),)), False),
        (Settled("ok", "视频生成", (Delivery("question", "sent", None),)), False),
        (Settled("declined", "视频生成", (Delivery("text", "sent", None),)), False),
        (Settled("broken", "", (Delivery("text", "sent", None),)), False),
    ],
)
def test_only_an_answer_with_all_that_was_wished_for_is_complete(
    settled: Settled, complete: bool
) -> None:
    assert settled.complete is complete


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    async def hang_up() -> int:
        signal.raise_signal(signal.SIGHUP)
        return 0

    try:
        assert life.live(hang_up()) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_stop_from_outside_is_the_code_of_an_interrupt() -> None:
    async def stop() -> int:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(5)
        return 0

    assert life.live(stop()) == life.INTERRUPTED
