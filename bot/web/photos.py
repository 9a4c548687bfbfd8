"""A photo from the browser: looked at, turned upright, freed of EXIF, or refused kindly.

BadPhoto             `str(error)` is for the log, `say` is for the person who sent it
"""

import io
from collections.abc import Callable

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import HeifImageFile

from bot.web import wording

MAX_BYTES = 10 * 2**20
MAX_PIXELS = 50_000_000  # a decoded photo of this size already takes 150 MB
LONGEST_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")
HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1")  # what iPhones take
# Pillow has no common base for what a damaged file makes its decoders raise; the last is libheif's
BROKEN = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, EOFError, RuntimeError)


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
        with _open(raw) as photo:
            if photo.width * photo.height > MAX_PIXELS:
                raise BadPhoto(f"photo of {photo.size} pixels", say=wording.PHOTO_TOO_BIG)
            return _as_jpeg(photo)
    except UnidentifiedImageError as error:
        raise BadPhoto("not a photo", say=wording.PHOTO_UNKNOWN) from error
    except BROKEN as error:
        raise BadPhoto(f"damaged photo: {error!r}", say=wording.PHOTO_BROKEN) from error


def _open(raw: bytes) -> Image.Image:
    """Its size is known, its pixels are not decoded yet."""
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIC_BRANDS:
        heic: Callable[[io.BytesIO], Image.Image] = HeifImageFile
        return heic(io.BytesIO(raw))
    return Image.open(io.BytesIO(raw), formats=FORMATS)


def _as_jpeg(photo: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(photo)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if upright.has_transparency_data:
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright.convert("RGBA"))
    # a new picture takes over the pixels only: whatever else the file carried stays behind
    bare = Image.new("RGB", upright.size)
    bare.paste(upright.convert("RGB"))
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=90)
    return out.getvalue()
