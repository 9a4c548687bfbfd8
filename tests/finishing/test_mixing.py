"""Sound under and over a clip: as long as its pictures, out softly, quiet while somebody speaks."""

from pathlib import Path

import numpy as np
import pytest

from tests.finishing.reels import (
    clean,
    counted,
    finished,
    heard,
    loudness,
    master,
    numbers,
    pitch,
    probed,
    tone,
)
from video_service.finishing.mixing import Bed, mixed
from video_service.pcm import RATE


@pytest.mark.parametrize("seconds", [0.8, 2.0, 31.0])
def test_music_is_as_long_as_the_clip_however_long_it_was(tmp_path: Path, seconds: float) -> None:
    music = clean(tmp_path, "music", tone(seconds))
    made = finished(master(tmp_path, counted(36)), music=music)
    told = probed(made.video)
    audio, video = told["audio"], told["video"]
    assert (audio["codec_name"], audio["profile"], audio["channels"]) == ("aac", "LC", 2)
    assert int(audio["sample_rate"]) == RATE
    assert float(audio["duration"]) == pytest.approx(float(video["duration"]), abs=1 / 12)
    assert float(told["format"]["duration"]) == pytest.approx(3.0, abs=1 / 12)
    assert numbers(made.video) == list(range(36))
    assert loudness(heard(made.video), 0.2, 1.8) == pytest.approx(0.35, abs=0.05)
    assert pitch(heard(made.video), 0.2, 1.8) == pytest.approx(440, abs=5)
    assert made.facts["finished"]["audio"]
    assert made.facts["finish"] == {"mark": False, "music": True, "voice": False}


def test_music_goes_out_softly_at_the_end(tmp_path: Path) -> None:
    music = clean(tmp_path, "music", tone(10))
    sound = heard(finished(master(tmp_path, counted(48)), music=music).video)
    parts = [loudness(sound, start, start + 0.2) for start in (2.6, 3.1, 3.4, 3.75)]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] == pytest.approx(0.35, abs=0.05)
    assert parts[-1] < 0.1


def test_music_is_as_loud_as_asked(tmp_path: Path) -> None:
    music = clean(tmp_path, "music", tone(3))
    clip = master(tmp_path, counted(24))
    for volume, loud in ((None, 0.35), (0.5, 0.177), (0.0, 0.0)):
        sound = heard(finished(clip, music=music, music_volume=volume).video)
        assert loudness(sound, 0.2, 1.2) == pytest.approx(loud, abs=0.04)


def test_a_clips_own_sound_stays_unless_there_is_music_or_silence_was_asked_for(
    tmp_path: Path,
) -> None:
    clip = master(tmp_path, counted(24), sound=tone(2, 300))
    assert pitch(heard(finished(clip).video), 0.3, 1.5) == pytest.approx(300, abs=5)
    music = clean(tmp_path, "music", tone(2, 700))
    assert pitch(heard(finished(clip, music=music).video), 0.3, 1.2) == pytest.approx(700, abs=5)
    assert probed(finished(clip, silent=True).video)["audio"] is None


def test_a_clip_without_sound_has_none_afterwards(tmp_path: Path) -> None:
    assert probed(finished(master(tmp_path, counted(12)), caption="好").video)["audio"] is None


def test_music_steps_back_while_somebody_speaks(tmp_path: Path) -> None:
    music, voice = clean(tmp_path, "music", tone(8, 400)), clean(tmp_path, "voice", tone(2, 1500))
    made = finished(master(tmp_path, np.repeat(counted(24), 3, axis=0)), music=music, voice=voice)
    sound = heard(made.video)
    assert pitch(sound, 0.3, 1.8) == pytest.approx(1500, abs=5)
    assert pitch(sound, 2.5, 4.5) == pytest.approx(400, abs=5)
    under = np.abs(np.fft.rfft(sound[int(0.3 * RATE) : int(1.3 * RATE), 0]))[400]
    alone = np.abs(np.fft.rfft(sound[int(3.0 * RATE) : int(4.0 * RATE), 0]))[400]
    assert under < 0.4 * alone
    assert made.facts["finish"] == {"mark": False, "music": True, "voice": True}


def test_a_voice_alone_is_heard_and_the_rest_is_quiet(tmp_path: Path) -> None:
    voice = clean(tmp_path, "voice", tone(1, 900))
    sound = heard(finished(master(tmp_path, counted(36)), voice=voice).video)
    assert pitch(sound, 0.1, 0.9) == pytest.approx(900, abs=5)
    assert loudness(sound, 1.3, 2.9) < 0.01


def test_two_loud_sounds_together_are_not_clipped() -> None:
    both = mixed(Bed(tone(2, 300, loud=1.0)), tone(2, 700, loud=1.0), 2.0)
    assert both is not None
    assert np.abs(both).max() == pytest.approx(1.0, abs=1e-5)
    assert len(both) == 2 * RATE
    assert mixed(None, None, 2.0) is None


def test_a_looped_clip_has_music_to_its_end(tmp_path: Path) -> None:
    music = clean(tmp_path, "music", tone(1.5))
    made = finished(master(tmp_path, counted(24, (160, 120))), music=music, loop="boomerang")
    told = probed(made.video)
    seconds = float(told["video"]["duration"])
    assert seconds > 10
    assert float(told["audio"]["duration"]) == pytest.approx(seconds, abs=1 / 12)
    assert loudness(heard(made.video), seconds - 2.5, seconds - 1.5) > 0.3
