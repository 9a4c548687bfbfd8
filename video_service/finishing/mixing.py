"""The sound of a finished clip: its own or music, as long as the pictures, the voice above it."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from video_service.pcm import RATE, Sound, silence

FADE_S = 1.0  # music goes out softly
FADE_SHARE = 0.25  # but that takes no more than this of a short clip
DUCKED = 0.22  # how loud music stays while somebody speaks
RAMP_S = 0.35  # how fast it steps back
BREATH_S = 0.4  # the clip goes on a little when the voice has ended


@dataclass(frozen=True, slots=True)
class Bed:
    """What lies under a clip: its own sound or music, repeated until the pictures end."""

    sound: Sound
    volume: float = 1.0
    fades: bool = False


def mixed(bed: Bed | None, voice: Sound | None, seconds: float) -> Sound | None:
    """`seconds` of sound, never louder than full; None: there is nothing to hear."""
    length = round(seconds * RATE)
    if bed is None and voice is None:
        return None
    sum_of = silence(length) if bed is None else _under(bed, length)
    if voice is not None:
        spoken = voice[:length]
        sum_of *= _ducking(len(spoken), length)[:, None]
        sum_of[: len(spoken)] += spoken
    peak = float(np.abs(sum_of).max(initial=0.0))
    return sum_of / peak if peak > 1 else sum_of


def spoken_s(voice: Sound) -> float:
    """How long a clip is at least, so that the voice comes to its end."""
    return len(voice) / RATE + BREATH_S


def _under(bed: Bed, length: int) -> Sound:
    times = ceil(length / len(bed.sound)) if len(bed.sound) else 0
    laid = np.tile(bed.sound, (times, 1))[:length] if times else silence(length)
    laid = laid.astype(float32) * float32(bed.volume)
    if bed.fades:
        fade = int(min(FADE_S * RATE, length * FADE_SHARE))
        laid[length - fade :] *= np.linspace(1, 0, fade, dtype=float32)[:, None]
    return laid


def _ducking(spoken: int, length: int) -> NDArray[float32]:
    """How loud the bed is: low while it is spoken, up again afterwards."""
    ramp = int(RAMP_S * RATE)
    corners = [0, spoken, spoken + ramp]
    return np.interp(np.arange(length), corners, [DUCKED, DUCKED, 1.0]).astype(float32)
