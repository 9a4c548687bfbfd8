"""Loops and boomerangs: which picture comes when, how long it all is, and that no seam shows."""

from pathlib import Path

import numpy as np
import pytest

from tests.finishing.reels import clean, counted, finished, master, numbers, pictures, probed, tone
from video_service.engines.base import EngineError
from video_service.finishing import order
from video_service.finishing.order import arranged
from video_service.finishing.reel import open_reel


def test_a_boomerang_goes_there_and_back_without_showing_an_end_twice(tmp_path: Path) -> None:
    there = list(range(24))
    made = finished(master(tmp_path, counted(24)), loop="boomerang")
    circle = there + there[-2:0:-1]
    rounds = 15 * 12 // len(circle)
    assert numbers(made.video) == circle * rounds
    assert made.facts["finished"]["frames"] == len(circle) * rounds


def test_a_clip_larger_than_memory_goes_back_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "KEPT_BYTES", 7 * 320 * 240 * 3 // 2)  # seven pictures
    seen = numbers(finished(master(tmp_path, counted(24)), loop="boomerang").video)
    assert seen[:46] == [*range(24), *range(22, 0, -1)]


def test_a_long_boomerang_goes_once(tmp_path: Path) -> None:
    clip = master(tmp_path, np.repeat(counted(30), 4, axis=0))
    assert arranged(open_reel(clip), "boomerang").frames == 2 * 120 - 2


def test_a_loop_ends_where_it_begins(tmp_path: Path) -> None:
    made = finished(master(tmp_path, counted(40, (160, 120)), fps=10), loop="loop")
    seen = numbers(made.video)
    seam, circle = 4, 36
    assert len(seen) == circle * (150 // circle)
    assert seen[seam:circle] == list(range(seam, circle))
    assert seen[circle : 2 * circle] == seen[:circle]
    # the seam fades from the end into the beginning: every step is a part of the way
    fades = pictures(made.video)[circle : circle + seam].mean(axis=(1, 2, 3))
    assert list(fades) == sorted(fades, reverse=True)
    told = probed(made.video)
    assert int(told["video"]["nb_frames"]) == len(seen)


def test_a_loop_of_a_long_clip_shows_it_twice(tmp_path: Path) -> None:
    clip = master(tmp_path, np.repeat(counted(30, (64, 48)), 4, axis=0), fps=10)
    assert arranged(open_reel(clip), "loop").frames == 2 * (120 - 4)


def test_a_tiny_clip_can_be_looped_as_well(tmp_path: Path) -> None:
    for frames in (1, 2, 3):
        clip = master(tmp_path, counted(frames, (64, 48)), fps=2)
        for loop in ("loop", "boomerang"):
            assert len(pictures(finished(clip, loop=loop).video)) >= frames


def test_without_a_loop_every_picture_is_shown_once_in_its_order(tmp_path: Path) -> None:
    assert numbers(finished(master(tmp_path, counted(20))).video) == list(range(20))


def test_a_voice_that_is_a_little_longer_holds_the_last_picture(tmp_path: Path) -> None:
    clip = master(tmp_path, counted(24))
    voice = clean(tmp_path, "voice", tone(3.0))
    seen = numbers(finished(clip, voice=voice).video)
    assert seen[:24] == list(range(24))
    assert set(seen[24:]) == {23}
    assert len(seen) / 12 == pytest.approx(3.4, abs=0.1)


def test_a_voice_that_is_much_longer_lets_the_clip_begin_again(tmp_path: Path) -> None:
    clip = master(tmp_path, counted(24))
    voice = clean(tmp_path, "voice", tone(6.0))
    seen = numbers(finished(clip, voice=voice).video)
    assert len(seen) / 12 == pytest.approx(6.4, abs=0.1)
    assert seen.count(10) == 4  # 19 pictures a round
    assert seen[5:19] == seen[24:38] == list(range(5, 19))


def test_what_is_no_clip_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "master.mp4").write_bytes(b"no film at all")
    with pytest.raises(EngineError, match="no clip") as failed:
        finished(tmp_path / "master.mp4")
    assert failed.value.code == "finish_failed"
    assert [file.name for file in tmp_path.iterdir()] == ["master.mp4"]
