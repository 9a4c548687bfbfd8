"""What films and pictures have in common once they are ordered: wait for one, tell it, end it."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response

from video_service.chores import forget
from video_service.job_table import Job
from video_service.jobs import JobStore
from video_service.problems import not_found
from video_service.schema import Status, VideoJob
from video_service.studio import Studio

log = logging.getLogger(__name__)
POLL_AFTER_MS = {Status.queued: 2000, Status.in_progress: 1000}
Erase = Annotated[bool, Query(description="keep nothing of it, not even that it was cancelled")]
Patience = Annotated[float, Query(ge=0, le=60, description="seconds to wait until it is over")]


async def as_it_stands(studio: Studio, job: Job, wait: float) -> Job:
    """The job as soon as it is over, or after `wait` seconds however it is."""
    if not wait or job.status.final:
        return job
    await studio.board.until(lambda store: all_over(store, [job.id]), wait)
    now = await studio.board.read(lambda store: store.get(job.id))
    if now is None:
        raise not_found(f"such {job.makes} any more")
    return now


def all_over(store: JobStore, ids: Sequence[str]) -> list[Job | None] | None:
    """The jobs once nothing more will happen to any of them; None in place of one that is gone."""
    jobs = [store.get(job_id) for job_id in ids]
    return jobs if all(job is None or job.status.final for job in jobs) else None


async def told(studio: Studio, job: Job, response: Response) -> VideoJob:
    """The job for its caller, with a hint when to ask again."""
    if pause := POLL_AFTER_MS.get(job.status):
        response.headers["openai-poll-after-ms"] = str(pause)
    (seen,) = await studio.tell(job)
    return seen


async def cancel_or_forget(studio: Studio, job: Job, *, erase: bool = False) -> None:
    """Cancel a job that is open; delete one that is over.

    Who waits for a cancelled job learns it: it stays, as failed with code `cancelled`, until it
    expires, though lists leave it out. A job that was over is gone with its files: 404; with
    `erase` so is any other.
    """
    cancelled = await studio.board.end(lambda store: store.cancel(job.id))
    if (cancelled or job.hidden) and not erase:
        log.info("job %s: cancelled", job.id)
        await asyncio.to_thread(studio.shelf.remove, job.id)
    else:
        await forget(studio.board, studio.shelf, job.id)
        if erase:
            await studio.board.read(lambda store: store.wipe())
