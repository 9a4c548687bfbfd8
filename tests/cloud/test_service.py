"""The whole service with a key in its environment: its own worker waits for the clouds."""

import json
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import psutil
from PIL import Image

from tests.cloud.clips import picture
from tests.cloud.test_providers import siliconflow, zhipu
from tests.cloud.world import KEY, Answer, Heard, World, said, told
from tests.service.running import Caller, Running, running_service

MODEL = {"QUNYING_VIDEO_SERVICE__MODEL": "auto"}


@contextmanager
def serving(world: World, data_dir: Path, **env: str) -> Iterator[Running]:
    """A service whose Zhipu and SiliconFlow live in `world`."""
    urls = json.dumps({"zhipu": world.url, "siliconflow": world.url})
    there = {**MODEL, "QUNYING_VIDEO_SERVICE__CLOUD_URLS": urls, "ZHIPUAI_API_KEY": KEY, **env}
    with running_service(data_dir, **there) as service:
        yield service


def cloud_worker(service: Running) -> psutil.Process:
    """The process that waits for clouds."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        for child in psutil.Process(service.process.pid).children():
            if "cloud" in child.cmdline():
                return child
        time.sleep(0.05)
    raise AssertionError("no cloud worker was started")


def test_auto_films_and_draws_in_the_cloud_and_the_key_is_seen_nowhere(
    world: World, tmp_path: Path
) -> None:
    zhipu(world)
    world.on("POST /images/generations", told("zhipu/images_generations"))
    world.on("GET /files/cogview/", Answer(picture()))
    with serving(world, tmp_path) as service:
        caller = Caller(service)
        cards = {card["id"]: card for card in service.http.get("/v1/models").json()["data"]}
        assert cards["zhipu-cogvideox-flash"]["ready"]
        assert "SILICONFLOW_API_KEY" in cards["siliconflow-wan"]["reason"]
        assert "images_url" in cards["openai-images"]["reason"]

        order = service.http.post("/v1/videos", json={"prompt": "熊猫吃竹子"}).json()
        assert order["model"] == "zhipu-cogvideox-flash"
        done = caller.get(order["id"], wait=60)
        assert done["status"] == "completed", done
        with av.open(BytesIO(caller.film(order["id"]))) as film:
            assert json.loads(film.metadata["comment"])["ai_generated"]
        sidecar = json.loads(caller.film(order["id"], "sidecar"))
        assert (sidecar["width"], sidecar["height"]) == (128, 96)
        assert sidecar["provider_task"] == "8431793751283621085"

        drawn = service.http.post("/v1/images/generations", json={"prompt": "一枝梅花"}).json()
        with Image.open(BytesIO(b64decode(drawn["data"][0]["b64_json"]))) as seen:
            assert (seen.format, seen.size) == ("PNG", (64, 48))

        world.on("POST /videos/generations", told("zhipu/error_1113_arrears", 429))
        remix = service.http.post(f"/v1/videos/{order['id']}/remix", json={"prompt": "到了晚上"})
        assert remix.status_code == 200, remix.text  # it has no seed to keep
        failed = caller.get(remix.json()["id"], wait=60)
        assert failed["error"]["code"] == "cloud_arrears"
        everything = [json.dumps([done, failed, sidecar, cards])]
    everything += [file.read_text("utf-8") for file in (tmp_path / "logs").iterdir()]
    everything.append((tmp_path / "service.stderr").read_text("utf-8"))
    assert KEY not in "".join(everything)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes()


class Crowd(World):
    """Films only when three are ordered, and counts how many are under way."""

    def answer(self, heard: Heard) -> Answer:
        if heard.path.startswith("/video/submit"):
            super().answer(heard)
            return said({"requestId": f"r{len(self.asked('POST /video/submit'))}"})
        if heard.path.startswith("/video/status") and len(self.asked("POST /video/submit")) < 3:
            return told("siliconflow/video_status_inprogress")
        return super().answer(heard)


def test_three_are_filmed_at_a_time_beside_the_card(tmp_path: Path) -> None:
    world = Crowd()
    siliconflow(world)
    try:
        with serving(world, tmp_path, SILICONFLOW_API_KEY=KEY) as service:
            caller = Caller(service)
            clouds = [
                caller.order("熊猫", seconds="5", model="siliconflow-wan", user=f"u{number}")
                for number in range(3)
            ]
            draft = caller.order("熊猫", model="draft")
            assert caller.get(draft, wait=60)["status"] == "completed"
            for job in clouds:
                assert caller.get(job, wait=60)["status"] == "completed"
    finally:
        world.close()


def test_a_killed_cloud_worker_is_replaced_and_fetches_what_was_ordered(
    world: World, tmp_path: Path
) -> None:
    zhipu(world)
    line = "GET /async-result/8431793751283621085"
    done = world.script[line]
    world.on(line, told("zhipu/async_result_processing"))
    with serving(world, tmp_path) as service:
        caller = Caller(service)
        job = caller.order("熊猫", seconds="5")
        world.until_asked(line)
        cloud_worker(service).kill()
        world.on(line, done)
        assert caller.get(job, wait=60)["status"] == "completed"
        kinds = [kind for kind in caller.events(job) if kind != "progress"]
    assert kinds == ["queued", "started", "requeued", "started", "completed"]
    assert len(world.asked("POST /videos/generations")) == 1


def test_a_cancelled_film_frees_its_worker_while_the_provider_hangs(
    world: World, tmp_path: Path
) -> None:
    zhipu(world)
    order = world.script["POST /videos/generations"]
    world.on("POST /videos/generations", [Answer(hang=True), *order])
    one = {"QUNYING_VIDEO_SERVICE__CLOUD_PARALLEL": "1"}
    with serving(world, tmp_path, **one) as service:
        caller = Caller(service)
        hangs, next_one = caller.order("熊猫", seconds="5"), caller.order("小猫", seconds="5")
        world.until_asked("POST /videos/generations")
        caller.delete(hangs)
        assert caller.get(next_one, wait=60)["status"] == "completed"


def test_without_a_key_no_process_waits_for_clouds(tmp_path: Path) -> None:
    with running_service(tmp_path, **MODEL) as service:
        assert Caller(service).order("熊猫")
        children = psutil.Process(service.process.pid).children()
        assert not [child for child in children if "cloud" in child.cmdline()]


def test_it_is_not_ready_before_somebody_waits_for_the_clouds(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path) as service:
        worker = cloud_worker(service)
        ends = time.monotonic() + 40
        while (answer := service.http.get("/readyz")).status_code != 200:
            assert "has said hello" in answer.text
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert worker.is_running()


def test_who_waits_for_clouds_never_meets_torch() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from video_service import bench, offers_cloud\n"
        "from video_service.catalogue import Catalogue\n"
        "from video_service.probe import Probe\n"
        "from video_service.schema.settings import ServiceSettings as S\n"
        "Catalogue(S(), Probe(), Path('/nowhere')).build('zhipu-cogvideox-flash')\n"
        "print(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))"
    )
    env: dict[str, Any] = {"ZHIPUAI_API_KEY": KEY, "PATH": "/usr/bin"}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=env
    )
    assert told.stdout.strip() == "[]", told.stderr
