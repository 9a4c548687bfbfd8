"""One line to a generation service: whatever is asked over it ends in time.

A read that waits too long is not enough of a rule: who drips a byte now and then would hold us for
ever. So an answer has a moment by which it is whole, and who sends or fetches a file gets more of
it with every byte.
"""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from video_service.answers import (
    ServiceRefused,
    ServiceUnreachable,
    VideoServiceError,
    key_header,
    problem,
)

SLACK_S = 10.0  # on top of what the service was asked to wait
FETCH_S = 60.0  # for a file to begin, or to go on
MOST_BYTES = 2**28  # far more than any film
LEAST_BYTES_S = 16 * 2**10  # a slow line between two houses brings more


class Line:
    """Every way may raise VideoServiceError, and nothing else of what networks do."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(
        self, method: str, path: str, *, patience: float = SLACK_S, bytes_out: int = 0, **more: Any
    ) -> httpx.Response:
        """The answer, which begins within `patience` seconds of `bytes_out` being sent."""
        whole = patience + SLACK_S + bytes_out / LEAST_BYTES_S
        where = self._where(method, path)
        try:
            async with asyncio.timeout(whole):
                response = await self.http.request(method, path, timeout=patience, **more)
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnreachable(f"{where}: {error!r}") from error
        if not response.is_success:
            raise problem(where, response)
        return response

    async def order(self, path: str, key: str, **body: Any) -> httpx.Response:
        """Post twice if need be; a key that made another job already means that job."""
        try:
            return await self._post_twice(path, key, **body)
        except ServiceRefused as error:
            if error.code != "idempotency_key_reused" or not error.location:
                raise
            return await self.ask("GET", error.location)

    async def download(self, path: str, to: Path, **params: str) -> None:
        """Write what lies there to the file `to`, for as long as it comes at a bearable rate."""
        where, loop, content = self._where("GET", path), asyncio.get_running_loop(), bytearray()
        ends = loop.time() + FETCH_S
        try:
            async with (
                asyncio.timeout_at(ends) as deadline,
                self.http.stream("GET", path, params=params, timeout=FETCH_S) as response,
            ):
                if not response.is_success:
                    await response.aread()
                    raise problem(where, response)
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > MOST_BYTES:
                        raise VideoServiceError(f"{where}: more than {MOST_BYTES} bytes")
                    deadline.reschedule(ends + len(content) / LEAST_BYTES_S)
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnreachable(f"{where}: {error!r}") from error
        await asyncio.to_thread(to.write_bytes, content)

    async def _post_twice(self, path: str, key: str, **body: Any) -> httpx.Response:
        """An order whose answer got lost may have been taken: the same key finds out."""
        try:
            return await self.ask("POST", path, headers=key_header(key), **body)
        except ServiceUnreachable as error:
            if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout):
                raise
        return await self.ask("POST", path, headers=key_header(key), **body)

    def _where(self, method: str, path: str) -> str:
        return f"{method} {self.http.base_url.join(path)}"
