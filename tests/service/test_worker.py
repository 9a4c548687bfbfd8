"""The worker: one engine kept, every outcome told, a job that is not ours dropped."""

import errno
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_service.client import Artefact
from video_service.engines.base import (
    Cancelled,
    CardLost,
    Engine,
    EngineError,
    Frames,
    Report,
    Shot,
)
from video_service.errand import Errand
from video_service.link import JobGone, Link, LinkError, ServiceDiskFull
from video_service.orders import BadOrder
from video_service.worker import Lease, Worker

SHOT = Shot("draft", "a panda", 64, 48, 9, 8, 0, 0.0, 7)


class Wire(Link):
    """Notes what the worker tells; `stop_at` is the beat after which the job is not ours."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.told: list[str] = []
        self.beats: list[tuple[str | None, int]] = []
        self.stop_at = stop_at
        self.refuse: Exception | None = None

    def beat(self, errand: Errand, stage: str | None = None, progress: int = 0) -> bool:
        self.beats.append((stage, progress))
        return self.stop_at is None or len(self.beats) < self.stop_at

    def photo(self, errand: Errand) -> bytes | None:
        return b"photo" if errand.photo else None

    def upload(self, errand: Errand, variant: Artefact, file: Path) -> None:
        if self.refuse:
            raise self.refuse
        self.told.append(f"{variant} of {file.stat().st_size > 0}")

    def complete(self, errand: Errand, step_downs: Sequence[str] = ()) -> None:
        self.told.append("complete")

    def fail(self, errand: Errand, code: str, message: str, *, retry: bool) -> None:
        self.told.append(f"fail {code} {retry}")


class TestCard:
    """Films a gradient, or raises what it was told to."""

    __test__ = False

    def __init__(self, name: str, log: list[str]) -> None:
        self.name, self.log = name, log
        self.error: BaseException | None = None

    def load(self) -> None:
        self.log.append(f"load {self.name}")

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        for step in range(1, 5):
            report("denoise", step / 4)
        if self.error:
            raise self.error
        self.log.append(f"film {photo!r}")
        row = np.linspace(0, 255, shot.width, dtype=np.uint8)[None, None, :, None]
        return np.broadcast_to(row, (shot.frames, shot.height, shot.width, 3)).copy()

    def facts(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        self.log.append(f"close {self.name}")


class Workshop:
    """A worker with a scripted wire and engines."""

    def __init__(self, folder: Path, wire: Wire) -> None:
        self.wire, self.log, self.folder = wire, list[str](), folder / "scratch"
        self.error: BaseException | None = None
        self.worker = Worker(wire, self._build, self.folder)

    def _build(self, name: str) -> Engine:
        card = TestCard(name, self.log)
        card.error = self.error
        return card

    def film(self, model: str = "draft", *, photo: bool = False) -> None:
        shot = Shot(model, *(getattr(SHOT, name) for name in Shot.__slots__[1:]))
        self.worker.serve(
            Errand(id="video_1", token=1, attempt=1, shot=shot, photo=photo, lease_s=9, beat_s=9)
        )


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, Wire())


def test_the_film_is_brought_back_whole_and_nothing_is_left_on_the_bench(shop: Workshop) -> None:
    shop.film(photo=True)
    assert shop.wire.told == [
        "sidecar of True", "thumbnail of True", "video of True", "complete",
    ]  # fmt: skip
    assert shop.log == ["load draft", "film b'photo'"]
    assert not shop.folder.exists()


def test_an_engine_is_loaded_once_and_stays_while_others_film(shop: Workshop) -> None:
    for model in ("a", "a", "b", "a"):
        shop.film(model)
    assert [said for said in shop.log if "film" not in said] == ["load a", "load b"]


def test_a_failure_with_a_name_is_told_by_it(shop: Workshop) -> None:
    shop.error = EngineError("out_of_memory", "49 frames do not fit", retry=True)
    shop.film()
    assert shop.wire.told == ["fail out_of_memory True"]


def test_an_unknown_failure_is_logged_told_and_costs_the_engine(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.error = RuntimeError("CUDA error")
    shop.film()
    assert shop.wire.told == ["fail engine_failed True"]
    assert shop.log[-1] == "close draft"
    assert "the engine fell over" in caplog.text
    shop.error = None
    shop.film()
    assert shop.wire.told[-1] == "complete"


def test_a_card_that_stopped_answering_is_told_and_ends_the_process(shop: Workshop) -> None:
    shop.error = CardLost("card_failed", "an illegal memory access was encountered", retry=True)
    with pytest.raises(CardLost):
        shop.film()
    assert shop.wire.told == ["fail card_failed True"]
    assert not shop.folder.exists()


def test_an_engine_that_is_no_longer_there_fails_the_job_for_good(tmp_path: Path) -> None:
    wire = Wire()

    def build(name: str) -> Engine:
        raise BadOrder("model_not_found", f"there is no engine {name}", "model")

    shop = Workshop(tmp_path, wire)
    shop.worker = Worker(wire, build, shop.folder)
    shop.film()
    assert wire.told == ["fail model_not_found False"]


def test_a_stopped_job_tells_nothing_and_the_next_one_is_filmed(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, Wire(stop_at=3))
    shop.film()
    assert shop.wire.told == []
    shop.wire.stop_at = None
    shop.film()
    assert shop.wire.told[-1] == "complete"
    assert shop.log.count("load draft") == 1


def test_a_job_that_was_taken_away_while_uploading_is_dropped(shop: Workshop) -> None:
    shop.wire.refuse = JobGone("taken")
    shop.film()
    assert shop.wire.told == []


def test_a_service_without_room_fails_the_job_by_name(shop: Workshop) -> None:
    shop.wire.refuse = ServiceDiskFull("507")
    shop.film()
    assert shop.wire.told == ["fail disk_full False"]


def test_a_machine_without_room_fails_the_job_by_name_and_keeps_the_engine(
    shop: Workshop,
) -> None:
    shop.error = OSError(errno.ENOSPC, "No space left on device")
    shop.film()
    assert shop.wire.told == ["fail disk_full False"]
    assert shop.log == ["load draft"]


def test_a_service_that_stays_away_does_not_kill_the_worker(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("video_service.worker.BUSY_S", 0)
    shop.wire.refuse = LinkError("refused")
    shop.film()
    assert shop.wire.told == []


def test_quick_steps_are_told_seldom_and_a_stop_by_the_beat_thread_is_seen_at_once() -> None:
    wire = Wire()
    errand = Errand(id="v", token=1, attempt=1, shot=SHOT, photo=False, lease_s=1, beat_s=0.01)
    beaten = threading.Event()
    with Lease(wire, errand) as lease:
        for step in range(1000):
            lease.report("denoise", step / 1000)
        told = [beat for beat in wire.beats if beat[0]]
        assert len(told) < 10
        wire.stop_at = 0
        assert not beaten.wait(0.1)
        with pytest.raises(Cancelled):
            lease.report("denoise", 1.0)
