"""GET /metrics: what Prometheus scrapes, for whoever may call the service."""

import asyncio

from fastapi import APIRouter, Response

from video_service.metrics import LANES, MEDIA_TYPE
from video_service.routes.given import FOR_CALLERS, GivenStudio

router = APIRouter(dependencies=FOR_CALLERS, tags=["health"])


@router.get("/metrics", response_class=Response)
async def metrics(studio: GivenStudio) -> Response:
    """Open jobs, ended jobs, step-downs and seconds, in the text format of Prometheus."""
    jobs = await studio.board.read(lambda store: store.open_jobs())
    present = {lane: studio.crew.present(lane) for lane in LANES}
    page = await asyncio.to_thread(studio.metrics.page, jobs, present)  # it reads /proc
    return Response(page, media_type=MEDIA_TYPE)
