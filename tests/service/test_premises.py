"""Starting and not starting: locks, ports, tokens, settings; each obstacle is one clear line."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.service.running import Running, running_service
from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.dispatch.posts import CARD
from video_service.logs import set_up
from video_service.premises import CannotRun, address, announced, instance_of, listen, locked
from video_service.schema.config import SettingsError, secret
from video_service.schema.settings import ServiceSettings
from video_service.serve import Plan, _naming_the_table, serve


def run(*arguments: str, **env: str) -> tuple[int, str]:
    """Exit code and stderr of `python -m video_service …`."""
    done = subprocess.run(
        [sys.executable, "-m", "video_service", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
        env={**os.environ, **env},
    )  # fmt: skip
    return done.returncode, done.stderr.strip()


def test_only_one_process_holds_a_folder(tmp_path: Path) -> None:
    lock = tmp_path / "service" / "lock"
    with locked(lock):
        with pytest.raises(CannotRun, match="another process holds it"), locked(lock, wait_s=0.1):
            raise AssertionError("the lock was given twice")
    with locked(lock, wait_s=0):
        assert lock.exists()


def test_a_data_folder_keeps_its_name(tmp_path: Path) -> None:
    first = instance_of(tmp_path)
    assert len(first) == 36
    assert instance_of(tmp_path) == first


def test_the_address_is_one_that_can_be_called() -> None:
    with listen("0.0.0.0", 0) as everywhere, listen("::1", 0) as six:
        assert address("0.0.0.0", everywhere).startswith("http://127.0.0.1:")
        assert address("::1", six).startswith("http://[::1]:")


def test_no_answer_waits_for_the_acknowledgement_of_its_head(service: Running) -> None:
    seconds = []
    for _ in range(20):  # one connection, kept open
        began = time.monotonic()
        assert service.http.get("/healthz").status_code == 200
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[5] < 0.03  # 0.04 is what the kernel waits; 0.003 is usual


def test_the_endpoint_is_announced_while_the_service_runs(tmp_path: Path) -> None:
    file = tmp_path / "endpoint.json"
    with announced(tmp_path, "http://127.0.0.1:1", "me"):
        assert json.loads(file.read_text()) == {"url": "http://127.0.0.1:1", "instance": "me"}
    assert not file.exists()


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match=r"data_dir: .* cannot be written: Not a directory"):
        set_up(tmp_path / "file", "service")


def test_a_taken_port_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        code, said = run("serve", "--port", port, QUNYING_DATA_DIR=str(tmp_path))
    assert code == 1
    assert said.count("\n") == 0
    assert said.startswith("video_service.port:")
    assert port in said


def test_without_a_token_it_does_not_listen_beyond_this_machine(tmp_path: Path) -> None:
    everywhere = ServiceSettings(host="0.0.0.0", port=0)
    with pytest.raises(SettingsError, match="QUNYING_SERVICE_TOKEN"):
        serve(Plan(everywhere, tmp_path, tied=False, workers=0, told=print))


@pytest.mark.parametrize("name", ["QUNYING_SERVICE_TOKEN", "QUNYING_WORKER_TOKEN"])
def test_beyond_this_machine_no_token_may_be_guessed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_SERVICE_TOKEN", "a-long-and-random-one")
    monkeypatch.setenv(name, "fifteen-letters")
    everywhere = ServiceSettings(host="0.0.0.0", port=0)
    with pytest.raises(SettingsError, match=f"{name} to 16 characters"):
        serve(Plan(everywhere, tmp_path, tied=False, workers=0, told=print))


def test_callers_and_workers_never_share_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QUNYING_SERVICE_TOKEN", "QUNYING_WORKER_TOKEN"):
        monkeypatch.setenv(name, "one-token-for-everything")
    with pytest.raises(SettingsError, match="QUNYING_WORKER_TOKEN: must be another one"):
        serve(Plan(ServiceSettings(port=0), tmp_path, tied=False, workers=0, told=print))


def test_a_token_that_no_header_can_carry_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    monkeypatch.setenv("QUNYING_SERVICE_TOKEN_FILE", str(file))
    for content in ("密码".encode(), b"two words", b"\xff"):
        file.write_bytes(content)
        with pytest.raises(SettingsError, match="QUNYING_SERVICE_TOKEN"):
            secret("QUNYING_SERVICE_TOKEN")
    file.write_bytes(b" a-good-one\n")
    assert secret("QUNYING_SERVICE_TOKEN") == "a-good-one"


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    wrong = {"QUNYING_VIDEO_SERVICE__LEASE_S": "soon", "QUNYING_DATA_DIR": str(tmp_path)}
    code, said = run("serve", **wrong)
    assert code == 2
    assert said.startswith("QUNYING_VIDEO_SERVICE__LEASE_S:")


def test_a_broken_job_table_is_one_line_that_names_it(tmp_path: Path) -> None:
    table = tmp_path / "service" / "jobs.db"
    table.parent.mkdir()
    table.write_bytes(b"this is no table of jobs" * 100)
    code, said = run("serve", "--port", "0", QUNYING_DATA_DIR=str(tmp_path))
    assert code == 1
    assert said.count("\n") == 0
    assert str(table) in said


def test_a_full_disk_is_no_reason_to_give_up_the_table(tmp_path: Path) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with pytest.raises(CannotRun) as told, _naming_the_table(tmp_path):
        raise ExceptionGroup("tasks", [full])
    assert "room" in str(told.value)
    assert "move it away" not in str(told.value)


def test_a_worker_without_a_token_says_what_it_needs() -> None:
    with pytest.raises(SettingsError, match="QUNYING_WORKER_TOKEN"):
        work(Bench("http://127.0.0.1:9", CARD, tied=False, config=ServiceConfig()))


def test_a_running_service_tells_where_it_is_and_logs_to_its_folder(tmp_path: Path) -> None:
    with running_service(tmp_path, "--workers", "0") as service:
        told = json.loads((tmp_path / "service" / "endpoint.json").read_text())
        assert told == {"url": service.url, "instance": service.instance}
        assert (tmp_path / "service" / "instance").read_text() == service.instance
        assert service.stop() == 0
    assert not (tmp_path / "service" / "endpoint.json").exists()
    assert "listening on" in (tmp_path / "logs" / "service.log").read_text()
