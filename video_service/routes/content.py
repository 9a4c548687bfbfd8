"""GET /v1/videos/{id}/content: the film, its poster, and how it was made."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from video_service.client import Variant
from video_service.problems import NO_RETRY, Refusal, not_found
from video_service.routes.given import FOR_CALLERS, GivenJob, GivenStudio
from video_service.schema import Status
from video_service.shelf import TYPES

router = APIRouter(prefix="/v1/videos", dependencies=FOR_CALLERS, tags=["videos"])


@router.get("/{video_id}/content", response_class=FileResponse)
async def content(
    job: GivenJob, studio: GivenStudio, variant: Annotated[Variant, Query()] = "video"
) -> FileResponse:
    """One artefact of a completed job; 409 `not_ready` while there is none."""
    if job.status is not Status.completed:
        message = f"the job is {job.status}: there is nothing to fetch"
        raise Refusal(409, "not_ready", message, headers=NO_RETRY)
    file = studio.shelf.artefact(job.id, variant)
    if not await asyncio.to_thread(file.is_file):
        raise not_found(f"{variant} of this video")
    return FileResponse(file, media_type=TYPES[variant], filename=file.name)
