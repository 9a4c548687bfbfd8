"""A photo that an agent gives: a file of this machine or its bytes; never fetched from anywhere."""

import base64
import binascii
import os
import stat
from pathlib import Path

from bot.agents import wording as say
from bot.agents.failures import ToolFailed
from bot.agents.inputs import AnimatePhoto
from bot.web.photos import MAX_BYTES, BadPhoto, clean_photo


def photo_of(asked: AnimatePhoto) -> bytes:
    """A clean JPEG, freed of EXIF; ToolFailed says what is wrong with it. Blocking."""
    if (asked.photo_path is None) == (asked.photo_base64 is None):
        raise ToolFailed(say.ONE_PHOTO)
    raw = _read(asked.photo_path) if asked.photo_path else _decoded(asked.photo_base64 or "")
    try:
        return clean_photo(raw)
    except BadPhoto as error:
        raise ToolFailed(error.say) from error


def _read(named: str) -> bytes:
    if "://" in named or named.startswith(("data:", "//")):
        raise ToolFailed(say.NO_URL)
    path = Path(named)
    if not path.is_absolute():
        raise ToolFailed(say.NOT_ABSOLUTE)
    try:  # what is no plain file (a pipe, a device) may never end
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise ToolFailed(say.NO_PHOTO.format(path=path, why=say.NOT_A_FILE))
            if found.st_size > MAX_BYTES:
                raise ToolFailed(say.TOO_BIG)
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ToolFailed(say.NO_PHOTO.format(path=path, why=error.strerror)) from error
    except ValueError as error:  # a zero byte, half a character
        raise ToolFailed(say.NOT_ABSOLUTE) from error


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ToolFailed(say.NOT_BASE64) from error
