"""Easing and soft light for draft clips: everything here moves slowly and never jumps."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.float32]  # [height, width], 0 to 1
COARSE = 12  # light has no detail: computed this much smaller and smoothly enlarged


def ease(t: float) -> float:
    """0 to 1 with a soft start and end; constant speed in between would feel mechanical."""
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)


def glow(size: tuple[int, int], x: float, y: float, radius: float) -> Field:
    """A round glow at (x, y), everything in units of the picture's height; coarse."""
    width, height = size[0] // COARSE, size[1] // COARSE
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) / np.float32(height)
    field: Field = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / np.float32(radius**2))
    return field


def enlarge(field: NDArray[np.float32], size: tuple[int, int]) -> Image.Image:
    """A coarse [h, w, 3] picture in 0 to 255, at full `size`."""
    coarse = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)
