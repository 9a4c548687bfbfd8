"""Words become an animated title card: soft colours, drifting lights, the wish fading in."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from video_service.engines.draft_light import COARSE, ease, enlarge, glow
from video_service.engines.lettering import LEADING, fit, font, writable, write

Colour = tuple[int, int, int]
# top, bottom, light, ink: pairs that are warm, bright and easy on old eyes
PALETTES: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((255, 214, 186), (250, 145, 130), (255, 240, 200), (96, 32, 40)),  # peach
    ((205, 235, 214), (108, 186, 178), (250, 255, 224), (18, 66, 66)),  # bamboo
    ((255, 228, 170), (246, 164, 92), (255, 250, 220), (104, 46, 12)),  # osmanthus
    ((214, 222, 255), (142, 150, 222), (255, 236, 250), (40, 38, 98)),  # wisteria
    ((255, 220, 230), (232, 136, 168), (255, 246, 226), (106, 22, 58)),  # peony
    ((200, 230, 250), (104, 164, 218), (255, 250, 230), (16, 52, 94)),  # lake
)
TITLE_SIZES = (76, 60, 48, 38, 30)  # few: every size costs a tenth of a second to open
MOST = 800  # letters looked at; no card holds half as many
EYEBROW = "想看的画面"
STANDS = 3.0  # seconds in, the letters are there
NOTHING = "一段美好的小视频"  # when no letter of the wish can be written
"""The lettering of the card; what she says about it stands with the intent."""


class Card:
    """One wish, drawn frame by frame."""

    def __init__(self, words: str, size: tuple[int, int], seed: int) -> None:
        self._size = size
        self._chance = np.random.default_rng(seed)
        self._colours = PALETTES[self._chance.integers(len(PALETTES))]
        self._lights = self._chance.uniform(0, 1, (5, 5)).astype(np.float32)
        self._petals = [_Petal(self._chance, size, self._colours[2]) for _ in range(16)]
        self._grain = self._chance.normal(0, 1, size[::-1]).astype(np.float32)
        self._lines = self._letter(writable(words[:MOST]) or NOTHING)

    def frames(self, count: int, seconds: float) -> Iterator[Image.Image]:
        """`count` pictures over `seconds`."""
        for n in range(count):
            yield self._frame(seconds * n / max(count - 1, 1), seconds)

    def still(self) -> Image.Image:
        """The card as it stands once its letters are there."""
        return self._frame(STANDS, 2 * STANDS)

    def _frame(self, at: float, seconds: float) -> Image.Image:
        picture = self._sky(at / seconds)
        for petal in self._petals:
            petal.draw(picture, at)
        for n, (line, x, y) in enumerate(self._lines):
            shown = ease((at + 0.35 - 0.2 * n) / 0.9)  # begun in the first frame
            _lay(picture, line, x, y + 26 * (1 - shown), shown)
        return picture

    def _sky(self, t: float) -> Image.Image:
        """The gradient with slow lights in it, and grain so that it does not fall into bands."""
        top, bottom, light, _ = (np.array(c, np.float32)[:, None, None] for c in self._colours)
        width, height = self._size[0] // COARSE, self._size[1] // COARSE
        down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        sky = np.broadcast_to(top + (bottom - top) * down, (3, height, width)).copy()
        wide = self._size[0] / self._size[1]
        for x, y, radius, phase, pace in self._lights:
            turn = 2 * np.pi * (phase + (0.10 + 0.12 * pace) * t)
            there = (x * wide + 0.16 * np.cos(turn), y + 0.16 * np.sin(turn))
            sky += (light - sky) * (0.55 * glow(self._size, *there, 0.22 + 0.25 * radius))
        planes = (enlarge(plane, self._size) + self._grain for plane in sky)
        return Image.merge("RGB", [Image.fromarray(_levels(plane)) for plane in planes])

    def _letter(self, words: str) -> list[tuple[Image.Image, float, float]]:
        """Every line with where its layer goes, from the eyebrow down."""
        width, height = self._size
        ink, light = self._colours[3], self._colours[2]
        face, lines = fit(words, (int(width * 0.80), height - 170), TITLE_SIZES)
        step = face.size * LEADING
        top = height / 2 - step * len(lines) / 2 + 14
        layers = [(_haloed(write(EYEBROW, font(24), ink), light, 140), top - 40)]
        for n, line in enumerate(lines):
            layers.append((_haloed(write(line, face, ink, 1), light, 230), top + step * (n + 0.5)))
        layers.append((_rule(ink), top + step * len(lines) + 22))
        return [(layer, (width - layer.width) / 2, y - layer.height / 2) for layer, y in layers]


def _levels(plane: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (plane.clip(0, 254) + 0.5).astype(np.uint8)


class _Petal:
    """One soft round light that floats up and sways."""

    def __init__(self, chance: np.random.Generator, size: tuple[int, int], colour: Colour) -> None:
        self._size = size
        self._x, self._y, self._phase, pace, large = map(float, chance.uniform(0, 1, 5))
        self._pace, self._radius = 0.025 + 0.05 * pace, 5 + int(20 * large**2)
        self._sprite = _disc(self._radius, colour, int(70 + 70 * (1 - large)))

    def draw(self, picture: Image.Image, at: float) -> None:
        width, height = self._size
        turn = 2 * np.pi * (self._phase + at / 7)
        y = 1.1 - (self._y * 1.2 + self._pace * at) % 1.2
        x = self._x * width + 14 * np.sin(turn)
        shine = 0.65 + 0.35 * np.sin(turn * 2.3)
        _lay(picture, self._sprite, x - self._radius, y * height - self._radius, shine)


def _disc(radius: int, colour: Colour, alpha: int) -> Image.Image:
    side = 2 * radius + 8
    mask = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(mask).ellipse((16, 16, side * 4 - 16, side * 4 - 16), fill=alpha)
    soft = mask.resize((side, side), Image.Resampling.LANCZOS)
    disc = Image.new("RGBA", (side, side), (*colour, 0))
    disc.putalpha(soft.filter(ImageFilter.GaussianBlur(1.5)))
    return disc


def _rule(ink: Colour) -> Image.Image:
    line = Image.new("RGBA", (76, 12), (*ink, 0))
    ImageDraw.Draw(line).rounded_rectangle((2, 4, 73, 7), 2, (*ink, 150))
    return line


def _haloed(layer: Image.Image, colour: Colour, alpha: int) -> Image.Image:
    """The same lettering over a soft light of its own, readable on any sky."""
    halo = Image.new("RGBA", layer.size, (*colour, 0))
    spread: NDArray[np.uint8] = np.asarray(
        layer.getchannel("A").filter(ImageFilter.GaussianBlur(7)), np.uint8
    )
    lit = np.minimum(spread.astype(np.float32) * 1.6, 255) * (alpha / 255)
    halo.putalpha(Image.fromarray(lit.astype(np.uint8)))
    return Image.alpha_composite(halo, layer)


@cache
def _fade(level: int) -> list[int]:
    """What each of 256 opacities becomes at `level` of 64."""
    return [min(opacity * level // 64, 255) for opacity in range(256)]


def _lay(picture: Image.Image, layer: Image.Image, x: float, y: float, shown: float) -> None:
    """`layer` at a place between pixels, so that slow movement does not tick."""
    if shown <= 0:
        return
    left, top = int(np.floor(x)), int(np.floor(y))
    dx, dy = x - left, y - top
    moved = layer.transform(
        (layer.width + 1, layer.height + 1),
        Image.Transform.AFFINE,
        (1, 0, -dx, 0, 1, -dy),
        Image.Resampling.BILINEAR,
    )
    mask = moved.getchannel("A")
    picture.paste(moved, (left, top), mask.point(_fade(round(shown * 64))))
