"""`python -m video_service backup`: the job table beside its writer, and the files it needs."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.running import Caller, running_service
from video_service.premises import CannotRun
from video_service.snapshot import check, take


def test_a_running_service_is_copied_with_the_files_of_its_jobs(tmp_path: Path) -> None:
    data, into = tmp_path / "data", tmp_path / "into"
    into.mkdir()
    with running_service(data) as service:
        caller = Caller(service)
        film = caller.order("a panda")
        caller.get(film, wait=60)
        folder = data / "service"
        (folder / "media" / "video_of_nobody.mp4").write_bytes(b"x")
        (folder / "media" / f"{film}.7.mp4.part").write_bytes(b"half")
        (folder / "receipts").mkdir(exist_ok=True)
        (folder / "receipts" / "order.json").write_text("{}", "utf-8")
        told = json.loads(take(folder, into))
        waits = caller.order("a cat, ordered afterwards")
    made = [f"media/{film}{end}" for end in (".jpg", ".json", ".master.mp4", ".mp4")]
    assert told["files"] == sorted(["instance", "receipts/order.json", *made])
    assert json.loads(check(into)) == {"schema": told["schema"]}
    with closing(sqlite3.connect(into / "jobs.db")) as copy:
        assert copy.execute("SELECT id, status FROM jobs").fetchall() == [(film, "completed")]
    assert waits != film
    assert [it.name for it in into.iterdir()] == ["jobs.db"], "one file, without a log beside it"


def test_a_copy_is_never_written_over_another_one(tmp_path: Path) -> None:
    with running_service(tmp_path / "data"):
        take(tmp_path / "data" / "service", tmp_path)
        with pytest.raises(CannotRun, match="there already"):
            take(tmp_path / "data" / "service", tmp_path)


def test_where_there_is_no_job_table_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be copied"):
        take(tmp_path / "nowhere", tmp_path)


def test_a_table_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with running_service(tmp_path / "data"):
        take(tmp_path / "data" / "service", tmp_path)
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as copy:
        copy.execute("PRAGMA user_version = 9999")
    with pytest.raises(CannotRun, match="newer version"):
        check(tmp_path)
