"""A photo of any shape fills the film's frame, and what was round in it stays round."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from video_service.engines.framing import frame
from video_service.photos import check_photo

RED = (230, 20, 20)
ORIENTATION = 0x0112  # of EXIF


def drawn(width: int, height: int) -> bytes:
    """A green photo with a red disc in its middle, half as wide as its short side."""
    photo = Image.new("RGB", (width, height), (40, 140, 60))
    radius = min(width, height) / 4
    box = (width / 2 - radius, height / 2 - radius, width / 2 + radius, height / 2 + radius)
    ImageDraw.Draw(photo).ellipse(box, fill=RED)
    jpeg = BytesIO()
    photo.save(jpeg, "JPEG", quality=95)
    return jpeg.getvalue()


def disc(image: Image.Image) -> tuple[int, int]:
    """Width and height of what is bright red: the disc, and not its blurred likeness."""
    pixels = np.asarray(image).astype(int)
    red = (pixels[..., 0] > 200) & (pixels[..., 1] < 80)
    rows, columns = np.flatnonzero(red.any(1)), np.flatnonzero(red.any(0))
    return int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1


@pytest.mark.parametrize("film", [(720, 480), (768, 1360), (1280, 704), (64, 64)])
@pytest.mark.parametrize(
    "photo", [(1536, 2048), (2048, 1536), (1200, 1200), (2048, 400), (200, 150), (32, 32)]
)
def test_the_frame_is_filled_and_a_circle_stays_round(
    photo: tuple[int, int], film: tuple[int, int]
) -> None:
    framed = frame(drawn(*photo), *film)
    assert (framed.size, framed.mode) == (film, "RGB")
    wide, high = disc(framed)
    assert abs(wide - high) <= max(2, 0.03 * wide)


def test_a_photo_that_almost_fits_loses_its_edge_and_gets_no_sides() -> None:
    photo = Image.new("RGB", (1600, 1000), RED)
    ImageDraw.Draw(photo).rectangle((800, 0, 1600, 1000), fill=(20, 20, 230))
    jpeg = BytesIO()
    photo.save(jpeg, "JPEG")
    pixels = np.asarray(frame(jpeg.getvalue(), 720, 480)).astype(int)
    assert (pixels[:, 0, 0] > 200).all()
    assert (pixels[:, -1, 2] > 200).all()


def test_a_tall_photo_in_a_wide_film_is_shown_whole_before_dark_soft_sides() -> None:
    striped = Image.new("RGB", (900, 1600), (200, 200, 200))
    draw = ImageDraw.Draw(striped)
    for y in range(0, 1600, 40):
        draw.rectangle((0, y, 900, y + 19), fill=(255, 255, 255))
    draw.rectangle((0, 0, 900, 60), fill=RED)
    draw.rectangle((0, 1540, 900, 1600), fill=RED)
    jpeg = BytesIO()
    striped.save(jpeg, "JPEG", quality=95)
    pixels = np.asarray(frame(jpeg.getvalue(), 720, 480)).astype(float)
    middle, side = pixels[:, 360], pixels[:, 40]
    assert middle[2, 1] < 80  # its top and its bottom are there
    assert middle[-3, 1] < 80
    assert side.mean() < 0.85 * middle.mean()
    assert np.abs(np.diff(side[:, 0])).max() < 8 < np.abs(np.diff(middle[:, 0])).max()


def test_a_photo_of_the_films_own_size_comes_out_untouched() -> None:
    photo = drawn(720, 480)
    with Image.open(BytesIO(photo)) as image:
        assert frame(photo, 720, 480).tobytes() == image.convert("RGB").tobytes()


def test_the_same_photo_always_gives_the_same_picture() -> None:
    photo = drawn(300, 700)
    assert frame(photo, 720, 480).tobytes() == frame(photo, 720, 480).tobytes()


def sent(photo: Image.Image, kind: str, **how: Any) -> bytes:
    """The file of it, as a phone sends it."""
    file = BytesIO()
    photo.save(file, kind, **how)
    return file.getvalue()


def turned(photo: Image.Image) -> bytes:
    """Lying on its side, with a note which way is up: what a phone held upright writes."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return sent(photo.rotate(90, expand=True), "JPEG", exif=exif, quality=95)


def portrait(width: int, height: int) -> Image.Image:
    """A red disc over the middle, and the sky is blue above it."""
    with Image.open(BytesIO(drawn(width, height))) as opened:
        photo = opened.convert("RGB")
    ImageDraw.Draw(photo).rectangle((0, 0, width, height // 6), fill=(20, 40, 230))
    return photo


@pytest.mark.parametrize(
    "file",
    [
        sent(portrait(3024, 4032), "JPEG", quality=80),  # 12 million pixels
        turned(portrait(1200, 1600)),
        sent(portrait(900, 1600).convert("RGBA"), "PNG"),
        sent(portrait(150, 200), "JPEG", quality=95),
        sent(portrait(1600, 1200), "WEBP", quality=95),
    ],
    ids=["12 MP", "turned by its EXIF", "PNG with alpha", "thumbnail", "wide WEBP"],
)
@pytest.mark.parametrize("film", [(720, 480), (480, 832)])
def test_a_photo_from_a_phone_comes_into_the_film_upright_and_in_shape(
    file: bytes, film: tuple[int, int]
) -> None:
    framed = frame(check_photo(file), *film)
    wide, high = disc(framed)
    assert abs(wide - high) <= max(2, 0.03 * wide)
    blue = np.asarray(framed)[:, film[0] // 2, 2]
    sky = np.flatnonzero(blue > 180)
    assert 0 < len(sky) < film[1] / 2
    assert sky.max() < film[1] / 2
