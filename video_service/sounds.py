"""A sound file from anywhere becomes a clean one: bounded, AAC, nothing else in it.

Only formats that phones and chats use are known, each met by its own demuxer: FFmpeg's guessing
would try hundreds, and some of those fetch what they name.
"""

from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from typing import Final, Literal

import av
import numpy as np

from video_service.orders import BadOrder
from video_service.pcm import RATE, Sound, decode

Role = Literal["music", "voice"]
MAX_BYTES = 20 * 2**20
SHORTEST_S = 0.1
MUSIC_S, VOICE_S = 120.0, 100.0  # of music the rest is left out; a voice is not cut off
BITS = 160_000  # a second
BROKEN = (av.FFmpegError, ValueError, IndexError, OverflowError, MemoryError)
TAKEN = "MP3, M4A, AAC, WAV, OGG, FLAC, AMR and MP4"

Sign = Callable[[bytes], bool]
FORMATS: Final[tuple[tuple[str, Sign], ...]] = (
    ("wav", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE"),
    ("ogg", lambda head: head[:4] == b"OggS"),
    ("flac", lambda head: head[:4] == b"fLaC"),
    ("amr", lambda head: head[:5] == b"#!AMR"),
    ("mp4", lambda head: head[4:8] == b"ftyp"),
    ("aac", lambda head: head[:1] == b"\xff" and head[1:2] in (b"\xf0", b"\xf1", b"\xf8", b"\xf9")),
    ("mp3", lambda head: head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1] & 0xE0 == 0xE0)),
)


def check_sound(data: bytes, role: Role) -> bytes:
    """A clean M4A of the sound, or BadOrder. A voice that is too long is refused, music is cut."""
    if len(data) > MAX_BYTES:
        raise BadOrder("audio_too_large", f"{role}: at most {MAX_BYTES >> 20} MiB are taken", role)
    format_name = next((name for name, has in FORMATS if len(data) > 12 and has(data[:12])), None)
    if format_name is None:
        raise _invalid(f"only {TAKEN} are taken", role)
    try:
        with av.open(BytesIO(data), format=format_name) as container:
            heard = decode(container, MUSIC_S if role == "music" else VOICE_S + 1)
    except BROKEN as error:
        raise _invalid(f"it cannot be read: {type(error).__name__}", role) from error
    if heard is None or len(heard) < SHORTEST_S * RATE:
        raise _invalid("there is nothing to hear in it", role)
    if role == "voice" and len(heard) > VOICE_S * RATE:
        raise BadOrder("audio_too_long", f"voice: at most {VOICE_S:g} s are taken", role)
    return _m4a(heard)


def _m4a(sound: Sound) -> bytes:
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = BITS
        samples = np.ascontiguousarray(np.nan_to_num(np.clip(sound, -1, 1)).T)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _invalid(why: str, role: Role) -> BadOrder:
    return BadOrder("invalid_audio", f"{role}: the sound is refused: {why}", role)
