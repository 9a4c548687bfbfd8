"""The way from a shot to its files: progress, checks, sidecar."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.conftest import quiet
from video_service.engines.base import Cancelled, EngineError, Frames, Report, Shot
from video_service.stages import SHARES, film, percent

SHOT = Shot("toy", "奶奶的秘密", 64, 48, 20, 8, 20, 6.0, seed=5)


class Toy:
    """Films whatever it is given."""

    name = "toy"

    def __init__(self, frames: Frames | None = None) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (20, 48, 64, 3), np.uint8)
        self.frames = noise if frames is None else frames

    def load(self) -> None:
        """Nothing to load."""

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        for step in range(4):
            report("denoise", (step + 1) / 4)
        return self.frames

    def facts(self) -> dict[str, Any]:
        return {"weights": "abc", "profile": "toy", "step_downs": [], "versions": {}}

    def close(self) -> None:
        """Nothing to close."""


def test_a_film_is_a_clip_a_poster_and_a_sidecar_that_explains_them(tmp_path: Path) -> None:
    made = film(Toy(), SHOT, None, tmp_path, quiet)
    assert set(made.files.values()) == set(tmp_path.iterdir())
    told = json.loads(made.files["sidecar"].read_text("utf-8"))
    assert told["prompt"] == "奶奶的秘密"
    assert (told["model"], told["seed"], told["steps"], told["guidance"]) == ("toy", 5, 20, 6.0)
    assert (told["width"], told["height"], told["frames"], told["fps"]) == (64, 48, 20, 8)
    assert (told["ai_generated"], told["draft"], told["weights"]) == (True, False, "abc")
    assert set(told["stage_seconds"]) == {"denoise", "encode", "poster"}


def test_the_clip_itself_never_carries_the_familys_words(tmp_path: Path) -> None:
    content = film(Toy(), SHOT, None, tmp_path, quiet).files["video"].read_bytes()
    assert b'"ai_generated": true' in content
    assert "秘密".encode() not in content
    assert json.dumps("秘密").strip('"').encode() not in content


def test_the_poster_shows_a_late_frame(tmp_path: Path) -> None:
    frames = np.zeros((20, 48, 64, 3), np.uint8)
    frames[12:15] = 200
    made = film(Toy(frames), SHOT, None, tmp_path, quiet)
    with Image.open(made.files["thumbnail"]) as poster:
        assert (poster.format, poster.size) == ("JPEG", (64, 48))
        assert poster.getpixel((5, 5)) == (200,) * 3


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (np.full((20, 48, 64, 3), 90, np.uint8), "flat_video"),
        (np.zeros((17, 48, 64, 3), np.uint8), "wrong_shape"),
        (np.zeros((20, 64, 48, 3), np.uint8), "wrong_shape"),
    ],
)
def test_a_useless_video_is_no_success(tmp_path: Path, frames: Frames, code: str) -> None:
    with pytest.raises(EngineError) as failed:
        film(Toy(frames), SHOT, None, tmp_path, quiet)
    assert failed.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_film_leaves_no_file(tmp_path: Path) -> None:
    def stop(stage: str, fraction: float) -> None:
        if stage == "encode":
            raise Cancelled

    with pytest.raises(Cancelled):
        film(Toy(), SHOT, None, tmp_path, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_sidecar_that_cannot_be_written_is_a_named_failure(tmp_path: Path) -> None:
    (tmp_path / "sidecar.json").mkdir()
    with pytest.raises(EngineError, match=r"sidecar\.json"):
        film(Toy(), SHOT, None, tmp_path, quiet)


def test_progress_only_ever_rises(tmp_path: Path) -> None:
    seen: list[int] = []
    film(Toy(), replace(SHOT), None, tmp_path, lambda s, f: seen.append(percent(s, f)))
    assert seen == sorted(seen)
    assert seen[-1] == 99


@pytest.mark.parametrize("stage", SHARES)
def test_every_stage_stays_within_its_share(stage: str) -> None:
    start, end = SHARES[stage]
    assert [percent(stage, f) for f in (-1.0, 0.0, 1.0, 2.0)] == [start, start, end, end]
    assert 0 <= start < end < 100


def test_a_stage_nobody_knows_is_no_progress() -> None:
    assert percent("dreaming", 0.7) == 0
