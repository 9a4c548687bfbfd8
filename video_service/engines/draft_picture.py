"""The draft picture: the wish on a title card, marked 草稿; needs no card, key or weights."""

from importlib.metadata import version
from typing import Any

import numpy as np

from video_service.engines.base import Frames, Report, Shot
from video_service.engines.draft import MARGIN
from video_service.engines.draft_badge import badge
from video_service.engines.draft_card import Card
from video_service.engines.specs import DRAFT_PICTURE


class DraftPicture:
    name = DRAFT_PICTURE.name

    def load(self) -> None:
        pass  # there are no weights

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        """One frame; the same shot gives the same picture."""
        report("draw", 0.0)
        picture, mark = Card(shot.prompt, (shot.width, shot.height), shot.seed).still(), badge()
        picture.paste(mark, (shot.width - mark.width - MARGIN, MARGIN), mark)
        report("draw", 1.0)
        return np.asarray(picture, np.uint8)[None]

    def facts(self) -> dict[str, Any]:
        versions = {name: version(name) for name in ("pillow", "numpy")}
        return {"weights": None, "profile": "draft", "step_downs": [], "versions": versions}

    def close(self) -> None:
        pass  # nothing was held
