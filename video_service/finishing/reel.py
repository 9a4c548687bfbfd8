"""A clip on disk, read picture by picture: upright, at any pace, never all of it at once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace

from video_service.engines.base import EngineError
from video_service.media import LABEL, Picture
from video_service.pcm import Sound, decode

ONLY = "mp4"  # our own files are; FFmpeg would guess, and some formats fetch what they name
UNTOLD, HD = 2, 720  # a colour space nobody named; from this height on it is BT.709


@dataclass(frozen=True, slots=True)
class Reel:
    """A clip and what it is: sizes upright, in pixels."""

    file: Path
    width: int
    height: int
    fps: Fraction
    frames: int
    has_sound: bool
    metadata: dict[str, str]  # our note, and the label of whoever made it

    @property
    def seconds(self) -> float:
        return float(self.frames / self.fps)

    @property
    def notes(self) -> dict[str, Any]:
        """What the clip says of itself; nothing when it says nothing we understand."""
        try:
            told = json.loads(self.metadata.get("comment", ""))
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    def shown(self, fps: Fraction | None = None) -> Iterator[VideoFrame]:
        """Its pictures as they were decoded, one a tick of `fps` (its own, when left out)."""
        pace = fps or self.fps
        with _opened(self.file) as container:
            decoded = container.decode(container.streams.video[0])
            yield from _by_time(decoded, pace, round(self.frames / self.fps * pace))

    def still(self, number: int) -> Picture:
        """Picture `number`, from 0 on; the last one when there are fewer."""
        found = None
        for at, frame in enumerate(self.shown()):
            found = frame
            if at == number:
                break
        if found is None:
            raise _no_clip(self.file, "it has no pictures")
        return rgb(found)

    def sound(self, most_s: float) -> Sound | None:
        """Its own sound, `most_s` seconds at most."""
        with _opened(self.file) as container:
            return decode(container, most_s)


def open_reel(file: Path) -> Reel:
    """The clip in `file`; EngineError when it is none."""
    with _opened(file) as container:
        if not container.streams.video:
            raise _no_clip(file, "it has no pictures")
        stream = container.streams.video[0]
        first = next(container.decode(stream), None)
        fps = Fraction(stream.average_rate or 0)
        if first is None or not fps:
            raise _no_clip(file, "it has no pictures")
        width, height = first.width, first.height
        if first.rotation % 180:
            width, height = height, width
        told = {k: v for k, v in container.metadata.items() if k == "comment" or k.upper() == LABEL}
        frames = stream.frames or round(float((stream.duration or 1) * stream.time_base) * fps)
        sound = bool(container.streams.audio)
        return Reel(file, width, height, fps, max(frames, 1), sound, told)


def rgb(frame: VideoFrame) -> Picture:
    """The picture [height, width, 3], upright; the colours as players see them."""
    guess = frame.colorspace == UNTOLD and frame.height >= HD
    colours = Colorspace.ITU709 if guess else None
    shown = frame.reformat(format="rgb24", src_colorspace=colours)
    pixels = np.asarray(shown.to_ndarray(), np.uint8)
    turns = int(frame.rotation) // 90 % 4
    return np.rot90(pixels, turns) if turns else pixels


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    try:
        with av.open(str(file), format=ONLY) as container:
            yield container
    except av.FFmpegError as error:
        raise _no_clip(file, str(error)) from error


def _by_time(decoded: Iterator[VideoFrame], fps: Fraction, ticks: int) -> Iterator[VideoFrame]:
    """For every tick the last frame that began before its middle: twice, once or never."""
    tick = 0
    held: VideoFrame | None = None
    start: Fraction | None = None
    for frame in decoded:
        at = Fraction(frame.pts or 0) * Fraction(frame.time_base or 1)
        start = at if start is None else start
        while held is not None and tick < ticks and (tick + Fraction(1, 2)) / fps < at - start:
            yield held
            tick += 1
        held = frame
    while held is not None and tick < ticks:
        yield held
        tick += 1


def _no_clip(file: Path, why: str) -> EngineError:
    return EngineError("finish_failed", f"{file.name} is no clip: {why}")
