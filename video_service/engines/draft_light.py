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
    rows, columns = np.mgrid[0:height, 0:width] / height
    distance = (columns - x) ** 2 + (rows - y) ** 2
    field: Field = np.exp(-distance / radius**2).astype(np.float32)
    return field


def enlarge(field: Field, size: tuple[int, int]) -> Field:
    """A coarse field at full `size`; in floats, for eight bits would fall into bands."""
    return np.asarray(Image.fromarray(field).resize(size, Image.Resampling.BICUBIC))
