"""A photo from the browser: looked at, turned upright, freed of EXIF, or refused kindly.

BadPhoto             `str(error)` is for the log, `say` is for the person who sent it
"""

from bot.web import wording
from intents.tools.pictures import BadPicture, NoPicture, TooLarge, as_jpeg, decode

MAX_BYTES = 10 * 2**20
LONGEST_SIDE = 2560


class BadPhoto(Exception):
    """These bytes are not a photo we can use."""

    def __init__(self, log: str, *, say: str) -> None:
        super().__init__(log)
        self.say = say


def clean_photo(raw: bytes) -> bytes:
    """A JPEG with the same picture and nothing else: no place, no camera, no hidden rest."""
    if len(raw) > MAX_BYTES:
        raise BadPhoto(f"photo of {len(raw)} bytes", say=wording.PHOTO_TOO_BIG)
    try:
        return as_jpeg(decode(raw, LONGEST_SIDE)[0], quality=90)
    except TooLarge as error:
        raise BadPhoto(str(error), say=wording.PHOTO_TOO_BIG) from error
    except NoPicture as error:
        raise BadPhoto(str(error), say=wording.PHOTO_UNKNOWN) from error
    except BadPicture as error:
        raise BadPhoto(str(error), say=wording.PHOTO_BROKEN) from error
