"""The chat side's handle on the generation service: /v1/videos and /v1/images over httpx.

Its errors are those of `answers.py`: VideoServiceError and what is below it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import httpx
from pydantic import BaseModel, Field

from video_service.answers import (
    ServiceBusy,
    ServiceRefused,
    ServiceUnreachable,
    VideoServiceError,
    key_header,
    parts,
    read,
)
from video_service.line import SLACK_S, Line
from video_service.schema import (
    EngineCard,
    EngineList,
    Finish,
    Health,
    ImageRequest,
    Join,
    Refinish,
    Remix,
    VideoJob,
    VideoRequest,
)

__all__ = [
    "Artefact",
    "PictureVariant",
    "ServiceBusy",
    "ServiceRefused",
    "ServiceUnreachable",
    "Variant",
    "VideoClient",
    "VideoServiceError",
    "open_client",
]

Variant = Literal["video", "thumbnail", "sidecar"]
PictureVariant = Literal["image", "sidecar"]
Artefact = Literal["video", "image", "thumbnail", "sidecar", "master"]
POLL_S = 1.0  # between two looks at a job whose server does not hold the question open
FILES_S = 60.0  # photos and music are looked at before they are taken


class _Underway(BaseModel):
    """What the service answers when pictures were ordered and not waited for."""

    data: list[VideoJob] = Field(min_length=1)


class VideoClient:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._line = Line(http)

    async def create(
        self,
        request: VideoRequest,
        *,
        key: str,
        photo: bytes | None = None,
        music: bytes | None = None,
        voice: bytes | None = None,
    ) -> VideoJob:
        """The job for this `key`: a new one, or the one that an earlier try already made.

        A chat that was killed after asking asks again with the same key, perhaps in other words;
        the service refuses those (422) and names the first job: that one is meant.
        `music` (put under the clip) and `voice` (over it) are sound files of any usual format.
        """
        files = {"input_reference": photo, "music": music, "voice": voice}
        return await self._film("/v1/videos", key, request, files)

    async def remix(
        self,
        job_id: str,
        changes: Remix,
        *,
        key: str,
        photo: bytes | None = None,
        music: bytes | None = None,
        voice: bytes | None = None,
    ) -> VideoJob:
        """A clip filmed again with `changes`; all else (photo, seed, sounds) is as it was.

        ServiceRefused `photo_gone`: its photo is kept no longer, send it as `photo`; `joined`:
        a joined clip cannot be filmed again.
        """
        files = {"input_reference": photo, "music": music, "voice": voice}
        return await self._film(f"/v1/videos/{job_id}/remix", key, changes, files)

    async def finish(
        self,
        job_id: str,
        finish: Finish,
        *,
        key: str,
        music: bytes | None = None,
        voice: bytes | None = None,
        user: str | None = None,
    ) -> VideoJob:
        """A completed clip finished anew, without filming: `finish` replaces all it had.

        Its music and voice stay unless others come or `finish.silent`. ServiceRefused `not_ready`:
        the clip is not done; `not_found`: it is no longer there.
        """
        wish = Refinish(**finish.model_dump(include=set(Finish.model_fields)), user=user)
        files = {"music": music, "voice": voice}
        return await self._film(f"/v1/videos/{job_id}/finish", key, wish, files)

    async def join(
        self,
        ids: Sequence[str],
        finish: Finish | None = None,
        *,
        key: str,
        music: bytes | None = None,
        voice: bytes | None = None,
        user: str | None = None,
    ) -> VideoJob:
        """Completed clips one after the other, 2 to 10 of them, as they are seen now."""
        wish = Join(videos=list(ids), finish=finish, user=user)
        return await self._film("/v1/videos/join", key, wish, {"music": music, "voice": voice})

    async def create_image(self, request: ImageRequest, *, key: str) -> VideoJob:
        """The job of one picture, as `create` does it for films; `request.n` does not count."""
        wish = {**request.model_dump(exclude_none=True), "n": 1}
        answer = await self._line.order("/v1/images/generations?wait=0", key, json=wish)
        if answer.status_code == 202:
            return read(_Underway, answer).data[0]
        return read(VideoJob, answer)

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
        await self._line.download(f"/v1/videos/{job_id}/content", to, variant=variant)

    async def download_image(
        self, job_id: str, to: Path, variant: PictureVariant = "image"
    ) -> None:
        """Write a PNG, or what the service wrote about it, to the file `to`."""
        await self._line.download(f"/v1/images/{job_id}/content", to, variant=variant)

    async def cancel(self, job_id: str, **how: bool) -> None:
        """With `erase=True` nothing is kept of it, not even that it was cancelled."""
        await self._line.ask("DELETE", f"/v1/videos/{job_id}", params=how)

    async def cancel_image(self, job_id: str, **how: bool) -> None:
        await self._line.ask("DELETE", f"/v1/images/{job_id}", params=how)

    async def engines(self) -> list[EngineCard]:
        """All engines with their limits, in the order `auto` prefers them."""
        return read(EngineList, await self._line.ask("GET", "/v1/models")).data

    async def health(self, *, to_film: bool = False) -> Health:
        return read(Health, await self._line.ask("GET", "/readyz" if to_film else "/healthz"))

    async def _film(
        self, path: str, key: str, wish: BaseModel, files: dict[str, bytes | None]
    ) -> VideoJob:
        weight = sum(len(content) for content in files.values() if content)
        patience = FILES_S if weight else SLACK_S
        body = parts(wish, files)
        return read(
            VideoJob,
            await self._line.order(path, key, files=body, patience=patience, bytes_out=weight),
        )

    async def _find(self, path: str, key: str) -> VideoJob | None:
        try:
            return read(VideoJob, await self._line.ask("GET", path, headers=key_header(key)))
        except ServiceRefused:
            return None

    async def _get(self, path: str, wait: float) -> VideoJob:
        params = {"wait": f"{wait:g}"} if wait else {}
        asked = time.monotonic()
        answer = await self._line.ask("GET", path, params=params, patience=wait + SLACK_S)
        job = read(VideoJob, answer)
        if not job.status.final:  # servers that cannot wait answer at once: ours is not to hammer
            await asyncio.sleep(max(0.0, min(wait, POLL_S) - (time.monotonic() - asked)))
        return job


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
