"""A table filmed by the real service with the draft engine, ordered the way the chat orders."""

import asyncio
import json
from pathlib import Path
from typing import Any

import av
import pytest

from bot.batch import wording
from bot.commands.batch import Order, batch
from bot.commands.failures import CommandFailed, CommandMisused
from bot.locks import locked
from bot.settings import load_settings
from tests.bot.studios import tiny_service
from tests.bot.test_batch_table import jpeg
from tests.fake_llm import FakeLlm
from tests.service.running import Running, running_service


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Running) -> None:
    """An empty folder, a service that runs, no language model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", service.url)


async def film(text: str, **more: Any) -> int:
    """`qunying batch table.csv --out clips` over a table with this text."""
    await asyncio.to_thread(Path("table.csv").write_text, text, "utf-8")
    settings = await asyncio.to_thread(load_settings)
    return await batch(settings, Order(Path("table.csv"), Path("clips"), **more))


def clips() -> list[str]:
    return sorted(path.name for path in Path("clips").glob("*.mp4"))


def jobs(service: Running, words: str) -> list[dict[str, Any]]:
    """Everything the service was asked to film with these words."""
    found = service.http.get("/v1/videos", params={"limit": 100}).json()["data"]
    return [job for job in found if words in (job["prompt"] or "")]


async def test_every_row_becomes_a_clip_with_its_name_and_is_filmed_once(
    service: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "文字,名字\n十只橘猫排队,猫\n十只橘猫排队,\n湖上的十只白鹅,goose\n"
    assert await film(table) == 0
    assert clips() == ["goose.mp4", "十只橘猫排队.mp4", "猫.mp4"]
    for name in clips():
        with av.open(f"clips/{name}") as clip:
            assert clip.streams.video[0].codec_context.name == "h264"
    told = json.loads(Path("clips/goose.json").read_text("utf-8"))
    assert told["prompt"] == "湖上的十只白鹅"
    said = capsys.readouterr().out
    assert wording.ALL_DONE.format(count=3, out="clips") in said
    assert wording.ENGINE.format(it="draft") in said

    assert await film(table + "雨里的十把红伞,\n") == 0
    said = capsys.readouterr().out
    assert wording.BEFORE.format(count=3) in said
    assert "✓ 第 5 行 雨里的十把红伞.mp4" in said
    assert len(jobs(service, "十只橘猫")) == 2
    assert len(jobs(service, "十只白鹅")) == len(jobs(service, "十把红伞")) == 1


async def test_a_clip_that_was_deleted_is_fetched_again_and_not_filmed_again(
    service: Running,
) -> None:
    assert await film("文字,名字\n一池睡莲,lily\n") == 0
    before = Path("clips/lily.mp4").read_bytes()
    Path("clips/lily.mp4").unlink()
    assert await film("文字,名字\n一池睡莲,lily\n") == 0
    assert Path("clips/lily.mp4").read_bytes() == before
    assert len(jobs(service, "一池睡莲")) == 1


async def test_a_photo_lies_beside_its_table_and_one_style_holds_for_the_batch(
    service: Running,
) -> None:
    Path("flower.jpg").write_bytes(jpeg(120))
    table = "文字,照片,风格\n让花开放,flower.jpg,\n一座石桥,,油画风\n水墨画的小虾,,\n"
    assert await film(table, style="水彩") == 0
    (flower,) = jobs(service, "让花开放")
    assert flower["prompt"] == "让花开放，水彩风格"
    assert flower["has_photo"]
    assert jobs(service, "一座石桥")[0]["prompt"] == "一座石桥，油画风格"
    assert jobs(service, "小虾")[0]["prompt"] == "水墨画的小虾", "a wish with a style of its own"


async def test_the_prompt_writer_of_the_chat_writes_for_engines_that_read_english(
    llm: FakeLlm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="the video extra is not installed: make test does it")
    from tests import tiny_model

    folder = str(await asyncio.to_thread(tiny_model.write, tmp_path / "tiny", frames=17))
    for name, value in llm.environ.items():
        monkeypatch.setenv(name, value)
    with running_service(tmp_path / "s", QUNYING_VIDEO_SERVICE__MODEL=folder) as english:
        monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", english.url)
        assert await film("文字,名字\n熊猫吃竹子,panda\n") == 0
    told = json.loads(Path("clips/panda.json").read_text("utf-8"))
    assert told["prompt"].isascii()
    assert "panda" in told["prompt"].lower()


async def test_where_engines_only_move_pictures_each_row_is_drawn_first(
    tmp_path: Path, llm: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in llm.environ.items():
        monkeypatch.setenv(name, value)
    with tiny_service(tmp_path / "easel", "i2v", "flux") as easel:
        monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", easel.url)
        assert await film("文字,名字\n熊猫吃竹子,panda\n") == 0
        (job,) = jobs(easel, "")
    assert job["has_photo"]
    assert clips() == ["panda.mp4"]
    assert Path("clips/panda.png").is_file()


async def test_a_service_that_is_away_ends_the_command_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", "http://127.0.0.1:9")
    with pytest.raises(CommandFailed, match="qunying doctor"):
        await film("文字\n没有人拍的\n")


async def test_two_batches_never_film_into_one_folder() -> None:
    async with locked(Path("clips/.qunying-batch.lock"), 0):
        with pytest.raises(CommandFailed, match="另一个"):
            await film("文字\n熊猫\n")


@pytest.mark.parametrize("table", ["", "熊猫\n小猫\n", "文字,照片\n动起来,gone.jpg\n动,gone.jpg\n"])
async def test_a_bad_table_is_misuse_and_nothing_is_filmed(table: str) -> None:
    with pytest.raises(CommandMisused):
        await film(table)
    assert not Path("clips").exists()
