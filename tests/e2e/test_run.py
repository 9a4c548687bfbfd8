"""`qunying run`: starts with nothing, ends with nothing left behind."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.qunying import Shell, family, free_port, gone, until

PAGE_S = 60.0
pytestmark = pytest.mark.timeout(400)


def page_answers(port: int) -> bool:
    try:
        page = httpx.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return False
    return page.status_code == 200 and "群影" in page.text


@contextmanager
def running(tmp_path: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    shell = Shell(tmp_path, {"PORT": str(port), "QUNYING_VIDEO_SERVICE__PORT": "0"})
    process = shell.start("run", *flags)
    try:
        assert until(lambda: page_answers(port), PAGE_S), (tmp_path / "stderr").read_text()
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_however_it_ends_nothing_is_left_and_the_next_start_works(tmp_path: Path) -> None:
    for how in (signal.SIGINT, signal.SIGKILL):
        with running(tmp_path) as (process, _):
            everyone = family(process.pid)
            assert len(everyone) >= 3, "the bot, the service and its worker"
            process.send_signal(how)
            assert process.wait(15) is not None
            assert gone(everyone, 10)
    with running(tmp_path) as (process, _):  # what was killed is no obstacle; what dies comes back
        (service,) = psutil.Process(process.pid).children()
        service.kill()
        assert gone([service], 5)
        assert until(lambda: len(family(process.pid)) >= 3, 30)


def test_kill_9_of_make_takes_everything_with_it(tmp_path: Path) -> None:
    port = free_port()
    shell = Shell(tmp_path, {"PORT": str(port), "QUNYING_VIDEO_SERVICE__PORT": "0"})
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {shell_words()} run --with-parent\n")
    make = subprocess.Popen(
        ["make", "-f", str(makefile), "run"], cwd=tmp_path, env=shell.environ,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert until(lambda: page_answers(port), PAGE_S)
    everyone = family(make.pid)
    assert len(everyone) >= 4
    os.kill(make.pid, signal.SIGKILL)
    make.wait()
    assert gone(everyone[1:], 10)


def test_a_taken_port_is_one_line_that_says_what_to_write(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = Shell(tmp_path, {"PORT": str(port)}).run("run", timeout=30)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert str(port) in line
    assert "PORT=" in line


def shell_words() -> str:
    from tests.e2e.qunying import QUNYING

    return QUNYING
