"""The chat side's handle on the generation service: /v1/videos and /v1/images over httpx.

VideoServiceError            nothing came of it; the text says what was asked and what came back
├── ServiceUnreachable       no answer in time: the service is down, starting or far away
├── ServiceBusy              the queue is full: the same request may work later
└── ServiceRefused           the request itself is at fault: `code` says why (prompt_too_long, …)
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from video_service.schema import (
    EngineCard,
    EngineList,
    Health,
    ImageRequest,
    VideoJob,
    VideoRequest,
)

Variant = Literal["video", "thumbnail", "sidecar"]
PictureVariant = Literal["image", "sidecar"]
Artefact = Literal["video", "image", "thumbnail", "sidecar"]
Answer = TypeVar("Answer", bound=BaseModel)
SLACK_S = 10.0  # on top of what the service was asked to wait


class VideoServiceError(Exception):
    """The service could not be reached, or refused."""


class ServiceUnreachable(VideoServiceError):
    """No answer in time."""


class ServiceBusy(VideoServiceError):
    """The queue is full: `own` tells that it is this owner's share of it and no one else's."""

    def __init__(self, message: str, *, own: bool = False) -> None:
        super().__init__(message)
        self.own = own


class ServiceRefused(VideoServiceError):
    """The request is at fault. `code` is the service's own word for it."""

    def __init__(self, code: str, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.code, self.location = code, location


class _Underway(BaseModel):
    """What the service answers when pictures were ordered and not waited for."""

    data: list[VideoJob] = Field(min_length=1)


class VideoClient:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def create(
        self, request: VideoRequest, *, key: str, photo: bytes | None = None
    ) -> VideoJob:
        """The job for this `key`: a new one, or the one that an earlier try already made.

        A chat that was killed after asking asks again with the same key, perhaps in other words;
        the service refuses those (422) and names the first job: that one is meant.
        """
        fields = {k: str(v) for k, v in request.model_dump(exclude_none=True).items()}
        files = {name: (None, value) for name, value in fields.items()}
        body: dict[str, Any] = dict(files)
        if photo is not None:
            body["input_reference"] = ("photo", photo, "application/octet-stream")
        answer = await self._order("/v1/videos", key, files=body)
        return _read(VideoJob, answer)

    async def create_image(self, request: ImageRequest, *, key: str) -> VideoJob:
        """The job of one picture, as `create` does it for films; `request.n` does not count."""
        wish = {**request.model_dump(exclude_none=True), "n": 1}
        answer = await self._order("/v1/images/generations?wait=0", key, json=wish)
        if answer.status_code == 202:
            return _read(_Underway, answer).data[0]
        return _read(VideoJob, answer)

    async def find(self, key: str) -> VideoJob | None:
        """The job that an earlier try made; None too where the server knows no such question."""
        return await self._find("/v1/videos/by-key", key)

    async def find_image(self, key: str) -> VideoJob | None:
        """The picture's job that an earlier try made."""
        return await self._find("/v1/images/by-key", key)

    async def get(self, job_id: str, *, wait: float = 0) -> VideoJob:
        """The job as it is now, or as soon as it is over, `wait` seconds at most."""
        return await self._get(f"/v1/videos/{job_id}", wait)

    async def get_image(self, job_id: str, *, wait: float = 0) -> VideoJob:
        """The same for a picture."""
        return await self._get(f"/v1/images/{job_id}", wait)

    async def download(self, job_id: str, to: Path, variant: Variant = "video") -> None:
        """Write one artefact to the file `to`; the caller renames it into place."""
        await self._download(f"/v1/videos/{job_id}/content", to, variant)

    async def download_image(
        self, job_id: str, to: Path, variant: PictureVariant = "image"
    ) -> None:
        """Write a PNG, or what the service wrote about it, to the file `to`."""
        await self._download(f"/v1/images/{job_id}/content", to, variant)

    async def cancel(self, job_id: str) -> None:
        await self._send("DELETE", f"/v1/videos/{job_id}")

    async def cancel_image(self, job_id: str) -> None:
        await self._send("DELETE", f"/v1/images/{job_id}")

    async def engines(self) -> list[EngineCard]:
        """All engines with their limits, in the order `auto` prefers them."""
        return _read(EngineList, await self._send("GET", "/v1/models")).data

    async def health(self) -> Health:
        return _read(Health, await self._send("GET", "/healthz"))

    async def _order(self, path: str, key: str, **body: Any) -> httpx.Response:
        """Post twice if need be; a key that made another job already means that job."""
        try:
            return await self._post_twice(path, key, **body)
        except ServiceRefused as error:
            if error.code != "idempotency_key_reused" or not error.location:
                raise
            return await self._send("GET", error.location)

    async def _post_twice(self, path: str, key: str, **body: Any) -> httpx.Response:
        """An order whose answer got lost may have been taken: the same key finds out."""
        try:
            return await self._send("POST", path, headers=_key(key), **body)
        except ServiceUnreachable as error:
            if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout):
                raise
        return await self._send("POST", path, headers=_key(key), **body)

    async def _find(self, path: str, key: str) -> VideoJob | None:
        try:
            return _read(VideoJob, await self._send("GET", path, headers=_key(key)))
        except ServiceRefused:
            return None

    async def _get(self, path: str, wait: float) -> VideoJob:
        params = {"wait": f"{wait:g}"} if wait else {}
        return _read(VideoJob, await self._send("GET", path, params=params, timeout=wait + SLACK_S))

    async def _download(self, path: str, to: Path, variant: Artefact) -> None:
        content = (await self._send("GET", path, params={"variant": variant}, timeout=120)).content
        await asyncio.to_thread(to.write_bytes, content)

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        where = f"{method} {self._http.base_url.join(path)}"
        try:
            response = await self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise ServiceUnreachable(f"{where}: {error!r}") from error
        if response.is_success:
            return response
        code, message = _problem(response)
        said = f"{where} -> {response.status_code} {code}: {message}"
        if response.status_code == 429:
            raise ServiceBusy(said, own=code == "quota_exceeded")
        if response.is_client_error:
            raise ServiceRefused(code, said, response.headers.get("location"))
        raise VideoServiceError(said)


def _key(key: str) -> dict[str, str]:
    """The key as a header can carry it: rooms have names like 一家人, or very long ones."""
    plain = re.fullmatch("[!-~]{1,255}", key)
    return {"Idempotency-Key": key if plain else hashlib.sha256(key.encode()).hexdigest()}


def _problem(response: httpx.Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error["code"]), str(error["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return "unknown", response.text[:200]


def _read(shape: type[Answer], response: httpx.Response) -> Answer:
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise VideoServiceError(f"{response.url}: not the answer we know: {error}") from error


@asynccontextmanager
async def open_client(
    url: str, token: str | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[VideoClient]:
    """A client for the service at `url`; `token` is the bearer token, when it wants one."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(
        base_url=url, timeout=SLACK_S, headers=headers, transport=transport, trust_env=False
    ) as http:
        yield VideoClient(http)
