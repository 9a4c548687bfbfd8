"""Pictures: read from somebody else's format, written as a PNG that says a machine made it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from video_service.engines.base import EngineError, Frames
from video_service.media import unwritten
from video_service.orders import BadOrder
from video_service.photos import open_picture

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


def read_picture(content: bytes, who: str) -> Frames:
    """The picture that `who` delivered, as one frame [1, height, width, 3]; or EngineError."""
    try:
        with open_picture(content) as picture:
            return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"), np.uint8)[None]
    except BadOrder as error:
        why = f"{who} delivered no picture: {error.message}"
        raise EngineError("cloud_unavailable", why) from error
