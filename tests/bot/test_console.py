"""The chat in the terminal: lines in, words out, photos by path, clips saved."""

import asyncio
import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from bot import messages
from bot.channels.base import NotHeard, SendError
from bot.channels.console import ConsoleChannel
from intents.dialogue import Turn
from tests.bot.owing import ASK


def typing(*lines: str) -> Callable[[], str]:
    left = list(lines)

    def read() -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return read


async def chat(folder: Path, *lines: str) -> tuple[list[Turn], list[Turn], str]:
    """What was heard, what was waited for at the end, and what stood in the terminal."""
    heard: list[Turn] = []
    awaited: list[Turn] = []
    shown = Console(file=io.StringIO(), width=200)

    async def hear(turn: Turn) -> None:
        heard.append(turn)

    async def until(turn: Turn) -> None:
        awaited.append(turn)

    channel = ConsoleChannel("小爱", folder / "out", until, shown, typing(*lines))
    async with asyncio.timeout(30):
        await channel.run(hear)
    assert isinstance(shown.file, io.StringIO)
    return heard, awaited, shown.file.getvalue()


async def test_lines_are_private_turns_and_the_end_waits_for_their_answers(tmp_path: Path) -> None:
    heard, awaited, shown = await chat(tmp_path, "你好", "  ", "拍一段熊猫")
    assert [turn.text for turn in heard] == ["你好", "拍一段熊猫"]
    assert all(turn.private for turn in heard)
    assert len({turn.id for turn in heard}) == 2
    assert awaited == heard
    assert "小爱" in shown


async def test_what_a_model_says_is_one_line_and_steers_no_terminal(tmp_path: Path) -> None:
    shown = Console(file=io.StringIO(), width=20)
    channel = ConsoleChannel("小爱", tmp_path, _nobody, shown, typing())
    await channel.send_text(ASK, f"{'好' * 50} :bear: [red]\x1b[2J", key="1")
    assert isinstance(shown.file, io.StringIO)
    assert shown.file.getvalue() == f"小爱：{'好' * 50} :bear: [red] [2J\n"


async def _nobody(turn: Turn) -> None:
    """Waits for it."""


async def test_leaving_ends_the_chat(tmp_path: Path) -> None:
    heard, _, _ = await chat(tmp_path, "你好", "退出", "还在吗")
    assert [turn.text for turn in heard] == ["你好"]


async def test_after_leaving_nothing_more_is_read(tmp_path: Path) -> None:
    """Somebody who pipes words in keeps the pipe open: a thread that reads it breaks the exit."""
    read = typing("退出", "还在吗")

    async def never(turn: Turn) -> None:
        raise AssertionError(turn)

    shown = Console(file=io.StringIO())
    await ConsoleChannel("小爱", tmp_path, never, shown, read).run(never)
    for thread in threading.enumerate():
        if thread.name == "console":
            await asyncio.to_thread(thread.join, 5)
    assert read() == "还在吗"


@pytest.mark.parametrize("error", [EOFError, RuntimeError("lost sys.stdin"), ValueError, OSError])
async def test_without_any_input_it_ends_at_once(tmp_path: Path, error: Exception) -> None:
    def read() -> str:
        raise error

    async def never(turn: Turn) -> None:
        raise AssertionError

    shown = Console(file=io.StringIO())
    async with asyncio.timeout(30):
        await ConsoleChannel("小爱", tmp_path, never, shown, read).run(never)
    assert isinstance(shown.file, io.StringIO)
    assert len(shown.file.getvalue().splitlines()) == 1  # the greeting and nothing else


async def test_what_could_not_be_written_down_is_said_so(tmp_path: Path) -> None:
    async def full(turn: Turn) -> None:
        raise NotHeard(turn.key)

    shown = Console(file=io.StringIO(), width=200)
    channel = ConsoleChannel("小爱", tmp_path, full, shown, typing("你好"))
    await channel.run(full)
    assert isinstance(shown.file, io.StringIO)
    assert messages.NOT_HEARD in shown.file.getvalue()


async def test_a_photo_is_sent_by_its_path(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), "red").save(tmp_path / "花 园.png")
    heard, _, _ = await chat(tmp_path, f"图片 '{tmp_path / '花 园.png'}'")
    (turn,) = heard
    assert turn.text == ""
    (photo,) = turn.photos
    assert (await photo.read()).startswith(b"\xff\xd8")


@pytest.mark.parametrize("named", ["nowhere.jpg", "notes.txt"])
async def test_a_photo_that_is_none_is_said_so_and_not_sent(tmp_path: Path, named: str) -> None:
    (tmp_path / "notes.txt").write_text("words")
    heard, _, shown = await chat(tmp_path, f"图片 {tmp_path / named}")
    assert heard == []
    assert named in shown


async def test_a_clip_is_saved_and_its_place_is_told(tmp_path: Path) -> None:
    film = tmp_path / "video_1.mp4"
    film.write_bytes(b"film")
    shown = Console(file=io.StringIO(), width=500)
    (turn,), _, _ = await chat(tmp_path, "拍")

    async def never(turn: Turn) -> None:
        raise AssertionError

    channel = ConsoleChannel("小爱", tmp_path / "out", never, shown, typing())
    await channel.send_video(turn, film, poster=None, key="k")
    assert (tmp_path / "out" / "video_1.mp4").read_bytes() == b"film"
    assert isinstance(shown.file, io.StringIO)
    assert str(tmp_path / "out" / "video_1.mp4") in shown.file.getvalue()


async def test_a_folder_that_cannot_be_written_is_a_failed_send(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    (turn,), _, _ = await chat(tmp_path, "拍")

    async def never(turn: Turn) -> None:
        raise AssertionError

    channel = ConsoleChannel("小爱", tmp_path / "out", never, Console(file=io.StringIO()))
    with pytest.raises(SendError, match="cannot be saved"):
        await channel.send_video(turn, tmp_path / "video_1.mp4", poster=None, key="k")
