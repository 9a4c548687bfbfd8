"""The mp4 plays everywhere: codec, pixels, length, index in front, size, provenance."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from video_service import media
from video_service.engines.base import EngineError, Frames
from video_service.media import write_mp4


def clip(frames: int = 20, height: int = 96, width: int = 128) -> Frames:
    """A soft wave that moves, as RGB frames."""
    t, y, x = np.mgrid[0:frames, 0:height, 0:width].astype(np.float32)
    wave = np.stack([np.sin((x + 4 * t) / 9), np.cos((y - 3 * t) / 7), np.sin((x + y) / 11)], -1)
    return (127 + 110 * wave).astype(np.uint8)


def noise(frames: int = 12, side: int = 256) -> Frames:
    return np.random.default_rng(0).integers(0, 256, (frames, side, side, 3), np.uint8)


def read(file: Path) -> Frames:
    with av.open(str(file)) as container:
        return np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])


def test_the_mp4_is_what_phones_and_chats_play(tmp_path: Path) -> None:
    file = tmp_path / "video.mp4"
    write_mp4(clip(), 8, file, {"model": "draft", "ai_generated": True})
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        assert (codec.name, codec.profile, codec.pix_fmt) == ("h264", "High", "yuv420p")
        assert (stream.width, stream.height, stream.frames) == (128, 96, 20)
        assert stream.average_rate == 8
        assert (codec.colorspace, codec.color_primaries, codec.color_trc) == (1, 1, 1)
        comment = container.metadata["comment"]
    assert json.loads(comment) == {"model": "draft", "ai_generated": True}
    content = file.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    assert [f.name for f in tmp_path.iterdir()] == ["video.mp4"]


def test_the_frames_come_back_as_they_went_in(tmp_path: Path) -> None:
    frames = clip()
    write_mp4(frames, 8, tmp_path / "video.mp4", {})
    off = read(tmp_path / "video.mp4").astype(np.float32) - frames
    assert off.shape == frames.shape
    assert abs(off.mean()) < 1.5  # the colours are tagged as they were converted
    assert 10 * np.log10(255**2 / (off**2).mean()) > 30


def test_a_clip_that_would_be_too_large_loses_quality_until_it_fits(tmp_path: Path) -> None:
    file = tmp_path / "video.mp4"
    write_mp4(noise(), 8, file, {})
    free = file.stat().st_size
    write_mp4(noise(), 8, file, {}, limit=free // 3)
    assert 0 < file.stat().st_size <= free // 3
    assert len(read(file)) == 12


@pytest.mark.parametrize("fault", ["odd", "hopeless", "no folder"])
def test_a_clip_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, fault: str) -> None:
    file = tmp_path / ("missing" if fault == "no folder" else ".") / "video.mp4"
    frames = clip(width=127) if fault == "odd" else clip()
    with pytest.raises(EngineError) as failed:
        write_mp4(frames, 8, file, {}, limit=100 if fault == "hopeless" else media.MAX_BYTES)
    assert failed.value.code == "encode_failed"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_has_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(media, "_encode", full)
    with pytest.raises(EngineError, match="No space left") as failed:
        write_mp4(clip(), 8, tmp_path / "video.mp4", {})
    assert failed.value.code == "disk_full"


def test_a_failure_keeps_the_clip_that_was_there(tmp_path: Path) -> None:
    file = tmp_path / "video.mp4"
    write_mp4(clip(), 8, file, {})
    before = file.read_bytes()
    with pytest.raises(EngineError):
        write_mp4(noise(), 8, file, {}, limit=100)
    assert file.read_bytes() == before


ENCODE = """
import sys
from pathlib import Path
from tests.engines.test_media import clip
from video_service.media import write_mp4
write_mp4(clip(17, 64, 64), 8, Path(sys.argv[1]), {})
"""


def test_the_same_frames_become_the_same_bytes_whatever_lay_in_memory_before(
    tmp_path: Path,
) -> None:
    films = []
    for litter in ("1", "165"):  # what glibc fills fresh memory with
        film = tmp_path / f"{litter}.mp4"
        environ = {**os.environ, "MALLOC_PERTURB_": litter}
        subprocess.run([sys.executable, "-c", ENCODE, film], env=environ, check=True, timeout=60)
        films.append(film.read_bytes())
    assert films[0] == films[1]
