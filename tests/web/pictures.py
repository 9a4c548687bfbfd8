"""Photos for the page's tests, good and bad."""

import io
import struct

from PIL import Image
from pillow_heif import from_pillow

ORIENTATION, GPS = 0x0112, 0x8825


def jpeg(size: tuple[int, int] = (64, 48), colour: str = "tomato") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small one whose head tells another size."""
    small = bytearray(jpeg())
    struct.pack_into(">HH", small, small.index(b"\xff\xc0") + 5, height, width)
    return bytes(small)


def phone_jpeg() -> bytes:
    """Taken with the phone on its side, with the place written into it."""
    photo = Image.new("RGB", (64, 48), "tomato")
    exif = photo.getexif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (39.0, 54.0, 0.0)
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif)
    return out.getvalue()


def see_through_png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def heic(size: tuple[int, int] = (320, 240)) -> bytes:
    """What an iPhone takes."""
    out = io.BytesIO()
    from_pillow(Image.new("RGB", size, "tomato")).save(out)
    return out.getvalue()
