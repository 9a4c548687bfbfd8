"""Worker processes: their names, and what becomes of one that loses a slot."""

import threading
from pathlib import Path
from queue import SimpleQueue

import pytest

from video_service import bench
from video_service.bench import Bench
from video_service.config import ServiceConfig
from video_service.dispatch import local
from video_service.dispatch.posts import CARD, Post, cloud
from video_service.engines.base import CardLost, Engine
from video_service.link import LinkError
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


def test_the_services_own_workers_are_given_one_token_and_no_broker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("QUNYING_SERVICE_TOKEN", "QUNYING_WORKER_TOKEN", "QUNYING_BROKER_URL_FILE"):
        monkeypatch.setenv(name, "ours")
    theirs = local._environment("theirs", tmp_path)
    told = {name: value for name, value in theirs.items() if name.startswith("QUNYING_")}
    assert told == {"QUNYING_WORKER_TOKEN": "theirs", "QUNYING_DATA_DIR": str(tmp_path)}


def never(name: str) -> Engine:
    raise AssertionError(name)


@pytest.mark.parametrize("error", [LinkError("x"), CardLost("card_failed", "x"), ValueError("x")])
def test_a_process_that_loses_one_slot_ends_and_is_replaced_whole(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    turns, told = SimpleQueue[int](), threading.Event()
    for turn in range(3):
        turns.put(turn)

    def run(worker: Worker) -> None:
        if turns.get() == 2:
            raise error

    monkeypatch.setattr(threading, "excepthook", lambda _: told.set())
    monkeypatch.setattr(Worker, "run", run)
    workers = bench._workers(at(cloud(3)), "token", never)
    with pytest.raises((LinkError, CardLost)):
        bench._run(workers)
    if isinstance(error, ValueError):
        assert told.wait(10)  # it is in the log as well
