"""Is this photo worth a try? Looked at before anything is promised. Blocking; call in a thread.

Calibrated on drawn scenes: sharp ones measure a thousand, with a soft background still two
hundred and more; blurred as by a moving hand (Gaussian of 3 pixels on 512) less than eight.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from intents.tools.pictures import decode

Trouble = Literal["small", "dark", "blurred"]
SHORTEST = 256  # pixels; below it every engine films mush
SIDE = 512  # edges are measured on this size, or they would depend on the camera
DARK_MEAN, DARK_BRIGHTEST = 40.0, 110.0  # of 255; the second is the 95th percentile
SHARP = 10.0  # variance of the Laplacian
LEAST_CONTRAST = 8.0  # a sheet of paper has no edges and is not blurred
PATCH = 8


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured: sides in pixels, light of 255, variance of the Laplacian."""

    shortest: int
    light: float
    brightest: float
    edges: float
    contrast: float

    @property
    def trouble(self) -> Trouble | None:
        """The one thing that matters most, or None."""
        if self.shortest < SHORTEST:
            return "small"
        if self.light < DARK_MEAN and self.brightest < DARK_BRIGHTEST:
            return "dark"
        if self.edges < SHARP and self.contrast > LEAST_CONTRAST:
            return "blurred"
        return None


def measure(data: bytes) -> Measures:
    """Measures of the photo in `data`; `intents.tools.pictures.BadPicture` when it is none."""
    picture, size = decode(data, SIDE)
    grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return Measures(
        shortest=min(size),
        light=float(grey.mean()),
        brightest=float(np.percentile(grey, 95)),
        edges=_sharpest(_laplacian(grey)),
        contrast=float(grey.std()),
    )


def _laplacian(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    inner = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return around - 4 * inner


def _sharpest(edges: NDArray[np.float32]) -> float:
    """The variance in the sharpest eighth: a soft background is no fault."""
    rows = np.array_split(edges, PATCH, axis=0)
    patches = [part.var() for row in rows for part in np.array_split(row, PATCH, axis=1)]
    keep = max(1, len(patches) // 8)
    return float(np.mean(sorted(patches)[-keep:]))
