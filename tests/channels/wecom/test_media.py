"""Photos in: decrypted as the official SDKs do it, and every way in which they cannot be had."""

import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from bot.channels.wecom.media import MOST_BYTES, Media, decrypt, open_media, reach_of
from tests.fake_wecom import Wecom

KEY = base64.b64encode(bytes(range(32))).decode()
# b"a photo of the official scheme": AES-256-CBC, key 0..31, vector 0..15, PKCS#7 over 32 bytes;
# made with openssl enc -aes-256-cbc -nopad
KNOWN = bytes.fromhex("fdf114765fbb1abe07d89249388a2ce3d7754bdc3d6049e6c4d5c8408592ae42")
Answer = Callable[[httpx.Request], httpx.Response]


def media_of(answer: Answer, near: str = "") -> Media:
    there = httpx.MockTransport(answer)
    return Media(replace(reach_of(near), transport=there, look_up=lambda *_: ["93.184.216.34"]))


@pytest.fixture
async def media(wecom: Wecom) -> AsyncIterator[Media]:
    async with open_media(wecom.url) as media:
        yield media


@pytest.mark.parametrize("key", [KEY, KEY.rstrip("=")])
def test_a_file_of_the_official_scheme_is_decrypted(key: str) -> None:
    assert decrypt(KNOWN, key) == b"a photo of the official scheme"


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 2_500_000])
async def test_a_photo_comes_back_as_it_was_sent(size: int, wecom: Wecom, media: Media) -> None:
    photo = bytes(n % 251 for n in range(size))
    told = wecom.photo(photo)
    assert await media.fetch(told["url"], told["aeskey"]) == photo


async def test_a_photo_of_more_than_five_minutes_ago_is_gone(wecom: Wecom, media: Media) -> None:
    told = wecom.photo(b"a photo")
    wecom.expire()
    with pytest.raises(FileNotFoundError):
        await media.fetch(told["url"], told["aeskey"])


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.1/admin",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "http://localhost.a/",
    ],
)
async def test_what_is_not_on_https_is_never_asked_for(url: str) -> None:
    asked = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200)

    for near in ("", "127.0.0.1"):
        with pytest.raises(OSError, match=r"without TLS|of a kind"):
            await media_of(answer, near).fetch(url, KEY)
    assert asked == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: httpx.Response(302, headers={"Location": "http://127.0.0.1/"}), "HTTP 302"),
        (lambda _: httpx.Response(500), "HTTP 500"),
        (lambda _: httpx.Response(200, content=b""), "decrypted"),
        (lambda _: httpx.Response(200, content=b"<html>Please log in</html>"), "decrypted"),
        (lambda _: httpx.Response(200, content=bytes(64)), "decrypted"),
        (lambda _: httpx.Response(200, content=bytes(MOST_BYTES + 64)), "more than"),
    ],
)
async def test_whatever_comes_instead_of_a_photo_is_an_os_error(answer: Answer, why: str) -> None:
    with pytest.raises(OSError, match=why):
        await media_of(answer).fetch("https://example.com/p?token=canary", KEY)


async def test_a_dead_line_is_an_os_error_that_does_not_tell_the_address() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route to {request.url}")

    with pytest.raises(OSError, match="could not be fetched") as caught:
        await media_of(answer).fetch("https://example.com/p?token=canary", KEY)
    assert "canary" not in str(caught.value)


async def test_a_photo_that_has_moved_is_not_followed(wecom: Wecom, media: Media) -> None:
    told = wecom.photo(b"a photo")

    def moved(_: ServerConnection, request: Request) -> Response:
        return Response(302, "Found", Headers({"Location": told["url"], "Content-Length": "0"}))

    async with serve(wecom.serve, "127.0.0.1", 0, process_request=moved) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(OSError, match="HTTP 302"):
            await media.fetch(f"http://127.0.0.1:{port}/photo", told["aeskey"])


@pytest.mark.parametrize("key", ["", "not base64!", base64.b64encode(bytes(16)).decode()])
def test_a_key_that_is_none_is_a_value_error(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        decrypt(KNOWN, key)
