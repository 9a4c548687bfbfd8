"""In which order the pictures of a clip are shown: straight, over and over, there and back."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil

import numpy as np
from av.video.frame import VideoFrame

from video_service.finishing.reel import Reel, rgb
from video_service.media import Picture
from video_service.schema.wire import Loop

AGAIN_S = 15.0  # a loop is repeated until about here
SEAM_S = 0.4  # the end of a loop turns into its beginning
HOLD_S = 2.0  # so long the last picture may stand still; for longer the clip begins again
KEPT_BYTES = 192 * 2**20  # of decoded pictures: a second of film is some 20 MB
SMALLEST_SEAM = 4  # a seam takes a fourth of the clip at most


@dataclass(frozen=True, slots=True)
class Showing:
    """`frames` pictures; `play` shows them from the first."""

    frames: int
    play: Callable[[], Iterator[Picture]]


def arranged(reel: Reel, loop: Loop | None, least_s: float = 0) -> Showing:
    """The pictures of `reel` as `loop` wants them, `least_s` seconds at least."""
    least = ceil(least_s * reel.fps)
    if loop is None and least <= reel.frames + HOLD_S * reel.fps:
        return _held(reel, max(reel.frames, least))
    if loop == "boomerang" and reel.frames > 2:
        circle = 2 * reel.frames - 2
        rounds = _rounds(reel, circle, least, 1)
        return Showing(rounds * circle, lambda: _there_and_back(reel, rounds))
    seam = min(round(SEAM_S * reel.fps), reel.frames // SMALLEST_SEAM)
    circle = reel.frames - seam
    rounds = _rounds(reel, circle, least, 2)
    frames = rounds * circle if loop else least
    return Showing(frames, lambda: islice(_over_and_over(reel, seam, rounds), frames))


def _rounds(reel: Reel, circle: int, least: int, fewest: int) -> int:
    return max(fewest, int(AGAIN_S * reel.fps) // circle, ceil(least / circle))


def _held(reel: Reel, frames: int) -> Showing:
    def play() -> Iterator[Picture]:
        picture = None
        for frame in reel.shown():
            yield (picture := rgb(frame))
        for _ in range(frames - reel.frames):
            assert picture is not None  # a reel has a picture
            yield picture

    return Showing(frames, play)


def _there_and_back(reel: Reel, rounds: int) -> Iterator[Picture]:
    for _ in range(rounds):
        yield from map(rgb, reel.shown())
        yield from map(rgb, islice(_backwards(reel), 1, reel.frames - 1))


def _backwards(reel: Reel) -> Iterator[VideoFrame]:
    """The last picture first: a piece at a time is decoded and kept, as long as memory allows."""
    piece = max(1, KEPT_BYTES // (reel.width * reel.height * 3 // 2))
    for start in range((reel.frames - 1) // piece * piece, -1, -piece):
        yield from reversed(list(islice(reel.shown(), start, start + piece)))


def _over_and_over(reel: Reel, seam: int, rounds: int) -> Iterator[Picture]:
    """Its last `seam` pictures fade into its first ones, so that nobody sees where it begins."""
    tail = [rgb(frame) for frame in deque(reel.shown(), maxlen=seam)] if seam else []
    for _ in range(rounds):
        for number, frame in enumerate(islice(reel.shown(), reel.frames - seam)):
            picture = rgb(frame)
            if number < seam:
                share = (number + 1) / (seam + 1)
                picture = _blend(tail[number], picture, share)
            yield picture


def _blend(before: Picture, after: Picture, share: float) -> Picture:
    mixed = before.astype(np.float32) * (1 - share) + after.astype(np.float32) * share
    return (mixed + 0.5).astype(np.uint8)
