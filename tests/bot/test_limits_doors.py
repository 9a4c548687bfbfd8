"""The owner at the terminal is not counted, but what is not filmed is filmed there for nobody."""

import asyncio
import csv
from pathlib import Path

import pytest

from bot.batch.report import FILE
from bot.commands.ask import Wish, ask
from bot.commands.batch import Order, batch
from bot.limits import wording
from bot.settings import Settings, load_settings
from tests.fake_guard import running_guard
from tests.service.running import Running


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Running) -> Settings:
    """A family with a word of its own and one clip a day, at a service that runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", service.url)
    monkeypatch.setenv("QUNYING_BOT__LIMITS__PERSON_CLIPS", "1")
    monkeypatch.setenv("QUNYING_BOT__LIMITS__WORDS", '["大灰狼"]')
    return await asyncio.to_thread(load_settings)


def a_wish(text: str) -> Wish:
    return Wish(text, None, "owner", "ask", Path("out"), 120, as_json=True)


async def film(settings: Settings, *wishes: str) -> int:
    await asyncio.to_thread(Path("table.csv").write_text, "\n".join(("文字", *wishes)), "utf-8")
    return await batch(settings, Order(Path("table.csv"), Path("clips")))


def failures() -> list[str]:
    with Path("clips", FILE).open(encoding="utf-8-sig", newline="") as told:
        return ["，".join(row) for row in csv.reader(told)][1:]


async def test_a_batch_films_all_rows_but_those(settings: Settings, service: Running) -> None:
    wishes = ("一只白鹅游水", "大灰狼来了", "一个人打架流血", "一只白鹅打盹")
    assert await film(settings, *wishes) == 1
    clips = sorted(path.stem for path in Path("clips").glob("*.mp4"))
    assert clips == ["一只白鹅打盹", "一只白鹅游水"]
    told = failures()
    assert len(told) == 2
    assert all(wording.UNWANTED in line for line in told)


async def test_a_guard_reads_a_batch_along(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_guard() as guard:
        told = {"PROVIDER": "compatible", "BASE_URL": guard.url, "MODEL": "guard"}
        for name, value in told.items():
            monkeypatch.setenv(f"QUNYING_INTENTS__MODERATION__{name}", value)
        guard.says("Safety: Unsafe")
        assert await film(await asyncio.to_thread(load_settings), "一只灰鹅游水") == 1
    assert wording.UNWANTED in failures()[0]
    assert guard.read[0][0].startswith("一只灰鹅游水\n")


async def test_one_who_asks_at_the_terminal_is_not_counted_and_told_of_words(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for wish in ("拍一段黑鹅游水的视频", "拍一段黑鹅打盹的视频"):
        assert await ask(settings, a_wish(wish)) == 0
    capsys.readouterr()
    assert await ask(settings, a_wish("拍一段大灰狼来了的视频")) == 1
    assert wording.UNWANTED in capsys.readouterr().out
