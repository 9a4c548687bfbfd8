"""Words over pictures: a caption below, a title on the cover, the mark in the corner.

Sizes follow the shorter side, so that they read the same on every canvas. What the font lacks is
left out (`lettering.writable`): no empty box is ever shown.
"""

import re
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy import float32
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from video_service.engines.lettering import LEADING, Font, fit, font, writable
from video_service.finishing.canvas import Canvas
from video_service.media import Picture

MARK = "AI生成"
MARK_SHARE = 0.058  # its letters are a twentieth of the shorter side high (GB 45438-2025), no less
MARK_INK, MARK_PAPER = (255, 255, 255, 225), (20, 20, 24, 105)
EDGE = 0.03  # of the shorter side: how far the mark stays from the corner
INK, OUTLINE = (255, 255, 255, 255), (16, 14, 20, 255)
SHADOW = 0.6  # how dark the soft shadow behind the letters is
SIDES = 0.07  # of the width: what a caption leaves free on either side
FOOT = {False: 0.06, True: 0.13}  # of the height, below it; phones show their buttons on tall ones
BAND = 0.16  # of the height: an empty band below the clip at least as high takes the caption
CAPTION = (0.078, 0.068, 0.058, 0.05)  # letter heights to try
TITLE = (0.16, 0.135, 0.11, 0.09, 0.075)
PHRASE = re.compile("[^，。！？；、]+[，。！？；、]*|[，。！？；、]+")
TIGHTER = 0.7  # how much smaller letters may be for the sake of a whole phrase
SMALLEST = 8  # pixels: below it Chinese cannot be read


@dataclass(frozen=True, slots=True)
class Layer:
    """Something drawn once and laid over every picture; `colour` is multiplied already."""

    left: int
    top: int
    colour: NDArray[float32]  # [height, width, 3]
    shows: NDArray[float32]  # [height, width, 1]: how much of the picture remains

    def over(self, picture: Picture) -> Picture:
        """The picture with this on it; the given one stays as it is."""
        height, width = self.shows.shape[:2]
        rows, columns = slice(self.top, self.top + height), slice(self.left, self.left + width)
        laid = picture.copy()
        mixed = picture[rows, columns] * self.shows + self.colour + 0.5
        laid[rows, columns] = mixed.astype(np.uint8)
        return laid


def caption(text: str, canvas: Canvas) -> Layer | None:
    """The words in lines at the foot, or in the band below the clip; None: nothing to write."""
    room = _width(canvas), round(canvas.height * 0.3)
    block = _block(text, room, _sizes(canvas, CAPTION))
    if block is None:
        return None
    tall = canvas.height > canvas.width
    foot = round(canvas.height * (1 - FOOT[tall]))
    below = canvas.inner[3]
    top = foot - block.height
    if canvas.height - below >= max(canvas.height * BAND, block.height + canvas.height - foot):
        top = below + (foot - below - block.height) // 3  # nearer to the clip than to the edge
    return _layer(block, (canvas.width - block.width) // 2, max(top, 0))


def title(text: str, canvas: Canvas) -> Layer | None:
    """The words large in the middle of the cover; None: nothing to write."""
    block = _block(text, (_width(canvas), round(canvas.height * 0.5)), _sizes(canvas, TITLE))
    if block is None:
        return None
    top = round((canvas.height - block.height) * 0.62)
    return _layer(block, (canvas.width - block.width) // 2, top)


def mark(canvas: Canvas) -> Layer:
    """AI生成 in the upper left corner, small but of the size that the rules ask for."""
    face = font(max(SMALLEST, ceil(canvas.short * MARK_SHARE)))
    left, top, right, bottom = face.getbbox(MARK)
    pad = max(2, int(face.size) // 3)
    size = int(right - left) + 2 * pad, int(bottom - top) + pad
    pill = Image.new("RGBA", size)
    draw = ImageDraw.Draw(pill)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), size[1] // 3, MARK_PAPER)
    draw.text((pad - left, pad // 2 - top), MARK, MARK_INK, face)
    edge = round(canvas.short * EDGE)
    room = min(size[0], canvas.width - edge), min(size[1], canvas.height - edge)
    return _layer(pill.crop((0, 0, *room)), edge, edge)


def can_write(text: str) -> bool:
    """Whether anything of it can be shown."""
    return bool(writable(text))


def _width(canvas: Canvas) -> int:
    return round(canvas.width * (1 - 2 * SIDES))


def _sizes(canvas: Canvas, shares: tuple[float, ...]) -> tuple[int, ...]:
    return tuple(max(SMALLEST, round(canvas.short * share)) for share in shares)


def _block(text: str, room: tuple[int, int], sizes: tuple[int, ...]) -> Image.Image | None:
    """White letters, outlined, before a soft shadow, in as many lines as they need."""
    plain = writable(text)
    if not plain:
        return None
    border = max(1, sizes[0] // 14)
    width = room[0] - 4 * border
    face, lines = _set(plain, (width, room[1]), sizes)
    widest, step = ceil(max(map(face.getlength, lines))), round(face.size * LEADING)
    size = min(widest + 4 * border, room[0]), step * len(lines) + 2 * border
    shade = _lines(size, face, lines, border, (*OUTLINE[:3], int(255 * SHADOW)))
    block = shade.filter(ImageFilter.GaussianBlur(border))
    block.alpha_composite(_lines(size, face, lines, border, INK))
    return block


def _set(text: str, room: tuple[int, int], sizes: tuple[int, ...]) -> tuple[Font, list[str]]:
    """As large as it fits, or a little smaller where no word is torn then."""
    face, lines = fit(text, room, sizes)
    for size in sizes:
        if face.size * TIGHTER <= size <= face.size:
            most = min(int(room[1] // (size * LEADING)), len(lines) + 1)
            if whole := at_pauses(text, font(size), room[0], most):
                return font(size), whole
    return face, lines


def at_pauses(text: str, face: Font, width: int, most: int) -> list[str]:
    """The text in `most` lines that each end where one pauses anyway; empty: it has no such."""
    lines: list[str] = []
    for phrase in PHRASE.findall(text):
        if lines and face.getlength(lines[-1] + phrase) <= width:
            lines[-1] += phrase
        else:
            lines.append(phrase.lstrip())
    wide = any(face.getlength(line) > width for line in lines)
    return [] if wide or len(lines) > most else _even(lines, face, width)


def _even(lines: list[str], face: Font, width: int) -> list[str]:
    """Two lines of many phrases, as equally long as they get."""
    phrases = PHRASE.findall("".join(lines))
    if len(lines) != 2 or len(phrases) < 3:
        return lines
    splits = [("".join(phrases[:n]), "".join(phrases[n:])) for n in range(1, len(phrases))]
    first, second = min(splits, key=lambda two: max(face.getlength(line) for line in two))
    return [first, second.lstrip()] if face.getlength(first) <= width else lines


def _lines(
    size: tuple[int, int], face: Font, lines: list[str], border: int, ink: tuple[int, ...]
) -> Image.Image:
    sheet = Image.new("RGBA", size, (*OUTLINE[:3], 0))
    draw, step = ImageDraw.Draw(sheet), round(face.size * LEADING)
    for number, line in enumerate(lines):
        middle = (size[0] / 2, border + step * number + step / 2)
        outline = (*OUTLINE[:3], ink[3])
        draw.text(middle, line, ink, face, "mm", stroke_width=border, stroke_fill=outline)
    return sheet


def _layer(image: Image.Image, left: int, top: int) -> Layer:
    pixels = np.asarray(image, float32)
    alpha = pixels[..., 3:] / float32(255)
    return Layer(left, top, pixels[..., :3] * alpha, 1 - alpha)
