"""A clip from elsewhere becomes one of ours: checked, stamped, small enough, honestly described."""

import errno
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from tests.cloud.clips import clip, picture
from tests.cloud.conftest import SPECS, quiet, shot_for
from video_service import footage
from video_service.engines.base import EngineError, Footage, Report, Shot
from video_service.footage import look, write_footage
from video_service.media import MAX_BYTES
from video_service.stages import film

FILM = shot_for(SPECS["zhipu-cogvideox-flash"])
PICTURE = shot_for(SPECS["siliconflow-kolors"])


class Cloud:
    """Delivers what it was given."""

    name = "cloud"

    def __init__(self, content: bytes) -> None:
        self._content = content

    def load(self) -> None:
        """Nothing to load."""

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Footage:
        return Footage(self._content)

    def facts(self) -> dict[str, Any]:
        return {"provider_task": "8431", "provider_model": "cogvideox-flash", "step_downs": []}

    def close(self) -> None:
        """Nothing to close."""


def packets(content: bytes, kind: str) -> list[bytes]:
    """The compressed film (or sound), packet by packet."""
    opened: Any = av.open(BytesIO(content))
    with opened as container:
        stream = getattr(container.streams, kind)[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def test_a_clip_is_stamped_and_else_left_as_it_came(tmp_path: Path) -> None:
    came = clip(sound=True)
    made = film(Cloud(came), FILM, None, tmp_path, quiet)
    content = made.files["video"].read_bytes()
    for kind in ("video", "audio"):
        assert packets(content, kind) == packets(came, kind)
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    with av.open(str(made.files["video"])) as container:
        notes = json.loads(container.metadata["comment"])
    assert (notes["ai_generated"], notes["model"]) == (True, "zhipu-cogvideox-flash")
    assert b"the family's words" not in content
    with Image.open(made.files["thumbnail"]) as poster:
        assert (poster.format, poster.size) == ("JPEG", (128, 96))
    assert set(made.files.values()) == set(tmp_path.iterdir())


def test_the_sidecar_tells_what_was_delivered_and_not_what_was_asked(tmp_path: Path) -> None:
    made = film(Cloud(clip(frames=36, fps=12)), FILM, None, tmp_path, quiet)
    told = json.loads(made.files["sidecar"].read_text("utf-8"))
    assert (FILM.width, FILM.height, FILM.frames, FILM.fps) == (1280, 960, 151, 30)
    real = {name: told[name] for name in ("width", "height", "frames", "fps", "duration_s")}
    assert real == {"width": 128, "height": 96, "frames": 36, "fps": 12.0, "duration_s": 3.0}
    assert told["audio"] is False
    assert (told["provider_task"], told["provider_model"]) == ("8431", "cogvideox-flash")
    assert told["prompt"] == "熊猫吃竹子"


def test_the_label_that_the_maker_put_in_stays(tmp_path: Path) -> None:
    label = '{"Label":"1","ContentProducer":"x"}'
    made = film(Cloud(clip(label=label)), FILM, None, tmp_path, quiet)
    with av.open(str(made.files["video"])) as container:
        assert container.metadata["AIGC"] == label
        assert json.loads(container.metadata["comment"])["ai_generated"]


def brought_down(content: bytes, to: Path, limit: int) -> footage.Seen:
    write_footage(content, look(content, "cloud"), to, {"ai_generated": True}, limit)
    assert to.stat().st_size <= limit
    return look(to.read_bytes(), "ours")


def test_a_clip_that_is_too_large_is_encoded_again_until_it_fits(tmp_path: Path) -> None:
    came = clip((320, 240), noise=True, sound=True)
    limit = len(came) // 4
    seen = brought_down(came, tmp_path / "video.mp4", limit)
    assert (seen.frames, seen.fps, seen.seconds) == (24, 24.0, 1.0)
    assert (seen.plays, seen.audio) == (True, True)
    assert seen.width / seen.height == pytest.approx(4 / 3, rel=0.02)
    assert limit < MAX_BYTES


def test_a_clip_that_hardly_fits_becomes_smaller_in_pixels_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage, "SHRINK", ((0.33, 0.9),))
    came = clip((320, 240), noise=True)
    seen = brought_down(came, tmp_path / "video.mp4", len(came) // 2)
    assert (seen.width, seen.height) == (104, 78)


def test_a_format_that_phones_do_not_play_is_encoded_again(tmp_path: Path) -> None:
    seen = brought_down(clip(codec="libx265"), tmp_path / "video.mp4", MAX_BYTES)
    assert (seen.plays, seen.width, seen.frames) == (True, 128, 24)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html>busy</html>", "cloud_unavailable"),
        (b"", "cloud_unavailable"),
        (clip()[: len(clip()) // 2], "cloud_unavailable"),
        (picture("PNG"), "cloud_unavailable"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret\n", "cloud_unavailable"),
        (clip(flat=True), "flat_video"),
        (clip(fps=1, frames=70), "cloud_unavailable"),
    ],
    ids=["a page", "nothing", "half", "a picture", "a list of links", "flat", "too long"],
)
def test_what_is_no_film_is_a_failure_with_a_name(
    tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(EngineError) as failed:
        film(Cloud(content), FILM, None, tmp_path, quiet)
    assert failed.value.code == code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_in_any_usual_format_becomes_a_stamped_png(tmp_path: Path, kind: str) -> None:
    made = film(Cloud(picture(kind)), PICTURE, None, tmp_path, quiet)
    with Image.open(made.files["image"]) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (64, 48))
        assert json.loads(drawn.info["Comment"])["ai_generated"]
    told = json.loads(made.files["sidecar"].read_text("utf-8"))
    assert (told["width"], told["height"]) == (64, 48)


@pytest.mark.parametrize("content", [b"<html>", b"", picture("PNG")[:100], clip()])
def test_what_is_no_picture_is_a_failure_with_a_name(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EngineError) as failed:
        film(Cloud(content), PICTURE, None, tmp_path, quiet)
    assert failed.value.code == "cloud_unavailable"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        (tmp_path / "video.mp4.part").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(footage, "_rewrite", full)
    with pytest.raises(EngineError) as failed:
        film(Cloud(clip()), FILM, None, tmp_path, quiet)
    assert failed.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_clip_that_nothing_brings_down_is_told(tmp_path: Path) -> None:
    came = clip((320, 240), noise=True)
    with pytest.raises(EngineError, match="nothing brings") as failed:
        write_footage(came, look(came, "cloud"), tmp_path / "video.mp4", {}, limit=1000)
    assert failed.value.code == "encode_failed"
    assert list(tmp_path.iterdir()) == []
