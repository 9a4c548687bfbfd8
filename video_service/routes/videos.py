"""POST, GET, DELETE /v1/videos: order a film, follow it, list, cancel or delete, remix."""

import asyncio
import logging
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from video_service.chores import forget
from video_service.forms import FORMS, read_wish
from video_service.intake import accept, remix
from video_service.job_table import Job
from video_service.jobs import JobStore
from video_service.problems import invalid, not_found
from video_service.routes.given import FOR_CALLERS, GivenJob, GivenStudio
from video_service.schema import Status, VideoJob, VideoRequest

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/videos", dependencies=FOR_CALLERS, tags=["videos"])
POLL_AFTER_MS = {Status.queued: 2000, Status.in_progress: 1000}


class Page(BaseModel):
    """A part of the list; `last_id` is the next `after`."""

    object: Literal["list"] = "list"
    data: list[VideoJob]
    first_id: str | None
    last_id: str | None
    has_more: bool


class Deleted(BaseModel):
    id: str
    object: Literal["video.deleted"] = "video.deleted"
    deleted: bool = True


class Remix(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prompt: str = Field(min_length=1, max_length=4000)


def _bodies() -> dict[str, Any]:
    """What POST /v1/videos reads, for the OpenAPI page; the body is parsed by hand."""
    asked = VideoRequest.model_json_schema()
    photo: dict[str, Any] = {"type": "string", "format": "binary"}
    form = {**asked, "properties": {**asked["properties"], "input_reference": photo}}
    content = {kind: {"schema": form} for kind in FORMS} | {"application/json": {"schema": asked}}
    return {"requestBody": {"required": True, "content": content}}


@router.post("", openapi_extra=_bodies())
async def create(
    request: Request,
    studio: GivenStudio,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> VideoJob:
    """Order a film. The same Idempotency-Key and body again: the same job."""
    job = await accept(studio, await read_wish(request), idempotency_key)
    return await _told(studio, job, response)


@router.get("/by-key")
async def find(
    studio: GivenStudio,
    response: Response,
    idempotency_key: Annotated[str, Header(min_length=1, max_length=255)],
) -> VideoJob:
    """The job that an earlier POST with this Idempotency-Key made."""
    job = await studio.board.read(lambda store: store.by_key(idempotency_key))
    if job is None:
        raise not_found("video made with this key")
    return await _told(studio, job, response)


@router.get("/{video_id}")
async def look(
    job: GivenJob,
    studio: GivenStudio,
    response: Response,
    wait: Annotated[float, Query(ge=0, le=60, description="seconds to wait until it is over")] = 0,
) -> VideoJob:
    """The job as it is now, or as soon as it is over."""
    if wait and not job.status.final:
        await studio.board.until(lambda store: _is_over(store, job.id) or None, wait)
        now = await studio.board.read(lambda store: store.get(job.id))
        if now is None:
            raise not_found("such video any more")
        job = now
    return await _told(studio, job, response)


@router.get("")
async def browse(
    studio: GivenStudio,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
) -> Page:
    """The jobs by age, a page at a time."""
    edge = await studio.board.read(lambda store: store.get(after)) if after else None
    if after and edge is None:
        raise invalid("after: there is no such video", "after")
    found = await studio.board.read(lambda store: store.page(edge, limit + 1, order))
    told = await studio.tell(*found[:limit])
    first, last = (told[0].id, told[-1].id) if told else (None, None)
    return Page(data=told, first_id=first, last_id=last, has_more=len(found) > limit)


@router.delete("/{video_id}")
async def delete(job: GivenJob, studio: GivenStudio) -> Deleted:
    """Cancel a job that is open; delete one that is over.

    Who waits for a cancelled job learns it: it stays, as failed with code `cancelled`, until it
    expires, though lists leave it out. A job that was over is gone with its files: 404.
    """
    cancelled = await studio.board.write(lambda store: store.cancel(job.id))
    if cancelled or job.hidden:
        log.info("job %s: cancelled", job.id)
        await asyncio.to_thread(studio.shelf.remove, job.id)
    else:
        await forget(studio.board, studio.shelf, job.id)
    return Deleted(id=job.id)


@router.post("/{video_id}/remix")
async def again(
    job: GivenJob,
    wish: Remix,
    studio: GivenStudio,
    response: Response,
) -> VideoJob:
    """The same film with other words: same engine, seed, parameters and photo."""
    return await _told(studio, await remix(studio, job, wish.prompt), response)


def _is_over(store: JobStore, job_id: str) -> bool:
    job = store.get(job_id)
    return job is None or job.status.final


async def _told(studio: GivenStudio, job: Job, response: Response) -> VideoJob:
    if pause := POLL_AFTER_MS.get(job.status):
        response.headers["openai-poll-after-ms"] = str(pause)
    (told,) = await studio.tell(job)
    return told
