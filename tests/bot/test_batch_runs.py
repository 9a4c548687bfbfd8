"""A table in several runs, and what it orders; the real service, films that cost nothing."""

import asyncio
import csv
import errno
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.batch import wording
from bot.batch.report import FILE
from bot.commands.batch import Order, batch
from bot.media import Shelf
from bot.settings import load_settings
from tests.bot.cameraman import Cameraman, a_cameraman
from tests.bot.test_batch import clips, film, jobs
from tests.bot.test_batch_table import jpeg
from tests.fake_llm import FakeLlm
from tests.service.running import TOKEN, Running, running_service
from video_service.client import VideoClient
from video_service.schema import VideoJob, VideoRequest


@pytest.fixture(autouse=True)
async def at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle_service: Running, cameraman: Cameraman
) -> AsyncIterator[None]:
    """An empty folder, a service where a camera is at work, no language model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", idle_service.url)
    async with cameraman.at_work():
        yield


async def test_a_service_that_takes_one_film_at_a_time_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {**TOKEN, "QUNYING_VIDEO_SERVICE__MAX_OPEN_PER_OWNER": "1"}
    with running_service(tmp_path / "service", "--workers", "0", **more) as narrow:
        monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", narrow.url)
        async with a_cameraman(narrow) as cameraman, cameraman.at_work():
            assert await film("文字\n一\n二\n三\n", parallel=3) == 0
        assert len(jobs(narrow, "")) == 3
    assert len(clips()) == 3


async def test_what_failed_is_reported_and_filmed_by_the_next_run(
    idle_service: Running,
    llm: FakeLlm,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = "文字,字幕,字幕语言,名字\n三只小鸭,,,duck\n外婆的菜园,生日快乐,英文,garden\n"
    assert await film(table) == 1
    said = capsys.readouterr().out
    assert wording.SOME_FAILED.format(done=1, failed=1) in said
    assert "没有大语言模型" in said
    with Path("clips", FILE).open(encoding="utf-8-sig", newline="") as file:
        (failed,) = csv.DictReader(file)
    assert (failed["文字"], failed["字幕"], failed["名字"]) == ("外婆的菜园", "生日快乐", "garden")
    assert failed["原因"] == wording.NO_TRANSLATOR

    for name, value in llm.environ.items():
        monkeypatch.setenv(name, value)
    llm.script([{"caption": "Happy birthday"}])
    assert await film(table) == 0
    assert clips() == ["duck.mp4", "garden.mp4"]
    assert not Path("clips", FILE).exists()
    assert len(jobs(idle_service, "三只小鸭")) == 1
    asked = json.dumps(llm.requests[0]["messages"], ensure_ascii=False)
    assert "生日快乐" in asked
    assert "英文" in asked
    assert jobs(idle_service, "菜园")[0]["finish"]["caption"] == "Happy birthday"


async def test_the_report_is_a_table_that_can_be_filmed_from_anywhere() -> None:
    Path("boat.jpg").write_bytes(jpeg(40))
    assert await film("文字,照片,字幕,字幕语言\n小船,boat.jpg,你好,法文\n") == 1
    report = await asyncio.to_thread(Path("clips", FILE).read_text, "utf-8-sig")
    settings = await asyncio.to_thread(load_settings)
    mended = report.replace(",法文", ",").encode("utf-8-sig")
    await asyncio.to_thread(Path("clips", "mended.csv").write_bytes, mended)
    assert await batch(settings, Order(Path("clips/mended.csv"), Path("clips"))) == 0
    assert clips() == ["小船-2.mp4"], "the first name stays with the row that may still come"


async def test_a_caption_stands_over_the_clip_as_it_was_written(idle_service: Running) -> None:
    assert await film("文字,字幕\n窗边的猫,生日快乐\n") == 0
    (job,) = jobs(idle_service, "窗边的猫")
    assert job["finish"]["caption"] == "生日快乐"


async def test_a_caption_joins_what_the_words_themselves_ask_for(idle_service: Running) -> None:
    caption = "“Mom's day”，竖屏"
    assert await film(f'文字,字幕\n"屋顶的猫，竖屏",{caption}\n') == 0
    (job,) = jobs(idle_service, "屋顶的猫")
    assert (job["finish"]["caption"], job["finish"]["canvas"]) == (caption, "portrait")
    assert job["prompt"] == "屋顶的猫"


async def test_a_clip_that_could_not_be_saved_is_fetched_by_the_next_run_and_not_filmed_again(
    idle_service: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def full(self: Shelf, name: str, download: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "fetch", full)
        assert await film("文字,名字\n屋檐下的燕子,swallow\n") == 1
    assert "No space left" in capsys.readouterr().out
    assert await film("文字,名字\n屋檐下的燕子,swallow\n") == 0
    assert len(jobs(idle_service, "燕子")) == 1


async def test_a_film_that_came_to_nothing_is_ordered_anew_by_the_next_run(
    idle_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = VideoClient.create

    async def called_off(self: VideoClient, request: VideoRequest, **more: Any) -> VideoJob:
        job = await create(self, request, **more)
        await self.cancel(job.id)
        return job

    with monkeypatch.context() as patch:
        patch.setattr(VideoClient, "create", called_off)
        assert await film("文字\n断了线的风筝\n") == 1
    assert await film("文字\n断了线的风筝\n") == 0
    assert clips() == ["断了线的风筝.mp4"]
