"""Small clips and pictures as providers deliver them."""

from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import av
import numpy as np
from PIL import Image


@cache
def clip(
    size: tuple[int, int] = (128, 96),
    frames: int = 24,
    fps: int = 24,
    codec: str = "libx264",
    *,
    sound: bool = False,
    noise: bool = False,
    flat: bool = False,
    label: str = "",
) -> bytes:
    """An mp4 of moving stripes, with what else was asked for."""
    file = BytesIO()
    flags = {"movflags": "use_metadata_tags"} if label else {}
    with av.open(file, "w", format="mp4", options=flags) as sink:
        if label:
            sink.metadata["AIGC"] = label
        sink.metadata["title"] = "the family's words"
        film: Any = sink.add_stream(codec, rate=Fraction(fps))
        film.width, film.height, film.pix_fmt = *size, "yuv420p"
        voice: Any = sink.add_stream("aac", rate=16_000) if sound else None
        for number in range(frames):
            pixels = _pixels(size, number, noise=noise, flat=flat)
            sink.mux(film.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        if voice is not None:
            _speak(sink, voice, frames / fps)
        sink.mux(film.encode(None))
    return file.getvalue()


def _pixels(size: tuple[int, int], number: int, *, noise: bool, flat: bool) -> Any:
    if flat:
        return np.full((size[1], size[0], 3), 90, np.uint8)
    if noise:
        return np.random.default_rng(number).integers(0, 256, (size[1], size[0], 3), np.uint8)
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    stripes = ((x + y + 5 * number) % 64 * 4).astype(np.uint8)
    return np.stack([stripes, stripes[::-1], 255 - stripes], -1)


def _speak(sink: Any, voice: Any, seconds: float) -> None:
    samples = np.sin(np.arange(int(16_000 * seconds)) / 9).astype(np.float32)
    for start in range(0, len(samples), 1024):
        part = samples[None, start : start + 1024]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), "fltp", "mono")
        frame.sample_rate, frame.pts = 16_000, start
        sink.mux(voice.encode(frame))
    sink.mux(voice.encode(None))


@cache
def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A gradient in the format `kind`."""
    file = BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(file, kind)
    return file.getvalue()
