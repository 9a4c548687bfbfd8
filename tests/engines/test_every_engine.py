"""Every local engine makes its film or picture through a really running service, on tiny weights.

One service, one worker and one folder of models: the engines follow each other in one process, as
they do in a family's house.
"""

import io
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.engines.tinies import NAMES, Tinies
from tests.service.running import Caller, Running, running_service
from video_service.engines.specs import LOCAL

FILMS = [(spec.name, mode) for spec in LOCAL if spec.makes == "video" for mode in spec.modes]
PICTURES = [spec.name for spec in LOCAL if spec.makes == "image"]


@dataclass(frozen=True)
class Film:
    """What came back: decoded frames, how many a second, the sidecar and the poster.

    Whether two films are the same is told by their posters: x264 itself makes another stream of
    the same frames now and then where these are so small (its macroblock tree below 128 pixels).
    """

    frames: Any
    fps: float
    told: dict[str, Any]
    poster: bytes


@pytest.fixture(scope="module")
def service(tinies: Tinies, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    models = tmp_path_factory.mktemp("published")
    for kind, name in NAMES.items():
        (models / name).symlink_to(tinies(kind))
    settings = {
        "QUNYING_VIDEO_SERVICE__MODEL": "auto",
        "QUNYING_VIDEO_SERVICE__MODELS_DIR": str(models),
        "QUNYING_VIDEO_SERVICE__DEVICE": "cpu",
        "OMP_NUM_THREADS": "1",  # so small a model only waits for its threads
    }
    with running_service(tmp_path_factory.mktemp("service"), **settings) as running:
        yield running


@pytest.fixture(scope="module")
def cards(service: Running) -> dict[str, dict[str, Any]]:
    return {card["id"]: card for card in service.http.get("/v1/models").json()["data"]}


def photo() -> str:
    """A picture as a phone sends it: wide, and of something."""
    levels = np.random.default_rng(0).integers(0, 256, (90, 160, 3), np.uint8)
    jpeg = io.BytesIO()
    Image.fromarray(levels).save(jpeg, "JPEG")
    return f"data:image/jpeg;base64,{b64encode(jpeg.getvalue()).decode()}"


def film(service: Running, card: dict[str, Any], mode: str, **more: Any) -> Film:
    """Order the shortest film of this engine and wait until it is there."""
    caller = Caller(service)
    wish = {
        "model": card["id"],
        "seconds": None,
        "num_frames": card["frame_counts"][0],
        "num_inference_steps": card["steps"][0],
        "seed": 7,
        **({"input_reference": {"image_url": photo()}} if mode == "photo" else {}),
    }
    words = "熊猫弹吉他" if "zh" in card["languages"] else "a panda plays guitar"
    job = caller.order(words, **(wish | more))
    done = caller.get(job, wait=60)
    assert done["status"] == "completed", done
    assert done["step_downs"] == []
    with av.open(io.BytesIO(caller.film(job)), "r") as container:
        rate = container.streams.video[0].average_rate
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert rate is not None
    sidecar, poster = (caller.film(job, variant) for variant in ("sidecar", "thumbnail"))
    return Film(np.stack(frames), float(rate), json.loads(sidecar), poster)


def test_every_folder_is_ready_and_no_other_engine(cards: dict[str, dict[str, Any]]) -> None:
    assert {spec.name for spec in LOCAL} == {
        name for name, card in cards.items() if card["ready"] and not card["draft"]
    }


@pytest.mark.parametrize(("name", "mode"), FILMS)
def test_every_engine_films(
    name: str, mode: str, service: Running, cards: dict[str, dict[str, Any]]
) -> None:
    card = cards[name]
    made = film(service, card, mode)
    width, height = map(int, card["sizes"][0].split("x"))
    assert made.frames.shape == (card["frame_counts"][0], height, width, 3)
    assert made.frames.std() > 1
    assert made.fps == card["fps"]
    assert (made.told["model"], made.told["seed"]) == (name, 7)
    assert set(made.told["stage_seconds"]) >= {"embed", "denoise", "decode", "encode"}
    assert film(service, card, mode).poster == made.poster
    assert film(service, card, mode, seed=8).poster != made.poster


@pytest.mark.parametrize("name", PICTURES)
def test_every_engine_that_draws_draws(
    name: str, service: Running, cards: dict[str, dict[str, Any]]
) -> None:
    card = cards[name]
    wish = {
        "model": name,
        "prompt": "熊猫弹吉他" if "zh" in card["languages"] else "a panda plays guitar",
        "num_inference_steps": card["steps"][0],
        "seed": 7,
    }
    drawn = [draw(service, wish) for _ in range(2)]
    width, height = map(int, card["sizes"][0].split("x"))
    assert drawn[0].shape == (height, width, 3)
    assert drawn[0].std() > 1
    assert np.array_equal(drawn[0], drawn[1])


def draw(service: Running, wish: dict[str, Any]) -> Any:
    answer = service.http.post("/v1/images/generations", json=wish, params={"wait": 60})
    assert answer.status_code == 200, answer.text
    (picture,) = answer.json()["data"]
    with Image.open(io.BytesIO(b64decode(picture["b64_json"]))) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize(
    ("mode", "words", "name"),
    [
        ("text", "a panda", "cogvideox-5b"),
        ("photo", "a panda", "cogvideox-5b-i2v"),
    ],
)
def test_auto_takes_what_fits_the_machine(
    mode: str, words: str, name: str, service: Running
) -> None:
    more = {"input_reference": {"image_url": photo()}} if mode == "photo" else {}
    wish = {"prompt": words, "num_frames": 9, "num_inference_steps": 20, **more}
    job = service.http.post("/v1/videos", json=wish).json()
    assert job["model"] == name
    assert Caller(service).get(job["id"], wait=60)["status"] == "completed"
