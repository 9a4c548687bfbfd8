"""What the page says: progress, times, names, and that it is Chinese throughout."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.web import library_wording, studio_wording, wording
from bot.web.clock import needs_time, shown_time
from bot.web.people import COLOURS, Family
from bot.web.progress import Progress, progress_of
from video_service.schema import Status, VideoJob

NOW = datetime(2026, 11, 21, 12, 0).astimezone()
FAMILY = Family("一家人", ("妈妈", "爸爸", "奶奶", "小明"), "小爱")


def job(status: Status, **more: object) -> VideoJob:
    return VideoJob.model_validate(
        {"id": "v", "model": "draft", "status": status, "created_at": 0, **more}
    )


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        (
            job(Status.queued, queue_position=1, eta_s=40),
            Progress("排队中", "前面还有1个 · 大约40秒"),
        ),
        (job(Status.queued, queue_position=2), Progress("排队中", "前面还有2个 · 已经9秒")),
        (job(Status.queued, queue_position=0, eta_s=61), Progress("马上开拍", "大约2分钟")),
        (
            job(Status.in_progress, stage="denoise", progress=42, eta_s=33),
            Progress("正在拍", "大约35秒", 42),
        ),
        (
            job(Status.in_progress, stage="some_new_stage", progress=100),
            Progress("正在拍", "已经9秒", 99),
        ),
        (job(Status.completed, progress=100), Progress("拍好了，这就发出来", "", 100)),
        (job(Status.failed), Progress("这次没拍成")),
        (None, Progress("正在等拍摄服务", "已经9秒")),
    ],
)
def test_progress_is_told_in_the_words_of_the_family(
    seen: VideoJob | None, shown: Progress
) -> None:
    assert progress_of(seen, waited_s=9.4) == shown


def test_a_long_wait_is_told_in_minutes() -> None:
    assert progress_of(None, waited_s=125).detail == "已经2分钟"


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(minutes=5), "11:55"),
        (timedelta(days=1), "昨天 12:00"),
        (timedelta(days=3), "11月18日 12:00"),
        (timedelta(days=365), "2025年11月21日 12:00"),
    ],
)
def test_a_time_carries_as_much_date_as_it_needs(ago: timedelta, shown: str) -> None:
    assert shown_time((NOW - ago).astimezone(UTC), NOW) == shown


def test_a_time_stands_above_the_first_line_and_after_a_pause() -> None:
    assert needs_time(None, NOW)
    assert not needs_time(NOW, NOW + timedelta(minutes=4))
    assert needs_time(NOW, NOW + timedelta(minutes=6))


def test_everybody_has_a_character_and_a_colour_of_their_own() -> None:
    assert [face["initial"] for face in FAMILY.faces()] == ["妈", "爸", "奶", "明"]
    assert len({face["colour"] for face in FAMILY.faces()}) == 4
    assert FAMILY.face("小爱", hers=True).initial == "爱"
    assert FAMILY.face("大").initial == "大"
    assert FAMILY.face("舅舅") == FAMILY.face("舅舅")
    assert FAMILY.face("舅舅").colour in COLOURS
    assert FAMILY.size == 5


def test_every_text_is_chinese_and_short() -> None:
    spoken = (wording, studio_wording, library_wording)
    texts = [t for it in spoken for t in _texts(vars(it)) if not t.startswith("[")]
    assert len(texts) > 120
    for text in texts:
        bare = re.sub(r"\{\w+\}", "", text)
        assert not re.search(r"[A-Za-z！]", bare), text
        assert all(len(sentence) <= 40 for sentence in re.split("[。？]", text)), text


def _texts(found: object) -> list[str]:
    if isinstance(found, str):
        return [found] if re.search("[一-鿿]", found) else []
    if isinstance(found, dict):
        return [t for key, it in found.items() if not str(key).startswith("__") for t in _texts(it)]
    return [t for it in found for t in _texts(it)] if isinstance(found, tuple) else []
