"""A photo becomes a clip: a slow camera move over it, gentle light, nothing distorted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from video_service.engines.draft_light import ease, enlarge, glow

Size = tuple[int, int]
SPARE = 1.6  # the stage is this much larger than the picture, so that a zoom stays sharp
WARM = np.array((1.012, 1.0, 0.985), np.float32)
TALLEST = 1.02  # a photo narrower than this is shown whole between blurred sides


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera looks: the centre within what is free to move (0 to 1), and how near."""

    x: float
    y: float
    zoom: float  # 1 = everything, 1.3 = 30 % larger


@dataclass(frozen=True, slots=True)
class Move:
    start: View
    end: View

    def at(self, t: float) -> View:
        s = ease(t)
        a, b = self.start, self.end
        return View(a.x + (b.x - a.x) * s, a.y + (b.y - a.y) * s, a.zoom + (b.zoom - a.zoom) * s)


MOVES = (
    Move(View(0.5, 0.45, 1.0), View(0.5, 0.42, 1.28)),  # slowly nearer
    Move(View(0.5, 0.42, 1.30), View(0.5, 0.5, 1.0)),  # slowly back, the whole scene opens
    Move(View(0.0, 0.45, 1.22), View(1.0, 0.45, 1.22)),  # from left to right
    Move(View(1.0, 0.45, 1.22), View(0.0, 0.45, 1.22)),  # from right to left
    Move(View(0.15, 0.95, 1.15), View(0.75, 0.2, 1.32)),  # up along the diagonal
    Move(View(0.85, 0.15, 1.32), View(0.4, 0.6, 1.06)),  # down and back
)


class Walk:
    """One photo with one camera move, chosen by the seed."""

    def __init__(self, photo: Image.Image, size: Size, seed: int) -> None:
        chance = np.random.default_rng(seed)
        self._size = size
        self._move = MOVES[chance.integers(len(MOVES))]
        self._from_left = bool(chance.integers(2))
        self._stage = ImageOps.fit(photo, _times(size, SPARE), Image.Resampling.LANCZOS,
                                   centering=(0.5, 0.4))  # fmt: skip
        # cut to the frame, a portrait would lose the feet or the face
        self._whole = None
        if photo.width / photo.height < TALLEST * size[0] / size[1] / 1.5 and size[0] > size[1]:
            self._whole = _framed(photo, size)
            self._stage = _faded(self._stage)

    def frames(self, count: int) -> Iterator[Image.Image]:
        for n in range(count):
            yield self._frame(n / max(count - 1, 1))

    def _frame(self, t: float) -> Image.Image:
        picture = _look(self._stage, self._move.at(t), self._size)
        if self._whole is not None:
            near = 0.94 + 0.06 * ease(t if self._move.end.zoom >= self._move.start.zoom else 1 - t)
            _stand(picture, self._whole, near)
        return self._lit(picture, t)

    def _lit(self, picture: Image.Image, t: float) -> Image.Image:
        """A breath of light that wanders across, and edges a little darker."""
        wide = self._size[0] / self._size[1]
        across = t if self._from_left else 1 - t
        sun = glow(self._size, wide * (0.1 + 0.8 * across), 0.3, 0.55)
        middle = glow(self._size, wide / 2, 0.5, 1.25)
        shade = enlarge(0.86 + 0.12 * middle + 0.11 * sun, self._size)
        lit = np.asarray(picture, np.float32) * shade[..., None]
        return Image.fromarray(np.clip(lit * WARM, 0, 255).astype(np.uint8))


def _times(size: Size, factor: float) -> Size:
    return round(size[0] * factor), round(size[1] * factor)


def _look(stage: Image.Image, view: View, size: Size) -> Image.Image:
    """The part of the stage that `view` shows, both sides scaled alike."""
    width, height = stage.width / view.zoom, stage.height / view.zoom
    left, top = view.x * (stage.width - width), view.y * (stage.height - height)
    box = (left, top, left + width, top + height)
    return stage.resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=None)


def _faded(stage: Image.Image) -> Image.Image:
    small = stage.resize((stage.width // 8, stage.height // 8), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(5)).resize(stage.size, Image.Resampling.BICUBIC)
    return ImageEnhance.Brightness(soft).enhance(0.72)


def _framed(photo: Image.Image, size: Size) -> Image.Image:
    """The whole photo with round corners, twice as large as it will stand."""
    room = (size[0] * 2, round(size[1] * 0.94) * 2)
    whole = ImageOps.contain(photo, room, Image.Resampling.LANCZOS)
    mask = Image.new("L", whole.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, whole.width - 1, whole.height - 1), 28, 255)
    whole.putalpha(mask)
    return whole


def _stand(picture: Image.Image, whole: Image.Image, near: float) -> None:
    """Set the photo in the middle of `picture`, `near` times its size, between pixels."""
    scale = 2 / near
    dx = whole.width / 2 - picture.width / 2 * scale
    dy = whole.height / 2 - picture.height / 2 * scale
    placed = whole.transform(picture.size, Image.Transform.AFFINE,
                             (scale, 0, dx, 0, scale, dy), Image.Resampling.BICUBIC)  # fmt: skip
    picture.paste(placed, mask=placed.getchannel("A"))
