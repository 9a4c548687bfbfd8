"""kill -9 of the bot at its worst moments: what was promised still comes, and only once."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.qunying import until
from tests.service.running import BRIEF, Running, running_service

WISH = "小爱 生成一个熊猫吃竹子的视频"
PICTURE = "小爱 画一张窗台上的小猫"
WITHIN_S = 40.0
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def service(studio: Path) -> Iterator[Running]:
    with running_service(studio, module=BRIEF) as running:
        yield running


@contextmanager
def bot(folder: Path, url: str, point: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A bot process; killed with SIGKILL when this is left."""
    command = [sys.executable, "-m", "tests.e2e.village", str(folder), url, point]
    with (folder / "stderr").open("ab") as said, subprocess.Popen(command, stderr=said) as process:
        try:
            yield process
        finally:
            process.kill()


def sent(folder: Path, kind: str) -> list[dict[str, Any]]:
    file = folder / "sent"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [line for line in map(json.loads, lines) if line["kind"] == kind]


def nothing_owed(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "bot.db")) as file:
        (left,) = file.execute(
            "SELECT (SELECT count(*) FROM outbox WHERE state = 'pending')"
            " + (SELECT count(*) FROM turns WHERE state = 'open')"
        ).fetchone()
    return bool(left == 0)


def jobs(url: str) -> set[str]:
    with httpx.Client(base_url=url, trust_env=False) as http:
        return {job["id"] for job in http.get("/v1/videos", params={"limit": 100}).json()["data"]}


def pictures(studio: Path) -> set[Path]:
    """All that were ever drawn in the service's folder."""
    return {*studio.rglob("image_*.png")}


def kill_at(point: str, folder: Path, url: str, wish: str = WISH) -> None:
    """One message, and the bot killed at `point` of answering it."""
    (folder / "inbox").mkdir()
    name = f"picture-{point}" if wish == PICTURE else f"message-{point}"
    (folder / "inbox" / name).write_text(wish, "utf-8")
    with bot(folder, url, point):
        assert until((folder / "stopped").exists, WITHIN_S), (folder / "stderr").read_text()


@pytest.mark.parametrize("point", ["heard", "posted", "owed", "waiting"])
def test_killed_outside_the_send_there_is_exactly_one_clip(
    tmp_path: Path, service: Running, point: str
) -> None:
    before = jobs(service.url)
    kill_at(point, tmp_path, service.url)
    assert sent(tmp_path, "video") == []
    with bot(tmp_path, service.url):
        assert until(lambda: bool(sent(tmp_path, "video")), WITHIN_S)
        assert until(lambda: nothing_owed(tmp_path), WITHIN_S)
    (tmp_path / "listening").unlink()
    with bot(tmp_path, service.url):  # and once more: what is done stays done
        assert until((tmp_path / "listening").exists, WITHIN_S)
        assert not until(lambda: len(sent(tmp_path, "video")) > 1, 0.3)
    (clip,) = sent(tmp_path, "video")
    assert clip["to"] == f"message-{point}"
    assert clip["size"] > 1000
    assert sent(tmp_path, "text"), "the promise itself was lost"
    assert len(jobs(service.url) - before) == 1, "filmed twice"


def test_killed_inside_the_send_there_is_at_least_one_clip_under_one_key(
    tmp_path: Path, service: Running
) -> None:
    before = jobs(service.url)
    kill_at("sending", tmp_path, service.url)
    with bot(tmp_path, service.url):
        assert until(lambda: nothing_owed(tmp_path), WITHIN_S)
    clips = sent(tmp_path, "video")
    assert len(clips) >= 1
    assert len({clip["key"] for clip in clips}) == 1
    assert len(jobs(service.url) - before) == 1


@pytest.mark.parametrize("point", ["posted_image", "owed", "waiting_image", "fetched_image"])
def test_a_promised_picture_outlives_the_bot_and_comes_once(
    tmp_path: Path, studio: Path, service: Running, point: str
) -> None:
    before = pictures(studio)
    kill_at(point, tmp_path, service.url, PICTURE)
    assert sent(tmp_path, "image") == []
    with bot(tmp_path, service.url):
        assert until(lambda: bool(sent(tmp_path, "image")), WITHIN_S)
        assert until(lambda: nothing_owed(tmp_path), WITHIN_S)
    (tmp_path / "listening").unlink()
    with bot(tmp_path, service.url):
        assert until((tmp_path / "listening").exists, WITHIN_S)
        assert not until(lambda: len(sent(tmp_path, "image")) > 1, 0.3)
    (picture,) = sent(tmp_path, "image")
    assert picture["to"] == f"picture-{point}"
    assert picture["size"] > 1000
    assert sent(tmp_path, "video") == []
    assert len(sent(tmp_path, "text")) == 1, "one acknowledgement, said once"
    assert len(pictures(studio) - before) == 1, "drawn twice"


def test_killed_inside_the_send_a_picture_keeps_its_key(
    tmp_path: Path, studio: Path, service: Running
) -> None:
    before = pictures(studio)
    kill_at("sending", tmp_path, service.url, PICTURE)
    with bot(tmp_path, service.url):
        assert until(lambda: nothing_owed(tmp_path), WITHIN_S)
    shown = sent(tmp_path, "image")
    assert len(shown) >= 1
    assert len({it["key"] for it in shown}) == 1
    assert len(pictures(studio) - before) == 1
