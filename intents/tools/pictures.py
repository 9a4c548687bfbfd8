"""A photo's bytes become pixels: upright, opaque, bounded. Blocking; call it in a thread.

BadPicture           the bytes are no picture that can be used; the text is English, for the log
├── NoPicture        of no kind that is known
└── TooLarge         it would take too much to decode
"""

import base64
import io
import struct
import threading
import zlib
from collections.abc import Callable

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import HeifImageFile

from video_service.schema.heads import is_endless, webp_canvas

MOST_PIXELS = 50_000_000  # a decoded photo of this size already takes 150 MB
MOST_OF_JPEG = 85_000_000  # decoded straight to a smaller size
# so many at once in this process: one of 25 million pixels takes 100 MB meanwhile
DECODING = threading.BoundedSemaphore(2)
LONGEST_SIDE, MOST_BYTES = 3000, 6 * 2**20  # of what goes to an engine; some take no more
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1")  # what iPhones take
# Pillow has no common base for what a damaged file makes its decoders raise; libheif has its own
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, RuntimeError, TypeError, LookupError,
    AttributeError, OverflowError, MemoryError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class BadPicture(Exception):
    """Nothing here can be looked at."""


class NoPicture(BadPicture):
    """Something else."""


class TooLarge(BadPicture):
    """Too many pixels, or too much work for those it has."""


def decode(data: bytes, side: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture as RGB, no side longer than `side`, and its own width and height."""
    try:
        with DECODING, _open(data) as picture:
            size = picture.size
            most = MOST_OF_JPEG if picture.format == "JPEG" else MOST_PIXELS
            if size[0] * size[1] > most:
                raise TooLarge(f"a picture of {size[0]}x{size[1]} pixels")
            picture.draft("RGB", (side, side))  # JPEG decodes straight to a smaller size
            return _plain(picture, side), size
    except UnidentifiedImageError as error:
        raise NoPicture("no picture of a kind that is known") from error
    except BROKEN as error:
        raise BadPicture(f"it cannot be read: {error!r}") from error


def fitted(data: bytes) -> bytes:
    """The picture as it is, or as a JPEG of a decent size: phones take photos of 50 million pixels.

    What cannot be read is left to whoever reads it next.
    """
    try:
        with _open(data) as picture:
            if max(picture.size) <= LONGEST_SIDE and len(data) <= MOST_BYTES:
                return data
        return as_jpeg(decode(data, LONGEST_SIDE)[0], quality=92)
    except (BadPicture, *BROKEN):
        return data


def data_url(data: bytes, side: int) -> str:
    """A JPEG of it as a data URL; only pixels are carried over, no place and no camera."""
    jpeg = as_jpeg(decode(data, side)[0], quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def as_jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _open(data: bytes) -> Image.Image:
    """Its size is known, its pixels are not decoded yet."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        heic: Callable[[io.BytesIO], Image.Image] = HeifImageFile
        return heic(io.BytesIO(data))
    width, height = webp_canvas(data) or (0, 0)
    if width * height > MOST_PIXELS or is_endless(data):
        raise TooLarge("a picture that would take too much to open")
    return Image.open(io.BytesIO(data), formats=FORMATS)


def _plain(picture: Image.Image, side: int) -> Image.Image:
    picture.thumbnail((side, side))  # before it is turned, or there are two of full size
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits of grey, of which convert() keeps the lowest
        upright = upright.convert("I").point(lambda grey: grey / 256).convert("L")
    if upright.has_transparency_data:
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright.convert("RGBA"))
    # a new picture takes over the pixels only: whatever else the file carried stays behind
    bare = Image.new("RGB", upright.size)
    bare.paste(upright.convert("RGB"))
    return bare
