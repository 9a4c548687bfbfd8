"""POST, GET, DELETE /v1/videos: order a film, follow it, list, cancel or delete."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from video_service.forms import FILES, read_wish
from video_service.intake import accept
from video_service.problems import invalid
from video_service.routes.bodies import Key, bodies
from video_service.routes.following import Erase, Patience, as_it_stands, cancel_or_forget, told
from video_service.routes.given import FOR_CALLERS, GivenFilm, GivenStudio, KeyedFilm
from video_service.schema import VideoJob, VideoRequest

router = APIRouter(prefix="/v1/videos", dependencies=FOR_CALLERS, tags=["videos"])


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


@router.post("", openapi_extra=bodies(VideoRequest, *FILES))
async def create(
    request: Request, studio: GivenStudio, response: Response, idempotency_key: Key = None
) -> VideoJob:
    """Order a film. The same Idempotency-Key and body again: the same job."""
    job = await accept(studio, await read_wish(request, VideoRequest), idempotency_key)
    return await told(studio, job, response)


@router.get("/by-key")
async def find(job: KeyedFilm, studio: GivenStudio, response: Response) -> VideoJob:
    """The job that an earlier POST with this Idempotency-Key made."""
    return await told(studio, job, response)


@router.get("/{video_id}")
async def look(
    job: GivenFilm, studio: GivenStudio, response: Response, wait: Patience = 0
) -> VideoJob:
    """The job as it is now, or as soon as it is over."""
    return await told(studio, await as_it_stands(studio, job, wait), response)


@router.get("")
async def browse(
    studio: GivenStudio,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
) -> Page:
    """The jobs by age, a page at a time."""
    edge = await studio.board.read(lambda store: store.get(after)) if after else None
    if after and (edge is None or edge.makes != "video"):
        raise invalid("after: there is no such video", "after")
    found = await studio.board.read(lambda store: store.page(edge, limit + 1, order))
    seen = await studio.tell(*found[:limit])
    first, last = (seen[0].id, seen[-1].id) if seen else (None, None)
    return Page(data=seen, first_id=first, last_id=last, has_more=len(found) > limit)


@router.delete("/{video_id}")
async def delete(job: GivenFilm, studio: GivenStudio, erase: Erase = False) -> Deleted:
    """Cancel a job that is open (it ends as failed, code `cancelled`); delete one that is over."""
    await cancel_or_forget(studio, job, erase=erase)
    return Deleted(id=job.id)
