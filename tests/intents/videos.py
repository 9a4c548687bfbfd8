"""A small service that answers /v1/videos, /v1/images and /v1/models as its cards say."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from video_service.client import VideoClient, open_client

DRAFT = {"id": "draft", "ready": True, "draft": True, "modes": ["text", "photo"],
         "languages": ["zh", "en"]}  # fmt: skip
COG = {"id": "cogvideox-2b", "ready": True, "languages": ["en"], "prompt_tokens": 226}
EASEL = {"id": "qwen-image", "ready": True, "makes": "image", "languages": ["zh", "en"],
         "prompt_tokens": 1024}  # fmt: skip
FLUX = {"id": "flux.1-schnell", "ready": True, "makes": "image", "languages": ["en"],
        "prompt_tokens": 256}  # fmt: skip
I2V = {"id": "cogvideox-5b-i2v", "ready": True, "languages": ["en"], "modes": ["photo"]}


@dataclass
class Studio:
    """What the service is like, and what it was asked."""

    cards: list[dict[str, Any]] = field(default_factory=lambda: [dict(DRAFT)])
    refusals: list[tuple[int, str]] = field(default_factory=list)  # for the next POSTs
    job: dict[str, Any] = field(default_factory=dict)
    earlier: dict[str, Any] | None = None  # what the key of this order has made before
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/v1/models")
        async def models() -> dict[str, Any]:
            return {"object": "list", "data": self.cards}

        @app.get("/v1/videos/by-key")
        async def find() -> JSONResponse:
            missing = {"error": {"code": "not_found", "message": "no"}}
            return JSONResponse(self.earlier or missing, 200 if self.earlier else 404)

        @app.post("/v1/videos")
        async def create(request: Request) -> JSONResponse:
            async with request.form() as form:
                asked = {name: await _plain(value) for name, value in form.items()}
            return self._take(request, asked, "video")

        @app.get("/v1/images/by-key")
        async def find_image() -> JSONResponse:
            return await find()

        @app.post("/v1/images/generations")
        async def draw(request: Request) -> JSONResponse:
            answer = self._take(request, await request.json(), "image")
            if answer.status_code >= 400:
                return answer
            return JSONResponse({"object": "list", "data": [json.loads(bytes(answer.body))]}, 202)

        return app

    def _take(self, request: Request, asked: dict[str, Any], makes: str) -> JSONResponse:
        self.asked.append(asked)
        self.keys.append(request.headers["idempotency-key"])
        if self.refusals:
            status, code = self.refusals.pop(0)
            return JSONResponse({"error": {"code": code, "message": "no"}}, status)
        job = {"id": f"{makes}_1", "object": makes, "model": asked["model"], "status": "queued"}
        return JSONResponse(job | {"created_at": 1, "queue_position": 0} | self.job)


async def _plain(value: str | UploadFile) -> str | bytes:
    return value if isinstance(value, str) else await value.read()


@asynccontextmanager
async def client_of(studio: Studio) -> AsyncIterator[VideoClient]:
    async with open_client("http://video", transport=httpx.ASGITransport(studio.app())) as client:
        yield client
