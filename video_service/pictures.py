"""A picture to a PNG that says, where no eye sees it, that it was made by a machine."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from video_service.engines.base import Frames
from video_service.media import unwritten

COMMENT = "Comment"


def write_png(frames: Frames, to: Path, notes: Mapping[str, object]) -> None:
    """The one frame of `frames` [1, height, width, 3] with `notes` as its JSON comment.

    EngineError leaves no file behind.
    """
    text = PngInfo()
    text.add_text(COMMENT, json.dumps(notes))
    part = to.with_name(f"{to.name}.part")
    try:
        Image.fromarray(frames[0]).save(part, "PNG", pnginfo=text)
        part.replace(to)
    except OSError as error:
        raise unwritten(to, error) from error
    finally:
        with suppress(OSError):
            part.unlink()
