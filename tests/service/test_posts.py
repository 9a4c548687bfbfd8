"""Worker processes: their names, and what becomes of one that loses a slot."""

from pathlib import Path

import pytest

from video_service import bench
from video_service.bench import Bench
from video_service.config import ServiceConfig
from video_service.dispatch.posts import CARD, Post, cloud
from video_service.engines.base import CardLost
from video_service.link import LinkError
from video_service.schema.config import WORKER_TOKEN
from video_service.worker import Worker


def at(post: Post, tied: bool = True) -> Bench:
    return Bench("http://127.0.0.1:9", post, tied, ServiceConfig())


def test_the_card_has_one_slot_and_the_clouds_as_many_as_are_set() -> None:
    assert CARD.workers == ("local/0",)
    assert (cloud(3).lane, cloud(3).workers) == ("cloud", ("local/10", "local/11", "local/12"))


def test_workers_from_elsewhere_carry_their_machines_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "奶奶的 pc")
    assert at(cloud(2), tied=False).names == ("奶奶的-pc/10", "奶奶的-pc/11")
    assert at(cloud(2)).names == ("local/10", "local/11")


@pytest.mark.parametrize(
    "error", [LinkError("gone"), CardLost("card_failed", "x"), ValueError("?")]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_process_that_loses_one_slot_ends_and_is_replaced_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    waits: list[Worker] = []

    def run(worker: Worker) -> None:
        waits.append(worker)
        if len(waits) == 3:
            raise error

    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(WORKER_TOKEN, "token")
    monkeypatch.setattr(Worker, "run", run)
    workers = bench._workers(at(cloud(3)), "token", lambda name: None)  # type: ignore[arg-type]
    with pytest.raises((LinkError, CardLost)):
        bench._run(workers)
