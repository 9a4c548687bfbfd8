"""A worker after filming: the master kept, the sidecar telling, cloud clips finished as well."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.cloud.clips import clip as delivered
from tests.finishing.reels import changed, pictures, probed, quiet
from video_service import media
from video_service.engines.base import Cancelled, EngineError, Footage, Frames, Report, Shot
from video_service.errand import Errand
from video_service.finishing import desk
from video_service.finishing.finish import Finishing
from video_service.schema import Finish
from video_service.stages import Film, film

SHOT = Shot("toy", "奶奶的秘密", 320, 240, 17, 8, 20, 6.0, seed=5)


class Toy:
    """Delivers grey with noise, or what a cloud sent."""

    name = "toy"

    def __init__(self, sent: bytes | None = None) -> None:
        self.sent = sent

    def load(self) -> None:
        """Nothing to load."""

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames | Footage:
        if self.sent is not None:
            return Footage(self.sent)
        noise = np.random.default_rng(0).integers(100, 110, (17, 240, 320, 3), np.uint8)
        return np.asarray(noise)

    def facts(self) -> dict[str, Any]:
        return {"weights": "abc", "step_downs": ["tiles"]}

    def close(self) -> None:
        """Nothing to close."""


def made(folder: Path, finish: Finish, sent: bytes | None = None) -> tuple[Film, Film]:
    """What was filmed, and what the worker brings home."""
    filmed = film(Toy(sent), SHOT, None, folder, quiet)
    return filmed, desk.finished(filmed, Finishing(finish), folder, quiet)


def test_the_film_stays_beside_the_finished_clip_untouched(tmp_path: Path) -> None:
    filmed, brought = made(tmp_path, Finish(caption="生日快乐"))
    assert list(brought.files) == ["sidecar", "master", "thumbnail", "video"]
    assert brought.files["master"] == filmed.files["video"]
    assert brought.step_downs == ("tiles",)
    plain, worded = (pictures(brought.files[name])[8] for name in ("master", "video"))
    assert changed(plain, worded)[1] < 30  # the mark
    assert changed(plain, worded)[3] > 200  # the words


def test_without_anything_to_do_the_film_is_the_clip(tmp_path: Path) -> None:
    filmed, brought = made(tmp_path, Finish(mark=False))
    assert brought is filmed


def test_the_sidecar_tells_what_was_filmed_and_what_was_done_to_it(tmp_path: Path) -> None:
    _, brought = made(tmp_path, Finish(caption="生日快乐", canvas="portrait"))
    told = json.loads(brought.files["sidecar"].read_text("utf-8"))
    assert (told["prompt"], told["width"], told["height"]) == ("奶奶的秘密", 320, 240)
    assert told["finish"] == {
        "caption": "生日快乐", "canvas": "portrait", "mark": True, "music": False, "voice": False,
    }  # fmt: skip
    assert (told["finished"]["width"], told["finished"]["height"]) == (720, 1280)
    assert told["finished"]["frames"] == 17
    assert {"encode", "poster", "finish"} <= told["stage_seconds"].keys()


def test_the_clip_says_itself_that_a_machine_made_it_and_never_what_for(tmp_path: Path) -> None:
    _, brought = made(tmp_path, Finish(caption="生日快乐"))
    with av.open(str(brought.files["video"])) as container:
        notes = json.loads(container.metadata["comment"])
    assert notes["ai_generated"]
    assert (notes["model"], notes["seed"]) == ("toy", 5)
    content = brought.files["video"].read_bytes()
    assert "秘密".encode() not in content
    assert "生日".encode() not in content


def test_a_clip_from_a_cloud_keeps_its_sound_and_its_label(tmp_path: Path) -> None:
    sent = delivered((128, 96), 48, sound=True, label='{"Label":"1"}')
    _, brought = made(tmp_path, Finish(caption="好", canvas="portrait"), sent)
    told = probed(brought.files["video"])
    assert (told["video"]["width"], told["video"]["height"]) == (720, 1280)
    assert told["audio"]["codec_name"] == "aac"
    assert float(told["audio"]["duration"]) == pytest.approx(2.0, abs=1 / 24)
    assert told["format"]["tags"]["AIGC"] == '{"Label":"1"}'
    assert json.loads(told["format"]["tags"]["comment"])["ai_generated"]
    with Image.open(brought.files["thumbnail"]) as cover:
        assert cover.size == (720, 1280)


def test_a_full_disk_while_finishing_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filmed = film(Toy(), SHOT, None, tmp_path, quiet)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(media, "_encode", full)
    with pytest.raises(EngineError) as failed:
        desk.finished(filmed, Finishing(Finish()), tmp_path, quiet)
    assert failed.value.code == "disk_full"
    assert not list(tmp_path.glob("*.part"))


def test_a_cancelled_finish_stops_within_a_picture(tmp_path: Path) -> None:
    filmed, seen = film(Toy(), SHOT, None, tmp_path, quiet), []

    def stop(stage: str, fraction: float) -> None:
        seen.append(fraction)
        if len(seen) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        desk.finished(filmed, Finishing(Finish()), tmp_path, stop)
    assert len(seen) == 4
    assert not list(tmp_path.glob("*.part"))


def test_a_broken_clip_fails_by_name(tmp_path: Path) -> None:
    errand = Errand(
        id="video_1", token=1, attempt=1, shot=SHOT, photo=False, clips=1, lease_s=9, beat_s=9
    )

    def fetch(name: str, to: Path) -> Path:
        to.write_bytes(b"{}")
        return to

    with pytest.raises(EngineError, match="no clip") as failed:
        desk.from_clips(errand, Finishing(Finish()), tmp_path, fetch, quiet)
    assert failed.value.code == "finish_failed"


FINISH = """
import sys
from pathlib import Path
from video_service import worker, bench
from video_service.finishing.finish import Finishing, finish
from video_service.schema import Finish
finish(Path(sys.argv[1]), Finishing(Finish(caption="好")), Path(sys.argv[2]), lambda s, f: None)
heavy = {"torch", "diffusers", "transformers", "fastapi"} & set(sys.modules)
sys.exit(f"loaded {heavy}" if heavy else 0)
"""


def test_a_finish_loads_no_torch(tmp_path: Path) -> None:
    filmed = film(Toy(), SHOT, None, tmp_path, quiet)
    asked = (sys.executable, "-c", FINISH, str(filmed.files["video"]), str(tmp_path))
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
