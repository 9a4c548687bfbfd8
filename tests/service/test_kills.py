"""Processes that die at the worst moment: nothing accepted is lost, nothing is recorded twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.service.running import TOKEN, Caller, Running, running_service
from video_service.job_table import JobTable
from video_service.jobs import JobStore
from video_service.schema import Status
from video_service.schema.settings import ServiceSettings

LONG = {"seconds": "3"}


@contextmanager
def slow_worker(
    service: Running, data_dir: Path, slot: int, steps: int, pause: float
) -> Iterator[subprocess.Popen[str]]:
    """A worker of `tests.service.slow_worker`, killed at the end."""
    entry = [sys.executable, "-m", "tests.service.slow_worker"]
    with subprocess.Popen(
        [*entry, service.url, str(slot), str(steps), str(pause)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **TOKEN, "QUNYING_DATA_DIR": str(data_dir)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(worker: subprocess.Popen[str], line: str) -> None:
    """Wait until the worker has said `line`."""
    assert worker.stdout is not None
    for said in worker.stdout:
        if said.strip() == line:
            return
    raise AssertionError(f"the worker ended before it said {line!r}")


def worker_of(service: Running) -> psutil.Process:
    (worker,) = psutil.Process(service.process.pid).children()
    return worker


def gone(process: psutil.Process, seconds: float) -> bool:
    """Whether it ends in time; a process that nobody buries (a zombie) has ended as well."""
    ends = time.monotonic() + seconds
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > ends:
                return False
            time.sleep(0.02)
    return True


def test_a_worker_killed_in_the_middle_of_a_film_is_replaced_and_films_it_again(
    tmp_path: Path,
) -> None:
    with running_service(tmp_path) as service:
        caller = Caller(service)
        job = caller.order("熊猫", **LONG)
        caller.until_filming(job)
        worker_of(service).kill()
        assert caller.get(job, wait=60)["status"] == "completed"
        events = caller.events(job)
        assert [kind for kind in events if kind != "progress"] == [
            "queued", "started", "requeued", "started", "completed",
        ]  # fmt: skip
        assert caller.film(job)[4:8] == b"ftyp"
        service.process.send_signal(signal.SIGINT)  # Ctrl-C; how SIGTERM ends a busy one: below
        assert service.process.wait(30) == 0


def test_kill_9_of_the_service_leaves_no_orphan_and_the_next_one_finishes_the_job(
    tmp_path: Path,
) -> None:
    with running_service(tmp_path) as service:
        caller = Caller(service)
        first, second = caller.order("熊猫", **LONG), caller.order("猫")
        caller.until_filming(first)
        worker = worker_of(service)
        service.process.kill()
        assert gone(worker, 30)
    with running_service(tmp_path) as again:
        assert again.instance == service.instance
        caller = Caller(again)
        for job in (first, second):
            assert caller.get(job, wait=60)["status"] == "completed"
            assert caller.events(job).count("completed") == 1


def test_stopping_the_service_puts_its_job_back_and_takes_its_worker_along(
    tmp_path: Path,
) -> None:
    with running_service(tmp_path) as service:
        caller = Caller(service)
        job = caller.order("熊猫", **LONG)
        caller.until_filming(job)
        worker = worker_of(service)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0
        assert gone(worker, 10)
        assert not (tmp_path / "service" / "endpoint.json").exists()
    table = JobTable(tmp_path / "service" / "jobs.db")
    seen = JobStore(table, ServiceSettings()).get(job)
    table.close()
    assert seen is not None
    assert (seen.status, seen.progress, seen.attempt) == (Status.queued, 0, 0)


def test_twenty_jobs_with_a_kill_in_the_middle_are_done_once_each(
    service: Running, tmp_path: Path
) -> None:
    caller = Caller(service)
    jobs = [caller.order(f"clip{number}") for number in range(20)]
    with slow_worker(service, tmp_path, 0, 3, 0.03) as worker:
        heard(worker, "clip9 2")
    with slow_worker(service, tmp_path, 0, 3, 0.03):
        for job in jobs:
            assert caller.get(job, wait=60)["status"] == "completed"
    told = [caller.events(job) for job in jobs]
    assert [events.count("completed") for events in told] == [1] * 20
    assert sum(events.count("started") for events in told) == 21
    for job in jobs:
        for variant in ("video", "thumbnail", "sidecar"):
            assert caller.film(job, variant)[4:8] == b"ftyp"


def test_a_worker_at_the_door_that_is_told_to_stop_finishes_the_film_in_its_hands(
    service: Running, tmp_path: Path
) -> None:
    caller = Caller(service)
    with slow_worker(service, tmp_path, 0, 8, 0.1) as worker:
        job, next_job = caller.order("in hand"), caller.order("next")
        heard(worker, "in hand 2")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert caller.get(job)["status"] == "completed"
    assert caller.get(next_job)["status"] == "queued"
    with slow_worker(service, tmp_path, 0, 300, 0.1) as worker:
        heard(worker, "next 1")
        worker.send_signal(signal.SIGTERM)
        worker.send_signal(signal.SIGINT)  # in a hurry; two of a kind may come as one
        assert worker.wait(30) == 0
    assert caller.get(next_job)["status"] == "queued"  # given back, no lease to wait for
    caller.delete(next_job)


def test_all_slots_of_a_process_that_is_told_to_stop_take_their_leave(
    service: Running, tmp_path: Path
) -> None:
    ask = [sys.executable, "-m", "video_service", "worker", "--service", service.url]
    env = {**os.environ, **TOKEN, "QUNYING_DATA_DIR": str(tmp_path)}

    def here() -> bool:
        return 'qunying_workers{lane="cloud"} 1.0' in service.http.get("/metrics").text

    with subprocess.Popen([*ask, "--lane", "cloud", "--slots", "2"], env=env) as worker:
        while not here():  # the limit of the test ends it
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert not here()


def test_a_cancelled_job_stops_within_one_step(service: Running, tmp_path: Path) -> None:
    caller = Caller(service)
    with slow_worker(service, tmp_path, 0, 20, 0.3) as worker:
        job, next_job = caller.order("cancelled"), caller.order("next")
        heard(worker, "cancelled 3")
        caller.delete(job)
        assert worker.stdout is not None
        after = [worker.stdout.readline().strip() for _ in range(2)]
        # the step that was being made may still end
        assert after in (["cancelled 4", "next 1"], ["next 1", "next 2"])
        assert caller.get(job)["error"]["code"] == "cancelled"
        assert caller.get(next_job)["status"] == "in_progress"
        caller.delete(next_job)


def test_a_worker_rides_out_a_restart_of_the_service(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    flags = ("--workers", "0", "--port", port)
    with running_service(tmp_path, *flags, **TOKEN) as service:
        with slow_worker(service, tmp_path, 0, 8, 0.12) as worker:
            job = Caller(service).order("clip")
            heard(worker, "clip 2")
            service.process.kill()
            service.process.wait()
            heard(worker, "clip 4")
            with running_service(tmp_path, *flags, **TOKEN) as again:
                caller = Caller(again)
                assert caller.get(job, wait=30)["status"] == "completed"
                assert caller.events(job).count("started") == 1


def test_a_worker_that_slept_past_its_lease_cannot_deliver_any_more(
    service: Running, tmp_path: Path
) -> None:
    caller = Caller(service)
    with slow_worker(service, tmp_path, 0, 10, 0.2) as sleeper:
        job = caller.order("clip")
        heard(sleeper, "clip 2")
        sleeper.send_signal(signal.SIGSTOP)
        with slow_worker(service, tmp_path, 1, 10, 0.1) as heir:
            heard(heir, "clip 9")
            sleeper.send_signal(signal.SIGCONT)
            assert caller.get(job, wait=30)["status"] == "completed"
        other = caller.order("other")
        heard(sleeper, "other 1")
        events = caller.events(job)
        assert [kind for kind in events if kind != "progress"] == [
            "queued", "started", "requeued", "started", "completed",
        ]  # fmt: skip
        caller.delete(other)
