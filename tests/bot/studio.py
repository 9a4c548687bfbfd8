"""A generation service that says what a test wants it to say, job by job, look by look."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from video_service.client import VideoClient, open_client

# a job's fields · an HTTP status · what stands before the service answers · nobody does
Look = dict[str, Any] | int | httpx.Response | None


@dataclass
class Studio:
    """`looks` are the answers to GET /v1/videos/{id}, one after another; the last one stays."""

    looks: list[Look]
    sidecar: bytes | None = b'{"draft": true}'
    seen: list[str] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        self.seen.append(f"{request.method} {request.url.path}")
        if request.url.path.endswith("/content"):
            return self._content(request.url.params["variant"])
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if look is None:
            raise httpx.ConnectError("nobody answers")
        if isinstance(look, httpx.Response):
            return look
        if isinstance(look, int):
            error = {"code": "not_found", "message": "there is no such video"}
            return httpx.Response(look, json={"error": error})
        job = {"id": "video_1", "model": "draft", "status": "queued", "created_at": 1, **look}
        return httpx.Response(200, json=job)

    def _content(self, variant: str) -> httpx.Response:
        kept = {"video": b"the film", "thumbnail": None, "sidecar": self.sidecar}[variant]
        if kept is None:
            error = {"code": "not_found", "message": f"no {variant}"}
            return httpx.Response(404, json={"error": error})
        return httpx.Response(200, content=kept)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[VideoClient]:
        async with open_client("http://studio", transport=httpx.MockTransport(self.answer)) as it:
            yield it
