"""The draft engine: an honest stand-in that needs no card, key or weights.

A photo gets a camera move, words get a title card; every frame is visibly marked 草稿.
"""

from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from video_service.engines.base import Frames, Report, Shot
from video_service.engines.draft_badge import badge
from video_service.engines.draft_card import Card
from video_service.engines.draft_photo import Walk
from video_service.engines.specs import DRAFT

MARGIN = 16


class Draft:
    name = DRAFT.name

    def load(self) -> None:
        pass  # there are no weights

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        """Draw every frame; the same shot and photo give the same frames."""
        mark = badge()
        frames = np.empty((shot.frames, shot.height, shot.width, 3), np.uint8)
        report("draw", 0.0)
        for n, picture in enumerate(_pictures(shot, photo)):
            picture.paste(mark, (shot.width - mark.width - MARGIN, MARGIN), mark)
            frames[n] = np.asarray(picture)
            report("draw", (n + 1) / shot.frames)
        return frames

    def facts(self) -> dict[str, Any]:
        return {
            "weights": None,
            "profile": "draft",
            "step_downs": [],
            "versions": {name: version(name) for name in ("pillow", "numpy", "av")},
        }

    def close(self) -> None:
        pass  # nothing was held


def _pictures(shot: Shot, photo: bytes | None) -> Iterator[Image.Image]:
    size = (shot.width, shot.height)
    if photo is None:
        return Card(shot.prompt, size, shot.seed).frames(shot.frames, DRAFT.seconds(shot.frames))
    with Image.open(BytesIO(photo)) as opened:
        return Walk(opened.convert("RGB"), size, shot.seed).frames(shot.frames)
