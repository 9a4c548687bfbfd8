"""GET /v1/videos|images/{id}/content: the film or picture, its poster, and how it was made."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from video_service.client import Artefact, PictureVariant, Variant
from video_service.job_table import Job
from video_service.problems import NO_RETRY, Refusal, not_found
from video_service.routes.given import FOR_CALLERS, GivenFilm, GivenPicture, GivenStudio
from video_service.schema import Status
from video_service.shelf import TYPES
from video_service.studio import Studio

router = APIRouter(prefix="/v1", dependencies=FOR_CALLERS)


@router.get("/videos/{video_id}/content", response_class=FileResponse, tags=["videos"])
async def film(
    job: GivenFilm, studio: GivenStudio, variant: Annotated[Variant, Query()] = "video"
) -> FileResponse:
    """One artefact of a completed job; 409 `not_ready` while there is none."""
    return await _artefact(studio, job, variant)


@router.get("/images/{image_id}/content", response_class=FileResponse, tags=["images"])
async def picture(
    job: GivenPicture, studio: GivenStudio, variant: Annotated[PictureVariant, Query()] = "image"
) -> FileResponse:
    """One artefact of a completed job; 409 `not_ready` while there is none."""
    return await _artefact(studio, job, variant)


async def _artefact(studio: Studio, job: Job, variant: Artefact) -> FileResponse:
    if job.status is not Status.completed:
        message = f"the job is {job.status}: there is nothing to fetch"
        raise Refusal(409, "not_ready", message, headers=NO_RETRY)
    file = studio.shelf.artefact(job.id, variant)
    if not await asyncio.to_thread(file.is_file):
        raise not_found(f"{variant} of this {job.makes}")
    return FileResponse(file, media_type=TYPES[variant], filename=file.name)
