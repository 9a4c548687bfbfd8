"""The service, Redis and two Celery workers as real processes, and what goes wrong with them."""

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cluster.cell import WORKERS, Cell, needs_cluster, open_cell

pytestmark = needs_cluster


def events(cell: Cell, job: str) -> list[str]:
    """What happened to a job that is over, without its progress."""
    answer = cell.http.get(f"{cell.url}/v1/videos/{job}/events")
    kinds = [line[7:] for line in answer.text.splitlines() if line.startswith("event: ")]
    return [kind for kind in kinds if kind != "progress"]


@pytest.fixture
def cell(tmp_path: Path) -> Iterator[Cell]:
    with open_cell(tmp_path, "redis", "service", "w0", "w1") as running:
        yield running


def test_a_job_five_leases_long_is_started_once_by_two_workers(tmp_path: Path) -> None:
    rules = {"lease_s": "2.4", "beat_s": "0.2", "resend_s": "0.5"}
    with open_cell(tmp_path, "redis", "service", "w0", "w1", rules=rules, steps=120) as cell:
        long = cell.order("long")  # 12 s; every half second somebody could be called again
        assert cell.over(long)["status"] == "completed"
        assert events(cell, long) == ["queued", "started", "completed"]
        steps = [step for worker in WORKERS for step in cell.steps_of(worker)]
        assert len(steps) == 120


def test_what_redis_forgot_is_called_again(tmp_path: Path) -> None:
    with open_cell(tmp_path, "redis", "service") as cell:
        jobs = [cell.order(f"clip{number}") for number in range(6)]
        cell.tell_redis("FLUSHALL")
        cell.start("w0", "w1")
        assert [cell.over(job)["status"] for job in jobs] == ["completed"] * 6
        assert [events(cell, job).count("started") for job in jobs] == [1] * 6


def test_a_redis_that_died_is_waited_for_by_everybody_and_told_once(cell: Cell) -> None:
    assert cell.over(cell.order("before"))["status"] == "completed"
    cell.kill("redis")
    job = cell.order("meanwhile")  # the family hears nothing of it
    cell.until(lambda: cell.logs().count("the broker is away") == 2)
    cell.until(lambda: "cannot call workers" in cell.logs())
    cell.start("redis")
    assert cell.over(job)["status"] == "completed"
    assert cell.logs().count("workers can be called again") == 1
    assert cell.logs().count("the broker is away") == 2


def test_a_redis_that_dies_under_a_call_leaves_no_worker_deaf(tmp_path: Path) -> None:
    with open_cell(tmp_path, "redis", "service", "w0", steps=2, pause=0.01) as cell:
        first, *others = [cell.order(f"clip{number}") for number in range(3)]
        cell.over(first)  # its calls come one after the other now
        cell.kill("redis")
        cell.until(lambda: "the broker is away" in cell.logs())
        others.append(cell.order("meanwhile"))
        cell.start("redis")
        assert {cell.over(job)["status"] for job in others} == {"completed"}
        assert "Traceback" not in cell.logs()


def test_a_worker_that_slept_past_its_lease_cannot_deliver_any_more(tmp_path: Path) -> None:
    with open_cell(tmp_path, "redis", "service", "w0", "w1", rules={"lease_s": "3"}) as cell:
        job = cell.order("clip")
        (sleeper,) = cell.until(lambda: [w for w in WORKERS if "clip 2" in cell.steps_of(w)])
        (heir,) = {*WORKERS} - {sleeper}
        cell.signal(sleeper, signal.SIGSTOP)
        cell.heard(heir, "clip 7")
        cell.signal(sleeper, signal.SIGCONT)
        assert cell.over(job)["status"] == "completed"
        cell.until(lambda: "not ours any more" in cell.logs() or "stopped" in cell.logs())
        assert events(cell, job) == ["queued", "started", "requeued", "started", "completed"]
        assert cell.over(cell.order("next"))["status"] == "completed"


def test_a_film_that_kills_its_workers_is_given_up_and_the_next_one_is_made(
    tmp_path: Path,
) -> None:
    with open_cell(tmp_path, "redis", "service", rules={"attempts": "3"}) as cell:
        poison, good = cell.order("poison"), cell.order("good")
        for _ in range(3):  # as systemd or compose would
            cell.start("w0")
            assert cell.ended("w0") == -signal.SIGKILL
        cell.start("w0")
        assert cell.over(good)["status"] == "completed"
        lost = cell.over(poison)
        assert (lost["status"], lost["error"]["code"]) == ("failed", "worker_lost")
        assert events(cell, poison).count("started") == 3


def test_mums_one_film_comes_second_behind_a_heap_of_dads(tmp_path: Path) -> None:
    rules = {"max_open_per_owner": "50"}
    with open_cell(tmp_path, "redis", "service", rules=rules, steps=2, pause=0.05) as cell:
        for number in range(20):
            cell.order(f"dad{number}", user="dad")
        mums = cell.order("mum", user="mum")
        cell.start("w0")
        assert cell.over(mums)["status"] == "completed"
        heard = cell.until(lambda: cell.steps_of("w0")[:4] if cell.steps_of("w0")[4:] else None)
        assert heard == ["dad0 1", "dad0 2", "mum 1", "mum 2"]


def test_a_password_of_the_broker_works_and_is_in_no_log(tmp_path: Path) -> None:
    with open_cell(tmp_path, "redis", "service", "w0", password="canary-7351") as cell:
        assert cell.over(cell.order("clip"))["status"] == "completed"
        cell.kill("redis")
        cell.order("meanwhile")
        cell.until(lambda: "the broker is away" in cell.logs())
        cell.until(lambda: "cannot call workers" in cell.logs())
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        leaks = [file.name for file in files if b"canary-7351" in file.read_bytes()]
        assert leaks == []


def test_the_table_on_disk_is_the_service_s_alone(cell: Cell) -> None:
    job = cell.order("clip")
    assert cell.over(job)["status"] == "completed"
    theirs = [cell.folder / worker for worker in WORKERS]
    assert not [file for folder in theirs for file in folder.rglob("*.db")]
    # they clear up after they have told of it
    cell.until(lambda: not [file for folder in theirs for file in folder.rglob("*.mp4")])
    cell.kill("service")
    with closing(cell.table()) as table:
        ((first,),) = table.execute("SELECT type FROM job_events ORDER BY seq LIMIT 1")
        assert first == "queued"


def test_a_worker_that_is_told_to_stop_finishes_the_film_in_its_hands(tmp_path: Path) -> None:
    with open_cell(tmp_path, "redis", "service", "w0") as cell:
        job, next_job = cell.order("clip"), cell.order("next")
        cell.heard("w0", "clip 2")
        cell.signal("w0", signal.SIGTERM)
        assert cell.ended("w0") == 0
        assert events(cell, job) == ["queued", "started", "completed"]
        assert cell.job(next_job)["status"] == "queued"
