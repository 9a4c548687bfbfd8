"""How long a look at a job takes when twenty callers look at once.

Plain asyncio streams over kept connections: what is measured is the service, not an HTTP client.
"""

import asyncio
import re
import time
from urllib.parse import urlsplit

import httpx

CONNECTIONS = 20
LENGTH = re.compile(rb"content-length: *(\d+)", re.I)


async def ask_often(url: str, times: int, connections: int = CONNECTIONS) -> list[float]:
    """Seconds of each of `times` answers to GET /v1/videos/{id}, for the newest job there is."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        page = (await http.get("/v1/videos", params={"limit": 1})).json()
    path = f"/v1/videos/{page['data'][0]['id']}"
    callers = [_ask(url, path, times // connections) for _ in range(connections)]
    return [took for caller in await asyncio.gather(*callers) for took in caller]


async def _ask(url: str, path: str, times: int) -> list[float]:
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode()
    took = []
    try:
        for _ in range(times):
            start = time.monotonic()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            assert head.startswith(b"HTTP/1.1 200"), head
            assert length is not None, head
            await reader.readexactly(int(length[1]))
            took.append(time.monotonic() - start)
    finally:
        writer.close()
        await writer.wait_closed()
    return took
