"""Sound as numbers: whatever the format, 48 kHz stereo float samples, and no more than wanted."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import av
import numpy as np
from numpy import float32
from numpy.typing import NDArray

Sound = NDArray[float32]  # [samples, 2], -1 to 1, at RATE
RATE = 48_000
SLOWEST, FASTEST = 4_000, 400_000  # samples a second: beyond them is no sound but an attack


def decode(container: Any, most_s: float) -> Sound | None:
    """The first audio stream of an opened `container`, `most_s` seconds of it at most.

    None: there is none, or nothing of it can be decoded. Damaged packets are left out, as every
    player does.
    """
    for stream in container.streams.audio[:1]:
        if stream.codec_context is None:  # a codec that nobody knows
            return None
        found, room = [], int(most_s * RATE)
        for piece in _pieces(container, stream):
            found.append(piece[:room])
            room -= len(found[-1])
            if room <= 0:
                break
        if found:
            return np.concatenate(found)
    return None


def silence(samples: int) -> Sound:
    return np.zeros((samples, 2), float32)


def _pieces(container: Any, stream: Any) -> Iterator[Sound]:
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
    for packet in container.demux(stream):
        frames: list[Any] = []
        with suppress(av.FFmpegError):
            frames = packet.decode()
        for frame in frames:
            if not SLOWEST <= frame.sample_rate <= FASTEST:
                return
            yield from map(_samples, resampler.resample(frame))
    yield from map(_samples, resampler.resample(None))


def _samples(frame: av.AudioFrame) -> Sound:
    return np.asarray(frame.to_ndarray(), float32).reshape(-1, 2)
