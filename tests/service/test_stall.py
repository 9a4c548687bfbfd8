"""A worker that hangs inside a library: it ends itself, and its job is filmed by the next one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.running import Caller, Running
from tests.service.test_kills import heard, slow_worker

# a library that hangs and never lets the interpreter go on: this match takes longer than a life
HANG = "import re; re.match('(a+)+$', 'a' * 64 + 'b')"
WATCHED = "from video_service.stall import Watchdog; dog = Watchdog({seconds}); dog.moved(); "


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def test_a_process_stuck_in_a_library_ends_and_says_where() -> None:
    ended = run(WATCHED.format(seconds=0.5) + HANG)
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr
    assert "most recent call first" in ended.stderr


def test_a_process_that_moves_or_has_nothing_to_do_lives_on() -> None:
    moving = "import time; [(time.sleep(0.2), dog.moved()) for _ in range(10)]; "
    resting = "dog.rest(); time.sleep(1.5); print('well')"
    ended = run(WATCHED.format(seconds=1) + moving + resting)
    assert (ended.returncode, ended.stdout) == (0, "well\n")


def test_a_worker_in_which_nothing_moves_ends_itself_and_another_films_its_job(
    service: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(service)
    with monkeypatch.context() as patch:
        patch.setenv("QUNYING_VIDEO_SERVICE__STALL_S", "1")
        with slow_worker(service, tmp_path, 0, 3, 600) as hung:
            job = caller.order("clip")
            assert hung.wait(60) == 1
    with slow_worker(service, tmp_path, 1, 3, 0.01) as heir:
        heard(heir, "clip 3")
        assert caller.get(job, wait=60)["status"] == "completed"
    events = [kind for kind in caller.events(job) if kind != "progress"]
    assert events == ["queued", "started", "requeued", "started", "completed"]
