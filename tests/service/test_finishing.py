"""Clips changed after they were filmed, through the running service and its own workers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.finishing.reels import changed, pictures, probed, sound_file, tone
from tests.service.running import Caller, Running, running_service
from video_service.media import Picture

LONG = {"loop": "boomerang"}  # a second or two of work


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(tmp_path_factory.mktemp("finishing")) as running:
        yield running


@pytest.fixture(scope="module")
def clips(service: Running) -> list[str]:
    """A lying and a standing clip."""
    caller = Caller(service)
    jobs = [caller.order("熊猫", seed=7), caller.order("小猫", seed=8, size="480x720")]
    assert [caller.get(job, wait=60)["status"] for job in jobs] == ["completed"] * 2
    return jobs


def change(service: Running, path: str, **body: Any) -> dict[str, Any]:
    """Ask for a change and wait for it."""
    answer = service.http.post(f"/v1/videos/{path}", **body)
    assert answer.status_code == 200, answer.text
    done = Caller(service).get(answer.json()["id"], wait=60)
    assert (done["status"], done["error"]) == ("completed", None)
    return done


def fetched(service: Running, job_id: str, folder: Path) -> Path:
    file = folder / f"{job_id}.mp4"
    file.write_bytes(Caller(service).film(job_id))
    return file


def late(file: Path) -> Picture:
    """A picture near the end, where a draft's own words stand still."""
    picture: Picture = pictures(file)[30]
    return picture


def test_a_caption_is_put_on_replaced_and_taken_away_without_filming(
    service: Running, clips: list[str], tmp_path: Path
) -> None:
    first = clips[0]
    plain = late(fetched(service, first, tmp_path))
    worded = change(service, f"{first}/finish", json={"caption": "生日快乐"})
    other = change(service, f"{worded['id']}/finish", json={"caption": "祝奶奶生日快乐，天天开心"})
    bare = change(service, f"{other['id']}/finish", json={})
    boxes = [
        changed(plain, late(fetched(service, job["id"], tmp_path)), over=50)
        for job in (worded, other)
    ]
    assert boxes[1][0] < boxes[0][0]  # longer words, and nothing left of the first
    assert all(box[1] > 240 for box in boxes)
    again = late(fetched(service, bare["id"], tmp_path))
    assert np.abs(again.astype(int) - plain).mean() < 1
    assert [job["seed"] for job in (worded, other, bare)] == [7] * 3
    assert bare["remixed_from_video_id"] == other["id"]


def test_a_joined_clip_is_as_long_as_its_parts_and_has_the_music_that_came(
    service: Running, clips: list[str], tmp_path: Path
) -> None:
    music = sound_file(tone(1.5), "mp3", "libmp3lame")
    body = {"videos": json.dumps(clips), "finish": json.dumps({"caption": "一起看"})}
    joined = change(service, "join", data=body, files={"music": ("歌.mp3", music)})
    parts = [float(probed(fetched(service, job, tmp_path))["format"]["duration"]) for job in clips]
    told = probed(file := fetched(service, joined["id"], tmp_path))
    assert float(told["format"]["duration"]) == pytest.approx(sum(parts), abs=2 / 16)
    assert float(told["audio"]["duration"]) == pytest.approx(sum(parts), abs=2 / 16)
    assert (told["audio"]["codec_name"], told["audio"]["profile"]) == ("aac", "LC")
    assert (told["video"]["width"], told["video"]["height"]) == (720, 480)
    assert file.read_bytes().find(b"moov") < file.read_bytes().find(b"mdat")
    sidecar = json.loads(Caller(service).film(joined["id"], "sidecar"))
    assert (sidecar["joined"], sidecar["finish"]["music"]) == (clips, True)
    assert sidecar["finished"]["duration_s"] == pytest.approx(sum(parts), abs=2 / 16)


def test_the_cover_of_a_tall_clip_is_tall_and_marked(
    service: Running, clips: list[str], tmp_path: Path
) -> None:
    done = change(service, f"{clips[0]}/finish", json={"canvas": "portrait", "caption": "好"})
    cover = tmp_path / "cover.jpg"
    cover.write_bytes(Caller(service).film(done["id"], "thumbnail"))
    assert pictures(cover)[0].shape == (1280, 720, 3)
    assert probed(fetched(service, done["id"], tmp_path))["video"]["height"] == 1280


def test_every_film_is_marked_and_what_was_filmed_is_not(
    service: Running, clips: list[str], tmp_path: Path
) -> None:
    unmarked = change(service, f"{clips[0]}/finish", json={"mark": False})
    marked, bare = (fetched(service, job, tmp_path) for job in (clips[0], unmarked["id"]))
    left, top, right, bottom = changed(late(bare), late(marked), over=12)
    assert (left, top) >= (8, 8)
    assert right <= 200
    assert bottom <= 70


def test_a_finisher_killed_at_work_is_replaced_and_does_it_again(
    service: Running, clips: list[str]
) -> None:
    caller = Caller(service)
    job = service.http.post(f"/v1/videos/{clips[0]}/finish", json=LONG).json()["id"]
    caller.until_filming(job)
    for process in psutil.Process(service.process.pid).children():
        if "finish" in process.cmdline():
            process.kill()
    assert caller.get(job, wait=60)["status"] == "completed"
    assert [kind for kind in caller.events(job) if kind != "progress"] == [
        "queued", "started", "requeued", "started", "completed",
    ]  # fmt: skip
    assert caller.film(job)[4:8] == b"ftyp"


def test_kill_9_of_the_service_while_finishing_loses_nothing(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        caller = Caller(service)
        first = caller.order("熊猫")
        assert caller.get(first, wait=60)["status"] == "completed"
        job = service.http.post(f"/v1/videos/{first}/finish", json=LONG).json()["id"]
        caller.until_filming(job)
        caller.delete(first)
        service.process.kill()
        service.process.wait()
    with running_service(tmp_path) as again:
        caller = Caller(again)
        assert caller.get(job, wait=60)["status"] == "completed"
        assert caller.events(job).count("completed") == 1


def test_a_service_that_finishes_nothing_keeps_no_process_for_it(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        caller = Caller(service)
        assert caller.get(caller.order("熊猫"), wait=60)["status"] == "completed"
        workers = psutil.Process(service.process.pid).children()
        assert [process.cmdline()[-5] for process in workers] == ["card"]
