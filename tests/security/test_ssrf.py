"""An address that a gateway names never leads to this machine or into the house."""

import logging
from collections.abc import Callable, Sequence

import httpx
import pytest

from bot.addresses import is_public
from bot.channels.wechaty.boxes import Boxes
from bot.channels.wechaty.errors import Refused
from bot.channels.wecom.media import Media, reach_of
from bot.fetching import Forbidden, Reach, fetch

SPELLINGS = [
    "http://127.0.0.1/a",
    "http://localhost/a",
    "http://localhost./a",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://127。0。0。1/",
    "http://１２７.０.０.１/",
    "http://user:pw@1.1.1.1/",
    "http://127.0.0.1\\@1.1.1.1/",
    "http://1.1.1.1:22/",
    "http://1.1.1.1:8601/v1/videos",
    "http:///x",
    "//1.1.1.1/x",
    "ftp://1.1.1.1/x",
    "file:///etc/passwd",
    "gopher://1.1.1.1/",
    "javascript:alert(1)",
    "data:image/png;base64,aGk=",
    "",
]
PHOTO = b"a photo"
Answer = Callable[[httpx.Request], httpx.Response]


def world(host: str, port: int) -> Sequence[str]:
    """Names out there; whatever else is asked is a number, or means this machine."""
    known = {"img.example": ["93.184.216.34"], "mixed.example": ["93.184.216.34", "10.0.0.1"]}
    return known.get(host) or (["127.0.0.1"] if host.endswith("example") else [host])


def reach(answer: Answer) -> Reach:
    there = httpx.MockTransport(answer)
    return Reach(plain=True, hops=2, look_up=world, transport=there)


def nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"asked {request.url}")


@pytest.mark.parametrize("url", SPELLINGS)
async def test_no_spelling_of_a_near_address_is_asked(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = Reach(plain=True, transport=httpx.MockTransport(nobody))
    with pytest.raises(Forbidden):
        await fetch(url, told)
    assert [it.levelno for it in caplog.records] == [logging.WARNING]
    assert "not fetched" in caplog.text


@pytest.mark.parametrize("url", SPELLINGS)
async def test_the_channels_refuse_them_as_well(url: str) -> None:
    with pytest.raises(OSError, match="could not be fetched"):
        await Media(reach_of()).fetch(url, "")
    boxes = Boxes.__new__(Boxes)
    boxes._reach = Reach(plain=True, transport=httpx.MockTransport(nobody))
    with pytest.raises(Refused):
        await boxes._content({"url": url}, 2)


@pytest.mark.parametrize("host", ["evil.example", "mixed.example"])
async def test_a_name_that_means_a_near_address_is_not_asked(host: str) -> None:
    with pytest.raises(Forbidden, match="in the house"):
        await fetch(f"https://{host}/a", reach(nobody))


async def test_a_name_is_resolved_once_and_asked_where_it_was_checked() -> None:
    seen: list[tuple[str, str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sni = request.extensions["sni_hostname"]
        seen.append((request.url.host, request.headers["host"], sni))
        assert request.headers["accept-encoding"] == "identity"
        return httpx.Response(200, content=PHOTO)

    assert await fetch("https://img.example/a?b=1", reach(answer)) == PHOTO
    assert seen == [("93.184.216.34", "img.example", "img.example")]


@pytest.mark.parametrize(
    "there",
    [
        "http://127.0.0.1/",
        "https://evil.example/",
        "http://img.example/",
        "file:///etc/passwd",
        "//[::1]/",
        "https://2130706433/",
        "http://[bad",
    ],
)
async def test_a_redirect_is_judged_like_an_address(there: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "93.184.216.34"
        return httpx.Response(302, headers={"location": there})

    with pytest.raises(Forbidden):
        await fetch("https://img.example/a", reach(answer))


async def test_a_redirect_to_elsewhere_takes_no_headers_along_and_ends() -> None:
    keys: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("cookie"))
        return httpx.Response(302, headers={"location": "https://1.1.1.1/next"})

    with pytest.raises(Forbidden, match="2 redirects"):
        await fetch("https://img.example/", reach(answer), {"cookie": "k", "Host": "10.0.0.1"})
    assert keys == ["k", None, None]


@pytest.mark.parametrize(
    "good",
    ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_the_open_internet_is_open(good: str) -> None:
    assert is_public(good)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        "198.18.0.7",
        "240.0.0.1",
        "192.0.0.192",
        "2001:db8::1",
        "3fff::1",
        "ff02::1",
        "fec0::1",
        "fe80::1%eth0",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::7f00:1",
        "2002:c0a8:101::1",
    ],
)
def test_everything_else_is_not(bad: str) -> None:
    assert not is_public(bad)
