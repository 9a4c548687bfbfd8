"""The portrait canvas and clips of other shapes: 9:16, never bent, sides that are only a blur."""

from pathlib import Path

import numpy as np
import pytest

from tests.finishing.reels import changed, counted, finished, master, painted, pictures, probed
from video_service.engines.base import Frames

GREY = (110, 110, 110)


def with_square(size: tuple[int, int], side: int) -> Frames:
    """Grey, a white square in the middle."""
    frames = painted(GREY, 8, size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    frames[:, top : top + side, left : left + side] = 255
    return frames


@pytest.mark.parametrize("size", [(720, 480), (480, 720), (1360, 768), (704, 1280), (62, 46)])
def test_portrait_is_9_to_16_whatever_came_and_bends_nothing(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    made = finished(master(tmp_path, with_square(size, min(size) // 3)), canvas="portrait")
    told = probed(made.video)
    assert (told["video"]["width"], told["video"]["height"]) == (720, 1280)
    assert told["video"].get("sample_aspect_ratio", "1:1") == "1:1"
    white = pictures(made.video)[4].min(axis=2) > 215
    rows, columns = np.flatnonzero(white.any(axis=1)), np.flatnonzero(white.any(axis=0))
    wide, high = columns[-1] - columns[0], rows[-1] - rows[0]
    assert abs(wide - high) <= 0.03 * max(wide, high) + 2
    assert made.facts["finished"] | {"frames": 0} == {
        "width": 720, "height": 1280, "frames": 0, "fps": 12.0,
        "duration_s": pytest.approx(8 / 12, abs=0.01), "audio": False,
    }  # fmt: skip


def test_the_sides_are_the_clips_own_blurred_likeness(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (6, 480, 720, 3), np.uint8)
    frames = np.repeat(np.repeat(frames[:, ::8, ::8], 8, axis=1), 8, axis=2)
    seen = pictures(finished(master(tmp_path, frames), canvas="portrait").video)[3]
    middle, above = seen[460:820].astype(float), seen[40:360].astype(float)
    assert np.abs(np.diff(middle, axis=1)).mean() > 5 * np.abs(np.diff(above, axis=1)).mean()
    assert above.std() > 1  # a likeness, not a colour
    assert above.mean() < middle.mean()  # stepping back


def test_on_a_tall_canvas_the_caption_stands_below_the_clip(tmp_path: Path) -> None:
    clip = master(tmp_path, painted(GREY, 8, (720, 480)))
    plain = pictures(finished(clip, canvas="portrait").video)[4]
    words = "祝奶奶生日快乐，身体健康，天天开心"
    written = pictures(finished(clip, canvas="portrait", caption=words).video)[4]
    left, top, right, bottom = changed(plain, written, over=60)
    assert top >= 880  # the clip itself ends there
    assert bottom <= 1280 * 0.88
    assert left >= 0.06 * 720
    assert right <= 0.94 * 720


def test_a_clip_that_was_filmed_upright_on_its_side_is_turned(tmp_path: Path) -> None:
    frames = painted((0, 0, 0), 8, (320, 240))
    frames[:, :, :80] = (255, 255, 255)  # white on the left
    clip = turned(master(tmp_path, frames))
    assert probed(clip)["video"]["side_data_list"][0]["rotation"] in (90, -90)
    made = finished(clip)
    told = probed(made.video)
    assert (told["video"]["width"], told["video"]["height"]) == (240, 320)
    assert "side_data_list" not in told["video"]
    seen = pictures(made.video)[4]
    assert seen[:60].mean() > 200  # a quarter turn clockwise: what was left is on top
    assert seen[100:].mean() < 20


def turned(clip: Path) -> Path:
    """The clip with a note for players: show me a quarter turn clockwise."""
    content = bytearray(clip.read_bytes())
    at = content.index(b"tkhd") + 4 + 40
    matrix = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    content[at : at + 36] = b"".join((cell & 0xFFFFFFFF).to_bytes(4, "big") for cell in matrix)
    clip.write_bytes(content)
    return clip


def test_the_cover_is_the_moment_that_was_asked_for(tmp_path: Path) -> None:
    clip = master(tmp_path, counted(24))
    for seconds, number in ((None, 16), (0, 0), (1.0, 12), (99, 23)):
        made = finished(clip, cover_at=seconds, silent=True)
        level = pictures(made.thumbnail)[0].mean()
        assert level == pytest.approx(30 + 5 * number, abs=2), seconds
