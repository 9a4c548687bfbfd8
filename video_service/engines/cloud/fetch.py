"""Fetches what a provider made, at once: its link expires.

The link comes from outside, so it leads only to public hosts over https, or to the very place the
settings name; a redirect is judged like a link. The key never goes along.
"""

import asyncio
import ipaddress
import socket
from itertools import islice
from urllib.parse import urljoin, urlsplit

import httpx

from video_service.engines.cloud.errors import CloudError
from video_service.engines.cloud.line import Line

HOPS = 4
TRIES = 4
GONE = (401, 403, 404, 410)  # a signed link that expired is refused, not missing
TIMES = httpx.Timeout(30, connect=15)  # how long a transfer may stand still


async def fetch(line: Line, url: str, limit: int) -> bytes:
    """The bytes behind `url`, at most `limit`; CloudError `cloud_expired` when the link is dead."""
    trouble = line.broken("the file did not come")
    for pause in islice(line.pace.pauses(), TRIES):
        try:
            return await _follow(line, url, limit)
        except httpx.HTTPError as error:
            trouble = line.broken(f"the file did not come: {type(error).__name__}")
        await asyncio.sleep(pause)
    raise trouble


async def _follow(line: Line, url: str, limit: int) -> bytes:
    for _ in range(HOPS):
        await _check(line, url)
        async with line.http.stream("GET", url, timeout=TIMES) as response:
            if response.has_redirect_location:
                url = urljoin(url, response.headers["location"])
                continue
            if response.status_code in GONE:
                raise CloudError("cloud_expired", f"the link answers {response.status_code}")
            response.raise_for_status()
            return await _read(line, response, limit)
    raise line.broken("its link leads in circles")


async def _read(line: Line, response: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > limit:
            raise line.broken(f"its file is larger than {limit} bytes")
    return bytes(content)


async def _check(line: Line, url: str) -> None:
    """CloudError unless `url` leads home, or to a public host over https."""
    there, home = urlsplit(url), urlsplit(line.home)
    if (there.scheme, there.netloc) == (home.scheme, home.netloc):
        return
    if there.scheme != "https" or there.hostname is None:
        raise line.broken("its link is not https")
    for address in await _addresses(there.hostname):
        if not ipaddress.ip_address(address).is_global:
            raise line.broken("its link leads into a private network")


async def _addresses(host: str) -> list[str]:
    """Where `host` lies; nothing when only a proxy can tell."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(address[0]).split("%")[0] for *_, address in found]
