"""Files from an address that somebody else names: never from this machine or the house around it.

An address is read by one parser, resolved once, and asked at the very address that was checked: a
name that means another machine a moment later leads nowhere. No proxy is used, which would resolve
the name anew.

NotFetched       an OSError; its text names the host at most, for the rest may hold a key
  Forbidden      nobody was asked, and nobody will be
  Answered       something else than 200, in `status`
  TooMuch        more bytes than are wanted, or packed ones
  Unreachable    no answer, or none in time
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import SOCK_STREAM, getaddrinfo

import httpx

from bot.addresses import is_disguised, is_near_name, is_public

PORTS = {"http": 80, "https": 443}
CONNECT_S = 5.0
OURS = ("host", "connection", "content-length", "transfer-encoding", "accept-encoding")
MOVED = (301, 302, 303, 307, 308)
log = logging.getLogger(__name__)


class NotFetched(OSError):
    """There is no file."""


class Forbidden(NotFetched):
    """An address that is not asked."""


class Answered(NotFetched):
    """No file, but an answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class TooMuch(NotFetched):
    """A body that is not taken."""


class Unreachable(NotFetched):
    """Nobody there, or too slow."""


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of `host`, the best first. Blocking."""
    found = (str(it[4][0]) for it in getaddrinfo(host, port, type=SOCK_STREAM))
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a fetch may go. `trusted` hosts may lie anywhere, at any port, without TLS."""

    trusted: frozenset[str] = frozenset()
    plain: bool = False  # whether the rest of the world may be asked without TLS
    most: int = 20 * 2**20
    within_s: float = 25.0
    hops: int = 0
    look_up: Callable[[str, int], Sequence[str]] = look_up
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)


async def fetch(url: str, reach: Reach, headers: Mapping[str, str] | None = None) -> bytes:
    """What lies at `url`; raises NotFetched. `headers` go to its own host alone."""
    told = {k: v for k, v in (headers or {}).items() if k.lower() not in OURS}
    try:
        async with asyncio.timeout(reach.within_s):
            return await _follow(_parse(url, reach), reach, told)
    except (Forbidden, TooMuch) as error:  # callers say that there is no photo; why, stands here
        log.warning("a file that was named is not fetched: %s", error)
        raise
    except TimeoutError:
        raise Unreachable(f"no file within {reach.within_s:.0f} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Unreachable(f"no answer: {type(error).__name__}") from None


async def _follow(url: httpx.URL, reach: Reach, told: dict[str, str]) -> bytes:
    for _ in range(reach.hops + 1):
        async with _asked(url, reach, told) as answer:
            if answer.status_code not in MOVED or not reach.hops:
                return await _whole(answer, reach.most)
            there = answer.headers.get("location", "")
        next_url = _parse(_joined(url, there), reach)
        if (url.scheme, next_url.scheme) == ("https", "http"):
            raise Forbidden(f"{url.host} leads away from TLS")
        told = told if next_url.host == url.host else {}
        url = next_url
    raise Forbidden(f"more than {reach.hops} redirects")


def _joined(url: httpx.URL, there: str) -> str:
    try:
        return str(url.join(there))
    except httpx.InvalidURL:
        raise Forbidden(f"{url.host} leads to what is no address") from None


def _parse(url: str, reach: Reach) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        host, port = parsed.host, parsed.port
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
        raise Forbidden("what is no address") from None
    if parsed.scheme not in PORTS or not host or parsed.userinfo or "%" in host:
        raise Forbidden("an address of a kind that is not fetched")
    if host in reach.trusted:
        return parsed
    if parsed.scheme == "http" and not reach.plain:
        raise Forbidden(f"{host} without TLS")
    if port not in (None, *PORTS.values()):
        raise Forbidden(f"{host} at port {port}")
    if is_disguised(host) or is_near_name(host):
        raise Forbidden(f"{host:.80} is no name of the open internet")
    return parsed


@asynccontextmanager
async def _asked(
    url: httpx.URL, reach: Reach, told: dict[str, str]
) -> AsyncIterator[httpx.Response]:
    """The head of the answer from a checked address; the next one where one cannot be reached."""
    whole = {**told, "Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
    addresses = await _checked(url, reach)
    limits = httpx.Timeout(reach.within_s, connect=CONNECT_S)
    trust = await asyncio.to_thread(ssl.create_default_context)  # read from disk
    async with httpx.AsyncClient(
        transport=reach.transport, verify=trust, timeout=limits, trust_env=False
    ) as http:
        answer = await _first(http, url, addresses, whole)
        try:
            yield answer
        finally:
            await answer.aclose()


async def _first(
    http: httpx.AsyncClient, url: httpx.URL, addresses: Sequence[str], headers: dict[str, str]
) -> httpx.Response:
    for number, address in enumerate(addresses, start=1):
        ask = http.build_request("GET", url.copy_with(host=address), headers=headers)
        ask.extensions["sni_hostname"] = url.host
        try:
            return await http.send(ask, stream=True, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if number == len(addresses):
                raise
    raise Unreachable(f"{url.host} has no address")


async def _checked(url: httpx.URL, reach: Reach) -> Sequence[str]:
    port = url.port or PORTS[url.scheme]
    try:
        found = await asyncio.to_thread(reach.look_up, url.host, port)
    except (OSError, UnicodeError):
        raise Unreachable(f"{url.host} is not known") from None
    if url.host not in reach.trusted and not all(map(is_public, found)):
        raise Forbidden(f"{url.host} lies on this machine or in the house")
    return found


async def _whole(answer: httpx.Response, most: int) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise Answered(answer.status_code)
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise TooMuch("a packed body: nobody knows how large it gets")
    if int(answer.headers.get("content-length", "0")) > most:
        raise TooMuch(f"more than {most} bytes")
    whole = bytearray()
    async for piece in answer.aiter_bytes():
        whole += piece
        if len(whole) > most:
            raise TooMuch(f"more than {most} bytes")
    return bytes(whole)
