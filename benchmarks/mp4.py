"""What an mp4 is and whether it plays everywhere, told from the file alone."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from video_service.engines.base import Frames

EVERYWHERE = ("h264", "yuv420p")  # what phones, browsers and WeChat all play


@dataclass(frozen=True, slots=True)
class Seen:
    """`index_first`: the player can begin before the last byte has come (faststart)."""

    codec: str
    pixels: str
    index_first: bool
    notes: str

    @property
    def verdict(self) -> str:
        """ "yes", or why not."""
        if (self.codec, self.pixels) != EVERYWHERE:
            return f"no: {self.codec} {self.pixels}"
        return "yes" if self.index_first else "only once it is all there"


def look(file: Path) -> Seen:
    """Codec, pixel format, order of the boxes, and the comment."""
    with av.open(str(file)) as container:
        codec = container.streams.video[0].codec_context
        notes = container.metadata.get("comment", "")
    boxes = _boxes(file)
    return Seen(codec.name, str(codec.pix_fmt), boxes.index("moov") < boxes.index("mdat"), notes)


def likeness(file: Path, frames: Frames) -> float:
    """Peak signal-to-noise ratio of the film against what went in, in dB; nan: another size."""
    with av.open(str(file)) as container:
        shown = np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])
    if shown.shape != frames.shape:
        return float("nan")
    error = np.mean((shown.astype(np.float32) - frames) ** 2)
    return float(10 * np.log10(255**2 / error))


def _boxes(file: Path) -> list[str]:
    """The names of the outermost boxes, in order."""
    names, at, content = [], 0, file.read_bytes()
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        names.append(content[at + 4 : at + 8].decode("latin-1"))
        if size == 1:  # a long box tells its size behind its name
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        at += size or len(content)
    return names
