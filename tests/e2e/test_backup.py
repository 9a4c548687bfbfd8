"""A backup taken while everything runs, brought to a clean machine: what was promised arrives."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.e2e.qunying import Shell, until
from tests.e2e.test_kill_bot import WISH, bot, nothing_owed, sent
from tests.service.running import BRIEF, running_service

WITHIN_S = 200.0
pytestmark = pytest.mark.timeout(400)


def states(url: str) -> list[str]:
    """Of all jobs, oldest first."""
    with httpx.Client(base_url=url, trust_env=False) as http:
        jobs = http.get("/v1/videos", params={"order": "asc"}).json()["data"]
    return [job["status"] for job in jobs]


def says(home: Path, name: str) -> None:
    (home / "inbox").mkdir(parents=True, exist_ok=True)
    (home / "inbox" / name).write_text(WISH, "utf-8")


def tickets(home: Path) -> int:
    """How many films are owed."""
    with closing(sqlite3.connect(home / "bot.db")) as file:
        (count,) = file.execute(
            "SELECT count(*) FROM outbox WHERE kind = 'ticket' AND state = 'pending'"
        ).fetchone()
    return int(count)


def owe_a_clip_and_queue_a_job(data: Path, shell: Shell, archive: Path) -> None:
    """One film is made and not sent, one waits for its turn; both programs run at the backup."""
    home = data / "bot"
    says(home, "message-1")
    with running_service(data, module=BRIEF) as running, bot(home, running.url, "waiting"):
        assert until((home / "stopped").exists, WITHIN_S), (home / "stderr").read_text()
        assert until(lambda: states(running.url) == ["completed"], WITHIN_S)
    says(home, "message-2")
    with running_service(data, "--workers", "0") as running, bot(home, running.url, "waiting"):
        assert until(lambda: states(running.url) == ["completed", "queued"], WITHIN_S)
        assert until(lambda: tickets(home) == 2, WITHIN_S)
        done = shell.run("backup", str(archive))
        assert done.returncode == 0, done.stderr
        assert "备份好了" in done.stdout
    assert sent(home, "video") == []


def test_a_backup_taken_while_it_runs_goes_on_where_it_was_on_another_machine(
    tmp_path: Path,
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here, there = Shell(tmp_path / "here"), Shell(tmp_path / "there")
    archive = tmp_path / "family.tar.gz"
    owe_a_clip_and_queue_a_job(here.folder / "data", here, archive)
    assert archive.stat().st_mode & 0o777 == 0o600

    done = there.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    data, home = there.folder / "data", there.folder / "data" / "bot"
    with running_service(data, module=BRIEF) as running:
        with bot(home, running.url):
            assert until(lambda: nothing_owed(home), WITHIN_S), (home / "stderr").read_text()
        (home / "listening").unlink()
        with bot(home, running.url):  # and once more: what is done stays done
            assert until((home / "listening").exists, WITHIN_S)
            assert not until(lambda: len(sent(home, "video")) > 2, 0.3)
        assert states(running.url) == ["completed", "completed"], "nothing was filmed twice"
    clips = sent(home, "video")
    assert sorted(clip["to"] for clip in clips) == ["message-1", "message-2"]
    assert all(clip["size"] > 1000 for clip in clips), json.dumps(clips)
