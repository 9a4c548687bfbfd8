"""Sound files as people send them: every usual format is taken, everything else is refused."""

from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.finishing.reels import sound_file, tone
from video_service import pcm
from video_service.orders import BadOrder
from video_service.pcm import RATE, Sound, decode
from video_service.sounds import MAX_BYTES, MUSIC_S, Role, check_sound

KINDS: dict[str, tuple[Any, ...]] = {
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("mp4", "aac"),
    "aac": ("adts", "aac"),
    "wav": ("wav", "pcm_s16le"),
    "opus": ("ogg", "libopus"),
    "flac": ("flac", "flac"),
    "amr": ("amr", "libopencore_amrnb", 8000, "mono"),
    "old wav": ("wav", "pcm_u8", 8000, "mono"),
}


def cleaned(data: bytes, role: Role = "music") -> Sound:
    with av.open(BytesIO(check_sound(data, role)), format="mp4") as container:
        assert [stream.type for stream in container.streams] == ["audio"]
        assert container.streams.audio[0].codec_context.name == "aac"
        found = decode(container, 1000)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_phones_and_chats_send_is_taken(kind: str) -> None:
    sound = cleaned(sound_file(tone(2), *KINDS[kind]))
    assert len(sound) / RATE == pytest.approx(2, abs=0.15)
    spectrum = np.abs(np.fft.rfft(sound[: RATE * 3 // 2, 0]))
    assert spectrum.argmax() / 1.5 == pytest.approx(440, abs=5)


def test_the_sound_of_a_clip_is_taken_without_its_pictures() -> None:
    file = BytesIO()
    with av.open(file, "w", format="mp4") as sink:
        film = sink.add_stream("libx264", rate=10)
        film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
        lane = sink.add_stream("aac", rate=RATE, layout="stereo")
        whole = av.AudioFrame.from_ndarray(tone(1).T.copy(), format="fltp", layout="stereo")
        whole.sample_rate, whole.pts = RATE, 0
        for n in range(10):
            pixels = np.full((48, 64, 3), n, np.uint8)
            sink.mux(film.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        sink.mux([*lane.encode(whole), *lane.encode(None), *film.encode(None)])
    assert len(cleaned(file.getvalue())) / RATE == pytest.approx(1, abs=0.1)


def test_of_long_music_only_what_is_needed_is_kept() -> None:
    long = sound_file(np.zeros((RATE * 150, 2), np.float32), "flac", "flac")
    assert len(cleaned(long)) / RATE == pytest.approx(MUSIC_S, abs=0.1)


def test_hours_in_a_small_file_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = sound_file(np.zeros((RATE * 200, 2), np.float32), "flac", "flac")
    assert len(bomb) < 200_000
    unpacked, original = [], pcm._samples

    def counting(frame: av.AudioFrame) -> Sound:
        unpacked.append(frame.samples)
        return original(frame)

    monkeypatch.setattr(pcm, "_samples", counting)
    check_sound(bomb, "music")
    assert sum(unpacked) < (MUSIC_S + 2) * RATE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "invalid_audio"),
        (b"just a few words, no sound at all", "invalid_audio"),
        (b"#!SILK_V3" + bytes(range(200)), "invalid_audio"),
        (b"%PDF-1.7" + bytes(100), "invalid_audio"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "invalid_audio"),
        (b"ID3" + bytes(2000), "invalid_audio"),
        (b"RIFF\0\0\0\0WAVE" + b"junk" * 50, "invalid_audio"),
        (b"OggS" + bytes(300), "invalid_audio"),
        (b"\0\0\0\x18ftypmp42" + bytes(300), "invalid_audio"),
        (b"\xff\xfb" + b"x" * 4000, "invalid_audio"),
        (b"ID3" + bytes(MAX_BYTES), "audio_too_large"),
    ],
)
def test_what_is_no_sound_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(BadOrder) as refused:
        check_sound(data, "voice")
    assert (refused.value.code, refused.value.param) == (code, "voice")


def test_a_sound_cut_off_in_the_middle_is_taken_as_far_as_it_goes() -> None:
    whole = sound_file(tone(4), "mp3", "libmp3lame")
    assert 1.5 < len(cleaned(whole[: len(whole) // 2])) / RATE < 2.5


def test_a_wav_of_an_absurd_rate_is_no_sound() -> None:
    data = bytearray(sound_file(tone(0.5), "wav", "pcm_s16le"))
    data[24:28] = (1).to_bytes(4, "little")  # one sample a second: a day out of a few kilobytes
    with pytest.raises(BadOrder, match="refused"):
        check_sound(bytes(data), "music")


def test_a_wav_of_a_codec_that_nobody_knows_is_no_sound() -> None:
    data = bytearray(sound_file(tone(0.5), "wav", "pcm_s16le"))
    data[20:22] = b"\x99\x77"
    with pytest.raises(BadOrder, match="nothing to hear"):
        check_sound(bytes(data), "music")


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(KINDS)))
def test_whatever_is_broken_in_it_a_sound_is_taken_or_refused(
    data: st.DataObject, kind: str
) -> None:
    content = bytearray(short(kind))
    places = st.integers(0, len(content) - 1) | st.integers(0, 200)
    for at, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=30)):
        content[at] = value
    with suppress(BadOrder):
        assert check_sound(bytes(content), "music")[4:8] == b"ftyp"


@cache
def short(kind: str) -> bytes:
    return sound_file(tone(0.3), *KINDS[kind])


def test_a_voice_is_not_cut_off_but_refused_when_it_is_too_long() -> None:
    with pytest.raises(BadOrder, match="at most 100 s") as refused:
        check_sound(sound_file(tone(103), "flac", "flac"), "voice")
    assert refused.value.code == "audio_too_long"
