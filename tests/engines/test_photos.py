"""Photos from anywhere: clean ones come through upright and bare, the rest is refused fast."""

import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pillow_heif import from_pillow

from video_service.engines.framing import frame
from video_service.orders import BadOrder
from video_service.photos import KEEP_SIDE, check_photo

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def picture(kind: str, size: tuple[int, int] = (640, 480), **how: Any) -> bytes:
    mode = how.pop("mode", "RGB")
    return saved(Image.new(mode, size, how.pop("colour", "red")), kind, **how)


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    """`image` as a file; what iPhones take is written by the library that reads it."""
    file = BytesIO()
    (from_pillow(image) if kind == "HEIC" else image).save(
        file, **({} if kind == "HEIC" else {"format": kind}), **how
    )
    return file.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises far more than its few bytes of zeros."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    zeros = zlib.compress(bytes(width + 1) * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zeros)


def webp_of(width: int, height: int) -> bytes:
    packed = (width - 1) | (height - 1) << 24
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + packed.to_bytes(6, "little")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_of(width: int, height: int) -> bytes:
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0)
    return screen + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00;"


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIC"])
def test_every_usual_format_comes_out_as_a_jpeg_of_the_same_size(kind: str) -> None:
    image = opened(check_photo(picture(kind)))
    assert (image.format, image.size, image.mode) == ("JPEG", (640, 480), "RGB")
    red, green, blue = image.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 15


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16", "LA", "RGBA"])
def test_every_colour_mode_is_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    data = picture(kind, mode=mode, colour=None)
    assert opened(check_photo(data)).mode == "RGB"


def test_what_is_transparent_becomes_white_paper() -> None:
    image = opened(check_photo(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0))))
    assert min(image.getpixel((5, 5))) > 250  # type: ignore[arg-type]


def test_a_photo_held_sideways_stands_upright_and_tells_nothing_about_its_maker() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Phone"
    exif.get_ifd(GPS)[1] = "N"
    data = picture("JPEG", (300, 200), exif=exif, comment=b"at home")
    assert b"Phone" in data
    clean = check_photo(data)
    image = opened(clean)
    assert image.size == (200, 300)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Phone" not in clean
    assert b"at home" not in clean


def test_a_large_photo_comes_out_as_large_as_is_useful() -> None:
    image = opened(check_photo(picture("JPEG", (5000, 4000))))
    assert max(image.size) == KEEP_SIDE
    assert abs(image.width / image.height - 1.25) < 0.01


def test_of_a_moving_gif_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    red, _, blue = opened(check_photo(file.getvalue())).getpixel((9, 9))  # type: ignore[misc]
    assert red > 200 > 50 > blue


BAD = {
    "nothing": (b"", "invalid_image"),
    "a word": (b"hello", "invalid_image"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid_image"),
    "tiff": (picture("TIFF"), "invalid_image"),
    "bmp": (picture("BMP"), "invalid_image"),
    "ppm": (picture("PPM"), "invalid_image"),
    "postscript": (b"%!PS-Adobe\n" * 50, "invalid_image"),
    "a video": (b"\0\0\0\x18ftypmp42" + bytes(100), "invalid_image"),
    "a signature alone": (b"\x89PNG\r\n\x1a\n", "invalid_image"),
    "half a png": (picture("PNG")[:200], "invalid_image"),
    "half a jpeg": (picture("JPEG")[:2000], "invalid_image"),
    "half a webp": (picture("WEBP")[:60], "invalid_image"),
    "half a gif": (picture("GIF")[:40], "invalid_image"),
    "half a heic": (picture("HEIC")[:200], "invalid_image"),
    "a heic of nothing": (b"\0\0\0\x1cftypheic" + bytes(60), "invalid_image"),
    "avif": (b"\0\0\0\x1cftypavif" + bytes(60), "invalid_image"),
    "gif of nothing": (b"GIF89a" + b"\xff" * 50, "invalid_image"),
    "riff of sound": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), "invalid_image"),
    "too small": (picture("PNG", (31, 400)), "invalid_image"),
    "png bomb": (png_of(50_000, 50_000), "image_too_large"),
    "long png": (png_of(13_000, 100), "image_too_large"),
    "webp bomb": (webp_of(16_000, 16_000), "image_too_large"),
    "gif bomb": (gif_of(60_000, 60_000), "image_too_large"),
    "many bytes": (bytes(21 * 2**20), "image_too_large"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_decent_photo_is_refused_by_name(name: str) -> None:
    data, code = BAD[name]
    with pytest.raises(BadOrder) as refused:
        check_photo(data)
    assert (refused.value.code, refused.value.param) == (code, "input_reference")


def test_all_bad_photos_together_cost_neither_a_second_nor_20_megabytes() -> None:
    started = time.process_time()  # others may have the cores
    tracemalloc.start()
    for data, _ in BAD.values():
        with pytest.raises(BadOrder):
            check_photo(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - started < 1
    assert peak < 20e6


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "HEIC"]),
    cuts=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6),
    length=st.integers(0, 4000),
)
def test_a_damaged_photo_is_shown_or_refused_and_never_crashes(
    kind: str, cuts: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(picture(kind, (64, 48)))
    for at, value in cuts:
        data[at % len(data)] = value
    try:
        clean = check_photo(bytes(data[: length or None]))
    except BadOrder:
        return
    assert opened(clean).format == "JPEG"


def snapshot(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A phone's view: blue with a white disc in its middle and a red mark at its top left."""
    width, height = size
    radius = min(size) / 4
    photo = Image.new(mode, size, (30, 60, 200) if mode == "RGB" else (30, 60, 200, 255))
    draw = ImageDraw.Draw(photo)
    middle = (width / 2 - radius, height / 2 - radius, width / 2 + radius, height / 2 + radius)
    draw.ellipse(middle, "white")
    draw.rectangle((width * 0.13, height * 0.13, width * 0.3, height * 0.3), "red")
    return photo


def turned(size: tuple[int, int], kind: str) -> bytes:
    """The same view from a phone held sideways: the pixels lie, the file says how to turn them."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = snapshot(size).rotate(90, expand=True)
    return saved(lying, kind, exif=exif.tobytes() if kind == "HEIC" else exif)


PHONES: dict[str, Callable[[], bytes]] = {
    "portrait": lambda: saved(snapshot((1512, 2016)), "JPEG"),
    "held sideways": lambda: turned((1512, 2016), "JPEG"),
    "iphone": lambda: saved(snapshot((1512, 2016)), "HEIC"),
    "iphone held sideways": lambda: turned((1512, 2016), "HEIC"),
    "12 megapixels": lambda: saved(snapshot((4032, 3024)), "JPEG"),
    "iphone, 12 megapixels": lambda: saved(snapshot((4032, 3024)), "HEIC"),
    "cut out": lambda: saved(snapshot((900, 900), "RGBA"), "PNG"),
    "thumbnail": lambda: saved(snapshot((200, 150)), "JPEG"),
}


@pytest.fixture(scope="module", params=PHONES)
def phone(request: pytest.FixtureRequest) -> bytes:
    """What one of these phones sent, cleaned."""
    return check_photo(PHONES[request.param]())


@pytest.mark.parametrize("film", [(720, 480), (480, 720), (1360, 768), (1024, 1024)])
def test_what_phones_send_is_filmed_upright_whole_and_undistorted(
    phone: bytes, film: tuple[int, int]
) -> None:
    picture = frame(phone, *film)
    assert picture.size == film
    red, green, blue = (np.asarray(plane).astype(int) for plane in picture.split())
    disc = (red > 210) & (green > 210) & (blue > 210)
    rows, columns = np.flatnonzero(disc.any(1)), np.flatnonzero(disc.any(0))
    wide, high = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert abs(wide - high) <= max(3, 0.04 * wide)
    mark = (red > 200) & (green < 90) & (blue < 90)
    y, x = np.argwhere(mark).mean(0)
    assert mark.sum() > 20
    assert x < film[0] / 2
    assert y < film[1] / 2


def test_an_iphones_photo_tells_nothing_about_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[MAKER] = "Phone"
    data = saved(Image.new("RGB", (300, 200)), "HEIC", exif=exif.tobytes())
    assert b"Phone" in data
    assert b"Phone" not in check_photo(data)
