"""A photo from anywhere becomes a clean JPEG: bounded, upright, without EXIF or GPS.

Nothing is decoded before its size is known from the header, and only five formats are known at
all, each met by its own decoder: Pillow's guessing would try some forty. HEIC is what iPhones take.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from video_service.orders import BadOrder
from video_service.schema.heads import is_endless, webp_canvas

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 25_000_000
MAX_SIDE = 12_000
MIN_SIDE = 32
TALLER = 1.1  # a nearly square photo keeps the engine's own size
KEEP_SIDE = 2048  # twice what any engine films, so a camera move stays sharp
PAPER = (255, 255, 255)

Decoder = Callable[[BytesIO], ImageFile]
DECODERS: Final[tuple[tuple[bytes, Decoder], ...]] = (
    (b"\xff\xd8\xff", JpegImageFile),
    (b"\x89PNG\r\n\x1a\n", PngImageFile),
    (b"GIF87a", GifImageFile),
    (b"GIF89a", GifImageFile),
    (b"RIFF", WebPImageFile),
)
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx")
TAKEN = "JPEG, PNG, WEBP, GIF and HEIC"
BROKEN = (  # what Pillow's decoders raise for broken files
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    MemoryError,
    OverflowError,
    RuntimeError,  # libheif's own
    struct.error,
    zlib.error,
)
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def is_upright(photo: bytes) -> bool:
    """Whether a photo that `check_photo` has cleaned is clearly taller than wide."""
    with Image.open(BytesIO(photo)) as image:
        return image.height > image.width * TALLER


def check_photo(data: bytes) -> bytes:
    """A clean JPEG of the photo (of a GIF: its first frame), or BadOrder."""
    with open_picture(data) as photo:
        photo.draft("RGB", (KEEP_SIDE, KEEP_SIDE))  # JPEG decodes straight to a smaller size
        return _clean(photo)


@contextmanager
def open_picture(data: bytes) -> Iterator[ImageFile]:
    """A picture of a decent size, decoded when it is used; BadOrder when that fails."""
    if len(data) > MAX_BYTES:
        raise _too_large(f"{len(data)} bytes, at most {MAX_BYTES} are taken")
    try:
        with _open(data) as photo:
            _check_size(photo.width, photo.height)
            yield photo
    except BOMB as error:
        raise _too_large(str(error)) from error
    except BROKEN as error:
        raise _invalid(f"it cannot be read: {type(error).__name__}") from error


def _open(data: bytes) -> ImageFile:
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        heif: Decoder = HeifImageFile
        return heif(BytesIO(data))
    for signature, decoder in DECODERS:
        if data.startswith(signature):
            _check_head(decoder, data)
            return decoder(BytesIO(data))
    raise _invalid(f"only {TAKEN} are taken")


def _check_head(decoder: Decoder, data: bytes) -> None:
    if decoder is WebPImageFile and (canvas := webp_canvas(data)):
        _check_size(*canvas)
    if decoder is JpegImageFile and is_endless(data):
        raise _too_large("it goes over its pixels again and again")


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_large(f"{width}x{height} pixels, at most 25 million and {MAX_SIDE} a side")
    if min(width, height) < MIN_SIDE:
        raise _invalid(f"{width}x{height} pixels are too few")


def _clean(photo: ImageFile) -> bytes:
    """Upright, opaque, no larger than we can use; only pixels are carried over."""
    photo.thumbnail((KEEP_SIDE, KEEP_SIDE))  # before it is turned, or there are two of full size
    upright = ImageOps.exif_transpose(photo)
    if upright.mode.startswith("I"):  # 16 bits of grey, of which convert() keeps the lowest
        upright = upright.convert("I").point(lambda grey: grey / 256).convert("L")
    if upright.has_transparency_data:
        layered = upright.convert("RGBA")
        upright = Image.new("RGBA", layered.size, (*PAPER, 255))
        upright.alpha_composite(layered)
    pixels = upright.convert("RGB")
    jpeg = BytesIO()
    Image.frombytes("RGB", pixels.size, pixels.tobytes()).save(jpeg, "JPEG", quality=93)
    return jpeg.getvalue()


def _invalid(why: str) -> BadOrder:
    return BadOrder("invalid_image", f"the photo is refused: {why}", "input_reference")


def _too_large(why: str) -> BadOrder:
    return BadOrder("image_too_large", f"the photo is refused: {why}", "input_reference")
