"""What is no decent picture is refused by name at every door: the service's and the page's."""

import asyncio
import logging
import struct
import threading
import uuid
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.channels.web import WebChannel
from bot.web.photos import BadPhoto, clean_photo
from intents.tools import pictures
from tests.service.house import House
from video_service import intake
from video_service.photos import check_photo

PNG = b"\x89PNG\r\n\x1a\n"


def picture(kind: str, size: tuple[int, int] = (640, 480)) -> bytes:
    file = BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(file, kind)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG whose comment unpacks to 200 MB."""
    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    comment = b"note\0\0" + zlib.compress(bytes(200 * 2**20), 9)
    rows = zlib.compress(bytes(65 * 64))
    parts = ((b"IHDR", head), (b"zTXt", comment), (b"IDAT", rows[:20]), (b"IEND", b""))
    return PNG + b"".join(chunk(*it) for it in parts)


def endless_jpeg() -> bytes:
    """A progressive one whose last scan comes a thousand times: hours of work in a few MB."""
    file = BytesIO()
    Image.new("L", (640, 480), 128).save(file, "JPEG", progressive=True)
    whole = file.getvalue()
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + scan * 1000 + whole[-2:]


def webp_of(width: int, height: int) -> bytes:
    """A head alone; the decoder would take memory for all of it."""
    canvas = (width - 1 | (height - 1) << 24).to_bytes(6, "little")
    head = b"WEBPVP8X" + struct.pack("<II", 10, 0) + canvas
    return b"RIFF" + struct.pack("<I", len(head)) + head


BAD = {
    "nothing": b"",
    "a word": b"hello",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n" * 20,
    "pdf": b"%PDF-1.7\n" + bytes(200),
    "tiff": picture("TIFF"),
    "ppm": picture("PPM"),
    "half a png": picture("PNG")[:200],
    "half a jpeg": picture("JPEG")[:600],
    "gif of nothing": b"GIF89a" + b"\xff" * 50,
    "riff of sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(30),
    "heic of nothing": b"\0\0\0\x1cftypheic" + bytes(60),
    "png bomb": png_of(50_000, 50_000),
    "text bomb": text_bomb(),
    "webp bomb": webp_of(16_000, 16_000),
    "jpeg bomb": endless_jpeg(),
    "a program": b"\x7fELF" + bytes(200),
    "a zip": b"PK\x03\x04" + bytes(200),
}


@pytest.mark.parametrize("name", BAD)
async def test_the_service_refuses_it_by_name_and_keeps_nothing(
    name: str, house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    files = {"input_reference": ("a.png", BAD[name])}
    answer = await house.http.post("/v1/videos", data={"prompt": "动起来"}, files=files)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error["code"] in ("invalid_image", "image_too_large", "invalid_value")
    assert error["param"] == "input_reference"
    assert f"400 {error['code']}" in caplog.text
    assert (await house.http.get("/healthz")).json()["queued"] == 0
    assert not [it for it in tmp_path.rglob("*") if it.name.startswith(("video_", "photo"))]


@pytest.mark.parametrize("name", BAD)
async def test_the_page_refuses_it_kindly(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    channel = WebChannel(("妈妈",))
    with pytest.raises(BadPhoto) as told:
        await channel.post("妈妈", "", [BAD[name]], message_id=str(uuid.uuid4()))
    assert told.value.say.startswith("这")
    assert str(told.value)


def test_sixteen_bits_of_grey_are_no_white_sheet() -> None:
    deep = Image.radial_gradient("L").convert("I").point(lambda grey: grey * 257).convert("I;16")
    file = BytesIO()
    deep.save(file, "PNG")
    for clean in (check_photo, clean_photo):
        with Image.open(BytesIO(clean(file.getvalue()))) as seen:
            grey = np.asarray(seen.convert("L"))
        assert grey.min() < 5
        assert grey.max() == 255


async def test_twenty_at_once_are_all_refused_by_their_heads(house: House) -> None:
    bomb = {"input_reference": ("a.png", BAD["png bomb"])}
    asked = [house.http.post("/v1/videos", data={"prompt": "x"}, files=bomb) for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert {it.json()["error"]["code"] for it in answers} == {"image_too_large"}


class Crowd:
    """Whether three were ever in here at once; who is, waits a moment for the others."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work, self._meeting, self.met = work, threading.Barrier(3), False

    def __call__(self, *given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            self._meeting.wait(0.5)
            self.met = True
        return self._work(*given)


async def test_photos_that_come_at_once_are_decoded_a_few_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes as much memory as it has pixels, however small its file."""
    service, chat = Crowd(check_photo), Crowd(pictures._plain)
    monkeypatch.setattr(intake, "check_photo", service)
    monkeypatch.setattr(pictures, "_plain", chat)
    photo = picture("PNG")
    files = {"input_reference": ("a.png", photo)}
    asked = [house.http.post("/v1/videos", data={"prompt": "x"}, files=files) for _ in range(4)]
    assert {it.status_code for it in await asyncio.gather(*asked)} == {200}
    await asyncio.gather(*(asyncio.to_thread(clean_photo, photo) for _ in range(4)))
    assert not service.met
    assert not chat.met
