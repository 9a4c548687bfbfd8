"""Stopping is heard at once, whatever hangs; a killed worker's order is found again."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cloud.clips import clip
from tests.cloud.conftest import SPECS, Studio, shot_for
from tests.cloud.test_providers import ORDER, dashscope, zhipu
from tests.cloud.world import HANG, Answer, World, told
from video_service.engines.base import Cancelled, EngineError, Report
from video_service.engines.cloud import receipts
from video_service.engines.cloud.line import Pace
from video_service.engines.cloud.receipts import Receipt, tidy

HOURS = Pace(deadline=7200, call=3600, first=3600, longest=3600, tick=0.01)
SHORT = Pace(deadline=0.5, call=1, first=0.01, longest=0.05, tick=0.01)
TASK = "GET /tasks/5b0f7c1e-8a64-4d0e-b0a3-7f5d2c9e1146"
SHOT = shot_for(SPECS["zhipu-cogvideox-flash"])


def stop_when(is_so: Callable[[], object]) -> Report:
    def report(stage: str, fraction: float) -> None:
        if is_so():
            raise Cancelled

    return report


@pytest.mark.parametrize("line", [ORDER, "GET /tasks", "GET /files"])
def test_stopping_does_not_wait_for_a_provider_that_hangs(
    world: World, studio: Studio, line: str
) -> None:
    dashscope(world)
    world.on(TASK, told("dashscope/task_succeeded"))
    for one in list(world.script):
        if one.startswith(line):
            world.on(one, HANG)
    with pytest.raises(Cancelled):
        studio.film("dashscope-wan", report=stop_when(lambda: world.asked(line)), pace=HOURS)
    assert list(studio.receipts.iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [told("dashscope/cancel_ok"), told("dashscope/cancel_not_pending", 400), Answer(b"", 500)],
)
def test_dashscope_is_told_that_nobody_wants_it_any_more(
    world: World, studio: Studio, answer: Answer
) -> None:
    dashscope(world)
    world.on("POST /tasks", answer)
    with pytest.raises(Cancelled):
        studio.film(
            "dashscope-wan", report=stop_when(lambda: world.asked("GET /tasks")), pace=HOURS
        )
    (cancel,) = world.asked("POST /tasks")
    assert cancel.path == "/tasks/5b0f7c1e-8a64-4d0e-b0a3-7f5d2c9e1146/cancel"


def test_what_is_not_done_in_time_is_not_made_for_nobody(world: World, studio: Studio) -> None:
    dashscope(world)
    world.on(TASK, told("dashscope/task_pending"))
    with pytest.raises(EngineError) as late:
        studio.film("dashscope-wan", pace=SHORT)
    assert late.value.code == "cloud_timeout"
    assert len(world.asked("POST /tasks")) == 1


def test_who_offers_no_stopping_is_not_asked(world: World, studio: Studio) -> None:
    zhipu(world)
    with pytest.raises(Cancelled):
        studio.film(
            "zhipu-cogvideox-flash",
            report=stop_when(lambda: world.asked("GET /async-result")),
            pace=HOURS,
        )
    assert {one.path.split("/")[1] for one in world.heard} == {"videos", "async-result"}


class Killed(BaseException):
    """The worker's process ends here."""


def killed_while_waiting(world: World, studio: Studio) -> None:
    """Film until the order is out, and die without cleaning up."""

    def die(stage: str, fraction: float) -> None:
        if world.asked("GET /async-result"):
            raise Killed

    with pytest.raises(BaseExceptionGroup):
        studio.film("zhipu-cogvideox-flash", report=die, pace=HOURS)


def test_what_a_killed_worker_ordered_is_fetched_and_not_ordered_again(
    world: World, studio: Studio
) -> None:
    zhipu(world)
    killed_while_waiting(world, studio)
    assert studio.film("zhipu-cogvideox-flash") == clip()
    assert len(world.asked("POST /videos")) == 1
    assert studio.film("zhipu-cogvideox-flash") == clip()
    assert len(world.asked("POST /videos")) == 2  # fetched is fetched: this is a new wish


def test_another_wish_does_not_get_what_a_killed_worker_ordered(
    world: World, studio: Studio
) -> None:
    zhipu(world)
    killed_while_waiting(world, studio)
    studio.film("zhipu-cogvideox-flash", prompt="别的")
    assert len(world.asked("POST /videos")) == 2


def test_an_order_that_is_too_old_is_given_up(
    world: World, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhipu(world)
    killed_while_waiting(world, studio)
    monkeypatch.setattr(receipts, "FRESH_S", -1)
    studio.film("zhipu-cogvideox-flash")
    assert len(world.asked("POST /videos")) == 2


def test_a_failed_order_is_not_asked_for_again(world: World, studio: Studio) -> None:
    zhipu(world)
    world.on("GET /async-result/8431793751283621085", told("zhipu/async_result_fail"))
    for _ in range(2):
        with pytest.raises(EngineError):
            studio.film("zhipu-cogvideox-flash")
    assert len(world.asked("POST /videos")) == 2


def test_two_equal_wishes_at_once_are_two_orders(tmp_path: Path) -> None:
    mine, yours = (Receipt.of(tmp_path, SHOT, None) for _ in range(2))
    mine.note("1")
    assert yours.number == ""
    yours.note("2")
    mine.let_go()
    assert Receipt.of(tmp_path, SHOT, None).number == "1"
    yours.drop()


def test_many_at_once_never_share_a_receipt(tmp_path: Path) -> None:
    held: list[str] = []
    busy = threading.Barrier(8)

    def order(number: int) -> None:
        for turn in range(20):
            receipt = Receipt.of(tmp_path, SHOT, None)
            held.append(receipt.number)
            receipt.note(f"{number}-{turn}")
            receipt.drop()
        busy.wait()

    threads = [threading.Thread(target=order, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(held) == {""}
    assert list(tmp_path.iterdir()) == []


def test_a_photo_makes_it_another_wish(tmp_path: Path) -> None:
    first = Receipt.of(tmp_path, SHOT, b"photo")
    first.note("1")
    first.let_go()
    assert Receipt.of(tmp_path, SHOT, None).number == ""
    assert Receipt.of(tmp_path, SHOT, b"photo").number == "1"


def test_what_nobody_came_back_for_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = Receipt.of(tmp_path, SHOT, None)
    left.note("1")
    left.let_go()
    tidy(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(receipts, "KEPT_S", -1)
    tidy(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_does_not_lose_what_was_paid_for(
    world: World, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(receipt: Receipt, number: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    zhipu(world)
    monkeypatch.setattr(Receipt, "note", full)
    assert studio.film("zhipu-cogvideox-flash") == clip()


def test_a_disk_that_takes_nothing_is_told_before_anything_is_ordered(
    world: World, studio: Studio
) -> None:
    studio.receipts.write_bytes(b"a file where the folder should be")
    with pytest.raises(EngineError):
        studio.film("zhipu-cogvideox-flash")
    assert world.heard == []
