"""The service in this process, without its worker: tests play the worker over its own verbs."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from video_service.app import create_app
from video_service.auth import Keys
from video_service.engines.specs import Lane
from video_service.schema.settings import ServiceSettings
from video_service.studio import Studio, open_studio

WORKER = "local/0"
WORKER_TOKEN = "worker-token-of-the-tests"
MP4 = b"\x00\x00\x00\x18ftypmp42 not really a film"


@dataclass(frozen=True, slots=True)
class House:
    """`http` speaks as a caller, `worker` as the local worker, `stranger` as nobody we know."""

    studio: Studio
    http: httpx.AsyncClient
    worker: httpx.AsyncClient
    stranger: httpx.AsyncClient

    async def order(self, prompt: str = "熊猫吃竹子", **fields: Any) -> dict[str, Any]:
        answer = await self.http.post("/v1/videos", json={"prompt": prompt, **fields})
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def claim(
        self, worker: str = WORKER, wait_s: float = 0, lane: Lane = "card"
    ) -> dict[str, Any] | None:
        said = {"worker": worker, "wait_s": wait_s, "lane": lane}
        answer = await self.worker.post("/internal/jobs/claim", json=said)
        assert answer.status_code == 200, answer.text
        errand: dict[str, Any] | None = answer.json()["errand"]
        return errand

    async def beat(self, errand: dict[str, Any], stage: str, progress: int) -> bool:
        said = {"token": errand["token"], "stage": stage, "progress": progress}
        answer = await self.worker.post(f"/internal/jobs/{errand['id']}/heartbeat", json=said)
        return bool(answer.json()["go_on"])

    async def upload(
        self, errand: dict[str, Any], variant: str = "video", content: bytes = MP4
    ) -> httpx.Response:
        return await self.worker.put(
            f"/internal/jobs/{errand['id']}/artefact",
            params={"variant": variant, "token": errand["token"]},
            content=content,
        )

    async def end(self, errand: dict[str, Any], verb: str, **said: Any) -> httpx.Response:
        return await self.worker.post(
            f"/internal/jobs/{errand['id']}/{verb}", json={"token": errand["token"], **said}
        )

    async def film(self, lane: Lane = "card") -> dict[str, Any]:
        """Play the worker of `lane` once, from claim to completion."""
        errand = await self.claim(lane=lane)
        assert errand is not None
        assert (await self.upload(errand)).status_code == 204
        assert (await self.end(errand, "complete")).status_code == 204
        return errand


@asynccontextmanager
async def open_house(
    folder: Path, token: str | None = None, **settings: Any
) -> AsyncIterator[House]:
    """A house over `folder`; `settings` are those of the `video_service:` section."""
    rules = ServiceSettings(**{"model": "draft", **settings})
    keys = Keys(token, WORKER_TOKEN)
    async with (
        asyncio.TaskGroup() as tasks,
        open_studio(tasks, rules, folder, keys, "the-instance") as studio,
    ):
        app = create_app(lambda: nullcontext(studio))
        async with (
            _talk(app, studio, token) as http,
            _talk(app, studio, WORKER_TOKEN) as worker,
            _talk(app, studio, None) as stranger,
        ):
            yield House(studio, http, worker, stranger)


def _talk(app: FastAPI, studio: Studio, token: str | None) -> httpx.AsyncClient:
    async def with_state(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await app({**scope, "state": {"studio": studio}}, receive, send)

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)
