"""The sheet that a clip is shown on: its own, a tall one for phones, or that of another clip."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from video_service.engines.framing import fitted, place
from video_service.media import Picture

PORTRAIT = (720, 1280)
Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Canvas:
    """`width` x `height` pixels; `inner` is where the clip itself is seen."""

    width: int
    height: int
    inner: Box

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def short(self) -> int:
        return min(self.size)

    def paint(self, picture: Picture) -> Picture:
        """The picture on this canvas: never bent, before its own blurred likeness."""
        if picture.shape[1::-1] == self.size:
            return picture
        return np.asarray(fitted(Image.fromarray(picture), self.size))


def canvas(size: tuple[int, int], clip: tuple[int, int]) -> Canvas:
    """A canvas of (even) `size` for a clip of the size `clip`."""
    width, height = (side // 2 * 2 for side in size)
    return Canvas(width, height, place(clip, (width, height)))
