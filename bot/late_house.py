"""A house for one message: the service is found or started when somebody first asks it anything.

Most of what people ask needs none, and whoever is told 地图还没接上 need not wait for a camera.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import httpx

from bot.house import House, ServiceDown

ANYWHERE = "http://service.invalid"  # what requests name before it is known where the service is
OpenHouse = Callable[[AsyncExitStack], Awaitable[House]]


class LateHouse(httpx.AsyncBaseTransport):
    """Opened once, by `open` or by the first request; what it holds is closed with `stack`."""

    def __init__(self, open_house: OpenHouse, stack: AsyncExitStack) -> None:
        self._open_house, self._stack = open_house, stack
        self._opening = asyncio.Lock()
        self._opened = asyncio.Event()
        self._house: House | None = None
        self._inner = httpx.AsyncHTTPTransport(trust_env=False)

    async def open(self) -> House:
        """The house with a service in it; ServiceDown when there is none to be had."""
        async with self._opening:
            if self._house is None:
                self._house = await self._open_house(self._stack)
                self._opened.set()
            return self._house

    async def keep(self) -> None:
        """See to it that a service that was opened lasts, until cancelled."""
        await self._opened.wait()
        await (await self.open()).keep()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            url = httpx.URL((await self.open()).url)
        except ServiceDown as error:
            raise httpx.ConnectError(str(error), request=request) from error
        path = url.raw_path.rstrip(b"/") + request.url.raw_path
        request.url = url.copy_with(raw_path=path)
        request.headers["Host"] = url.netloc.decode()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
