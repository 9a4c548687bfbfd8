"""/v1/images: pictures in the shape of the OpenAI images API, made as jobs like films.

POST waits for its pictures. Whoever sends an Idempotency-Key may hang up and ask again: the jobs
go on. Without one nobody could ever find them again, so they are cancelled.
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from video_service.forms import JSON, read_picture_wish
from video_service.intake import accept_pictures
from video_service.job_table import Job
from video_service.problems import NO_RETRY, Refusal, not_found
from video_service.routes.following import (
    Erase,
    Patience,
    all_over,
    as_it_stands,
    cancel_or_forget,
    told,
)
from video_service.routes.given import FOR_CALLERS, GivenPicture, GivenStudio, KeyedPicture
from video_service.schema import ImageRequest, Status, VideoJob
from video_service.studio import Studio

router = APIRouter(prefix="/v1/images", dependencies=FOR_CALLERS, tags=["images"])
WAIT_S = 300.0
LOOK_S = 2.0  # how often it is seen whether the caller is still there
CALLERS_FAULT = ("moderated", "cloud_bad_request")
Key = Annotated[str | None, Header(min_length=1, max_length=255)]


class Picture(BaseModel):
    """One picture; `id` is the job it was."""

    b64_json: str
    id: str


class Pictures(BaseModel):
    created: int
    data: list[Picture]


class Underway(BaseModel):
    """What is answered with 202: follow each under /v1/images/{id}."""

    object: Literal["list"] = "list"
    data: list[VideoJob]


class Deleted(BaseModel):
    id: str
    object: Literal["image.deleted"] = "image.deleted"
    deleted: bool = True


def _body() -> dict[str, Any]:
    """What POST reads, for the OpenAPI page; the body is parsed by hand."""
    content = {JSON: {"schema": ImageRequest.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/generations",
    openapi_extra=_body(),
    response_model=Pictures,
    responses={202: {"model": Underway}},
)
async def generate(
    request: Request,
    studio: GivenStudio,
    wait: Annotated[
        float | None, Query(ge=0, le=600, description="then 202 with the jobs; 0 = at once")
    ] = None,
    idempotency_key: Key = None,
) -> Response:
    """Draw. Without `wait` it takes some minutes at most and then answers 504, naming the jobs."""
    jobs = await accept_pictures(studio, await read_picture_wish(request), idempotency_key)
    ids = [job.id for job in jobs]
    leave = None if idempotency_key else request
    if wait != 0 and (over := await _over(studio, ids, WAIT_S if wait is None else wait, leave)):
        return JSONResponse((await _pictures(studio, over)).model_dump())
    where = {"Location": f"/v1/images/{ids[0]}"}
    if wait is None:
        names = ", ".join(ids)
        message = f"not done after {WAIT_S:.0f} s; follow /v1/images/ with {names}"
        raise Refusal(504, "not_done_yet", message, headers={**where, **NO_RETRY})
    known = await studio.board.read(lambda store: [store.get(job_id) or jobs[0] for job_id in ids])
    underway = Underway(data=await studio.tell(*known))
    return JSONResponse(underway.model_dump(mode="json"), 202, where)


async def _over(
    studio: Studio, ids: Sequence[str], seconds: float, caller: Request | None
) -> list[Job | None] | None:
    """The jobs once all are over, None after `seconds`; a `caller` who hangs up ends them."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0 and not studio.board.closing:
        if over := await studio.board.until(partial(all_over, ids=ids), min(left, LOOK_S)):
            return over
        if caller is not None and await caller.is_disconnected():
            for job in await studio.board.read(lambda store: [store.get(name) for name in ids]):
                if job is not None:
                    await cancel_or_forget(studio, job)
            raise ClientDisconnect
    return None


async def _pictures(studio: Studio, jobs: Sequence[Job | None]) -> Pictures:
    """All of them, or the reason why one is missing."""
    there = [job for job in jobs if job is not None]
    if len(there) < len(jobs):
        raise not_found("such image any more")
    for job in there:
        if job.status is Status.failed:
            raise _failed(job)
    data = [Picture(b64_json=await _base64(studio, job), id=job.id) for job in there]
    return Pictures(created=int(there[0].finished_at or there[0].created_at), data=data)


async def _base64(studio: Studio, job: Job) -> str:
    file = studio.shelf.artefact(job.id, "image")
    try:
        return b64encode(await asyncio.to_thread(file.read_bytes)).decode()
    except FileNotFoundError as error:
        raise not_found(f"image {job.id} any more") from error


def _failed(job: Job) -> Refusal:
    code = job.error_code or "engine_failed"
    status = 409 if code == "cancelled" else 400 if code in CALLERS_FAULT else 502
    return Refusal(status, code, f"{job.id}: {job.error_message}", headers=NO_RETRY)


@router.get("/by-key")
async def find(job: KeyedPicture, studio: GivenStudio, response: Response) -> VideoJob:
    """The (first) job that an earlier POST with this Idempotency-Key made."""
    return await told(studio, job, response)


@router.get("/{image_id}")
async def look(
    job: GivenPicture, studio: GivenStudio, response: Response, wait: Patience = 0
) -> VideoJob:
    """The job as it is now, or as soon as it is over."""
    return await told(studio, await as_it_stands(studio, job, wait), response)


@router.delete("/{image_id}")
async def delete(job: GivenPicture, studio: GivenStudio, erase: Erase = False) -> Deleted:
    """Cancel a job that is open (it ends as failed, code `cancelled`); delete one that is over."""
    await cancel_or_forget(studio, job, erase=erase)
    return Deleted(id=job.id)
