"""Worker processes: their names, and what becomes of one that loses a slot."""

import re
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
from video_service.errand import VERSION, Claim
from video_service.link import LinkError
from video_service.program import main
from video_service.schema.settings import ServiceSettings
from video_service.serve import Plan, _posts
from video_service.worker import Worker


def at(post: Post, tied: bool = True) -> Bench:
    return Bench("http://127.0.0.1:9", post, tied, ServiceConfig())


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "data"))


def test_the_card_has_one_slot_and_the_clouds_as_many_as_are_set() -> None:
    assert CARD.workers == ("local/0",)
    assert (cloud(3).lane, cloud(3).workers) == ("cloud", ("local/10", "local/11", "local/12"))


def test_workers_from_elsewhere_carry_their_machines_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "奶奶的 pc")
    first, second = at(cloud(2), tied=False).names
    assert re.fullmatch(r"奶奶的-pc-[0-9a-f]{8}/10", first)
    assert second == first.replace("/10", "/11")
    assert at(cloud(2)).names == ("local/10", "local/11")


def test_two_machines_of_one_name_do_not_take_each_others_jobs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platform.node", lambda: "ubuntu" * 20)

    def started(folder: str) -> str:
        monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / folder))
        return at(CARD, tied=False).names[0]

    one = started("one")
    assert one != started("other")
    assert one == started("one")  # so that what it held comes back to it
    assert Claim(worker=one).version == VERSION


def test_a_machine_called_local_is_not_taken_for_the_services_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.node", lambda: "local")
    assert not at(CARD, tied=False).names[0].startswith("local/")


def test_what_was_ordered_from_a_cloud_is_ended_also_without_its_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = Plan(ServiceSettings(), tmp_path, False, 1, lambda url, name: None)
    waiting = {post.lane: post.rests for post in _posts(plan)}
    assert waiting == {"card": False, "finish": True, "cloud": True}
    monkeypatch.setenv("DASHSCOPE_API_KEY", "a-key")
    assert {post.lane: post.rests for post in _posts(plan)}["cloud"] is False


@pytest.mark.parametrize("service", ["nonsense", "far:8601", "http://", "ftp://far"])
def test_an_address_that_can_be_no_services_is_not_waited_for(
    service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["worker", "--service", service])
    assert "--service: write http://192.168.1.5:8601" in capsys.readouterr().err


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
