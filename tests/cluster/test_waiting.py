"""Workers that cannot begin: they wait, and say for what in one line."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("celery", reason="needs Celery: pip install -e '.[cluster]'")

from celery.exceptions import WorkerShutdown

from tests.cluster.cell import Part, needs_cluster, open_cell
from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.dispatch.called import UNWELCOME_S, Attendance
from video_service.dispatch.posts import cloud
from video_service.engines.base import CardLost
from video_service.link import LinkError, Unwelcome
from video_service.premises import CannotRun
from video_service.schema.config import SettingsError
from video_service.schema.settings import ServiceSettings
from video_service.serve import Plan, serve
from video_service.worker import Worker


class Script:
    """A worker whose every turn is written down beforehand."""

    def __init__(self, *turns: Exception | bool) -> None:
        self._turns = list(turns)

    def take(self, wait_s: float, between: Callable[[], None] | None = None) -> bool:
        assert wait_s == 0
        turn = self._turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn


def attendance(slept: Callable[[float], None], *turns: Exception | bool) -> Attendance:
    return Attendance(cast("Worker", Script(*turns)), slept)


def test_a_token_that_is_not_taken_is_told_once_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pauses: list[float] = []
    no = Unwelcome("401: the service does not take our token")
    attendance(pauses.append, no, no, no, True).arrive()
    assert sum(pauses) == 3 * UNWELCOME_S
    assert caplog.text.count("does not take our token; waiting") == 1


def test_a_call_that_cannot_be_answered_is_told_and_the_next_one_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mine = attendance(lambda _: None, LinkError("no luck"), Unwelcome("401"), False, True)
    for _ in range(4):
        mine.called("video_1")
    assert caplog.text.count("called for video_1, but: no luck") == 1
    assert caplog.text.count("called for video_1, but: 401") == 1


def test_a_worker_whose_card_is_lost_leaves_to_be_started_afresh() -> None:
    mine = attendance(lambda _: None, CardLost("card_failed", "it fell off the bus"))
    with pytest.raises(WorkerShutdown):
        mine.called("video_1")
    assert mine.lost is not None


@needs_cluster
def test_a_worker_waits_for_a_service_that_is_not_there_yet_and_for_the_broker(
    tmp_path: Path,
) -> None:
    with open_cell(tmp_path) as cell:
        cell.start("w0")
        cell.until(lambda: "the broker is away" in cell.logs())
        cell.start("redis")
        cell.until(lambda: "the service is away" in cell.logs())
        cell.start("service")
        job = cell.order("clip")
        assert cell.over(job)["status"] == "completed"
        assert cell.logs().count("the service is away") == 1
        assert cell.logs().count("the broker is away") == 1


@needs_cluster
@pytest.mark.parametrize(
    ("ill", "well"),
    [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
    ],
)
def test_a_redis_that_takes_nothing_is_waited_for_like_one_that_is_away(
    tmp_path: Path, ill: str, well: str
) -> None:
    with open_cell(tmp_path, "redis", "service") as cell:
        cell.tell_redis(ill)
        cell.start("w0")
        cell.until(lambda: "the broker is away" in cell.logs())
        job = cell.order("clip")
        cell.until(lambda: "cannot call workers" in cell.logs())
        cell.tell_redis(well)
        assert cell.over(job)["status"] == "completed"
        assert cell.logs().count("the broker is away") == 1
        assert "Traceback" not in cell.logs()


@needs_cluster
@pytest.mark.parametrize("here", [[], ["redis"]])
def test_a_worker_that_waits_can_be_stopped(tmp_path: Path, here: list[Part]) -> None:
    with open_cell(tmp_path, *here, "w0") as cell:
        cell.until(lambda: f"the {'service' if here else 'broker'} is away" in cell.logs())
        cell.signal("w0", signal.SIGTERM)
        assert cell.ended("w0") == 0


@needs_cluster
def test_a_worker_with_a_wrong_token_gets_nothing_and_says_why(tmp_path: Path) -> None:
    with open_cell(tmp_path, "redis", "service", token="a-wrong-token") as cell:
        job = cell.order("clip")
        cell.start("w0")
        cell.until(lambda: "does not take our token: set QUNYING_WORKER_TOKEN" in cell.logs())
        assert cell.job(job)["status"] == "queued"
        cell.kill("w0")
        cell.token = ""
        cell.start("w0")
        assert cell.over(job)["status"] == "completed"
        assert "a-wrong-token" not in cell.logs()


@pytest.mark.parametrize("missing", ["QUNYING_BROKER_URL", "QUNYING_WORKER_TOKEN"])
def test_a_service_that_could_never_call_anybody_says_what_is_missing(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in {"QUNYING_BROKER_URL", "QUNYING_WORKER_TOKEN"} - {missing}:
        monkeypatch.setenv(name, "redis://127.0.0.1:9/0")
    plan = Plan(ServiceSettings(dispatch="celery"), tmp_path, False, 0, lambda url, name: None)
    with pytest.raises(SettingsError, match=f"celery needs {missing}"):
        serve(plan)


def test_several_slots_behind_one_broker_are_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_WORKER_TOKEN", "a-token")
    bench = Bench("http://127.0.0.1:9", cloud(3), False, ServiceConfig(data_dir=tmp_path))
    with pytest.raises(CannotRun, match="one process does one job at a time"):
        work(bench, broker="redis://127.0.0.1:9/0")
