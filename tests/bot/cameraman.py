"""A worker that a test plays itself over the service's own verbs: films cost nothing, and wait.

A service without workers (`--workers 0`) is real in everything but the pictures.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import av
import httpx
import numpy as np

from tests.service.running import TOKEN, Running

Errand = dict[str, Any]
OPEN = ("queued", "in_progress")
LANES = ("card", "finish")
FRAMES = 12


@cache
def a_film() -> bytes:
    """Twelve frames that a phone plays, about a second of them."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shade in range(FRAMES):
            pixels = np.full((48, 64, 3), 20 * shade, np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
        film.mux(stream.encode())
    return out.getvalue()


class Cameraman:
    """`claims` are the orders as they reached the worker, in order."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.claims: list[Errand] = []

    async def claim(self, lane: str = "card") -> Errand:
        """The next order; from now on it is being filmed."""
        errand = await self._claim(lane, 10)
        assert errand is not None
        return errand

    async def deliver(self, errand: Errand) -> None:
        """Hand the film in; one that was called off is nobody's."""
        where, token = f"/internal/jobs/{errand['id']}", errand["token"]
        film, told = await asyncio.to_thread(a_film), json.dumps(errand["shot"]).encode()
        for variant, content in (("video", film), ("master", film), ("sidecar", told)):
            named = {"variant": variant, "token": token}
            await self._http.put(f"{where}/artefact", params=named, content=content)
        await self._http.post(f"{where}/complete", json={"token": token})

    async def give_up(self, errand: Errand) -> None:
        """Tell that it cannot be filmed, whoever tried."""
        said = {"token": errand["token"], "code": "engine_error", "message": "no"}
        answer = await self._http.post(f"/internal/jobs/{errand['id']}/fail", json=said)
        assert answer.is_success

    async def call_all_off(self) -> None:
        """Leave nothing undone for the next test."""
        page = (await self._http.get("/v1/videos", params={"limit": 100})).json()
        for job in page["data"]:
            if job["status"] in OPEN:
                await self._http.delete(f"/v1/videos/{job['id']}")

    async def _claim(self, lane: str, wait_s: float) -> Errand | None:
        said = {"worker": f"{lane}/0", "lane": lane, "wait_s": wait_s}
        answer = await self._http.post("/internal/jobs/claim", json=said, timeout=wait_s + 10)
        errand: Errand | None = answer.json()["errand"]
        if errand:
            self.claims.append(errand)
        return errand

    async def _work(self, lane: str) -> None:
        while True:
            if errand := await self._claim(lane, 20):
                await self.deliver(errand)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Cameraman"]:
        """Films whatever is ordered, at once."""
        try:
            async with asyncio.TaskGroup() as tasks:
                busy = [tasks.create_task(self._work(lane)) for lane in LANES]
                try:
                    yield self
                finally:
                    for task in busy:
                        task.cancel()
        finally:
            for lane in LANES:  # a newer claim of his: the one that was broken off takes nothing
                await self._claim(lane, 0)


@asynccontextmanager
async def a_cameraman(service: Running) -> AsyncIterator[Cameraman]:
    headers = {"Authorization": f"Bearer {TOKEN['QUNYING_WORKER_TOKEN']}"}
    async with httpx.AsyncClient(
        base_url=service.url, headers=headers, trust_env=False, timeout=30
    ) as http:
        cameraman = Cameraman(http)
        yield cameraman
        await cameraman.call_all_off()
