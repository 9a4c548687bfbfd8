"""Clips one after the other: their lengths add up, odd ones are fitted, sound is where it was."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.finishing.reels import (
    counted,
    heard,
    loudness,
    master,
    painted,
    pictures,
    pitch,
    probed,
    quiet,
    tone,
)
from video_service.engines.base import EngineError
from video_service.finishing.join import join

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def test_the_clips_follow_each_other_and_their_lengths_add_up(tmp_path: Path) -> None:
    clips = [
        master(tmp_path, painted(colour, frames, (320, 240)), name=f"{frames}.mp4")
        for colour, frames in ((RED, 12), (GREEN, 24), (BLUE, 6))
    ]
    told = probed(joined := join(clips, tmp_path, quiet))
    assert float(told["format"]["duration"]) == pytest.approx(42 / 12, abs=1 / 12)
    assert told["audio"] is None
    strongest = [int(picture.mean(axis=(0, 1)).argmax()) for picture in pictures(joined)]
    assert strongest == [0] * 12 + [1] * 24 + [2] * 6


def test_other_sizes_and_paces_are_fitted_to_the_first_clip(tmp_path: Path) -> None:
    frames = painted((0, 0, 0), 16, (240, 320))
    frames[:, 130:190, 90:150] = 255  # a square in a tall clip
    clips = [
        master(tmp_path, painted(RED, 12, (320, 240)), fps=12, name="a.mp4"),
        master(tmp_path, frames, fps=8, name="b.mp4"),
        master(tmp_path, painted(BLUE, 24, (64, 48)), fps=24, name="c.mp4"),
    ]
    told = probed(joined := join(clips, tmp_path, quiet))
    assert (told["video"]["width"], told["video"]["height"]) == (320, 240)
    assert told["video"]["r_frame_rate"] == "24/1"
    assert int(told["video"]["nb_frames"]) == 24 + 48 + 24
    assert float(told["format"]["duration"]) == pytest.approx(4.0, abs=1 / 24)
    white = pictures(joined)[50].min(axis=2) > 128
    rows, columns = np.flatnonzero(white.any(axis=1)), np.flatnonzero(white.any(axis=0))
    assert abs((columns[-1] - columns[0]) - (rows[-1] - rows[0])) <= 2


def test_another_pace_shows_the_same_moments(tmp_path: Path) -> None:
    slow = master(tmp_path, counted(8), fps=8, name="slow.mp4")
    fast = master(tmp_path, counted(32), fps=24, name="fast.mp4")
    levels = pictures(join([slow, fast], tmp_path, quiet))[:, :, :, 1].mean(axis=(1, 2))
    seen = [round((level - 30) / 5) for level in levels]
    assert seen == [n for n in range(8) for _ in range(3)] + list(range(32))


def test_sound_stays_where_it_was_and_the_others_are_silent(tmp_path: Path) -> None:
    clips = [
        master(tmp_path, counted(12), name="a.mp4"),
        master(tmp_path, counted(24), sound=tone(2, 500), name="b.mp4"),
        master(tmp_path, counted(12), sound=tone(0.5, 900), name="c.mp4"),
    ]
    told = probed(joined := join(clips, tmp_path, quiet))
    assert float(told["audio"]["duration"]) == pytest.approx(4.0, abs=1 / 12)
    sound = heard(joined)
    assert loudness(sound, 0.1, 0.9) < 0.01
    assert pitch(sound, 1.2, 2.8) == pytest.approx(500, abs=5)
    assert pitch(sound, 3.1, 3.4) == pytest.approx(900, abs=5)
    assert loudness(sound, 3.7, 3.9) < 0.02


def test_what_the_parts_say_of_themselves_is_kept(tmp_path: Path) -> None:
    clips = [
        master(tmp_path, counted(6), name="a.mp4", draft=True),
        master(tmp_path, counted(6), name="b.mp4", draft=False),
    ]
    with av.open(str(join(clips, tmp_path, quiet))) as container:
        notes = json.loads(container.metadata["comment"])
    assert notes.pop("generator").startswith("qunying ")
    assert notes == {"ai_generated": True, "models": ["toy"], "draft": True}


def test_too_much_of_it_is_refused(tmp_path: Path) -> None:
    clip = master(tmp_path, counted(40, (32, 32)), fps=1)
    with pytest.raises(EngineError, match="longer than 120 s") as failed:
        join([clip] * 4, tmp_path, quiet)
    assert failed.value.code == "finish_failed"
