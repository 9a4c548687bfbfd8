"""GET /v1/videos/{id}/events: the life of a job as it happens; an event is the whole job."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from video_service.job_table import Event
from video_service.jobs import JobStore
from video_service.routes.given import FOR_CALLERS, GivenFilm, GivenStudio

router = APIRouter(prefix="/v1/videos", dependencies=FOR_CALLERS, tags=["videos"])
LOOK_S = 15.0
MAX_ID = 2**62


@router.get("/{video_id}/events", response_class=EventSourceResponse)
async def events(
    job: GivenFilm,
    studio: GivenStudio,
    last_event_id: Annotated[int, Header(ge=0, le=MAX_ID)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Everything after Last-Event-ID, then live; the stream ends with the job."""
    seen, over = last_event_id, False
    while not over:
        news = await studio.board.until(partial(_news, job.id, seen), LOOK_S)
        told = await studio.foresee([event.job for event in news or ()])
        for event, now in zip(news or (), told, strict=True):
            seen, over = event.seq, now.status.final
            yield ServerSentEvent(id=str(seen), event=event.type, raw_data=now.model_dump_json())
        over = over or news == [] or studio.board.closing


def _news(job_id: str, seen: int, store: JobStore) -> list[Event] | None:
    """What was not told yet; an empty list when nothing more will come."""
    found = store.events(job_id, seen)
    now = store.get(job_id)
    return found if found or now is None or now.status.final else None
