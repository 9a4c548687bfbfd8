"""/internal/jobs: what workers do, local or remote; the fencing token guards every verb."""

import asyncio
import logging
import os
import pathlib
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse

from video_service.client import Artefact
from video_service.errand import (
    VERSION,
    Beat,
    Claim,
    Done,
    Errand,
    Failure,
    Leave,
    Offer,
    Pulse,
    Token,
)
from video_service.job_table import Job
from video_service.jobs import JobStore
from video_service.leases import LeaseLost
from video_service.metrics import read_told
from video_service.problems import NO_RETRY, Refusal, not_found
from video_service.routes.given import ForWorkers, GivenJob, GivenStudio
from video_service.schema import Finish
from video_service.studio import Studio

log = logging.getLogger(__name__)
BEATS = 3  # a lease: one that is lost costs nothing, however both were set
router = APIRouter(prefix="/internal/jobs", route_class=ForWorkers, tags=["workers"])


@router.post("/claim")
async def claim(said: Claim, studio: GivenStudio, request: Request) -> Offer:
    """Wait for the next job and take it. What this worker still held goes back first."""
    if said.version != VERSION:  # it could not read its errand, and every job would die of it
        why = f"the service is {VERSION}, the worker {said.version}: install the same on both"
        raise Refusal(409, "other_version", why, headers=NO_RETRY)
    turn = studio.crew.arrive(said.worker, said.lane)

    def take(store: JobStore) -> Job | None:
        newest = studio.crew.is_newest(said.worker, turn)
        return store.leases.claim(said.worker, said.lane) if newest else None

    # in no group: that would wrap a failure of the table, which the app then knows no answer to
    line = asyncio.ensure_future(_hung_up(request, studio, said.worker, turn))
    try:
        job = await studio.board.until(take, said.wait_s)
    finally:
        line.cancel()
    if job is None:
        return Offer(errand=None)
    studio.board.ring()
    log.info("job %s: started by %s, attempt %d", job.id, said.worker, job.attempt)
    return Offer(errand=_errand(job, studio))


@router.post("/leave")
async def leave(said: Leave, studio: GivenStudio) -> Response:
    """The worker ends because it was told to: what it still held goes back at once."""
    studio.crew.leave(said.worker)
    for job in await studio.board.write(lambda store: store.leases.give_back(said.worker)):
        log.info("job %s: given back by %s", job.id, said.worker)
    return Response(status_code=204)


async def _hung_up(request: Request, studio: Studio, worker: str, turn: int) -> None:
    """Who is not there any more is given nothing: its process died, or was told to stop."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
    studio.crew.hang_up(worker, turn)


def _errand(job: Job, studio: Studio) -> Errand:
    return Errand(
        id=job.id,
        token=job.lease_token,
        attempt=job.attempt,
        shot=job.shot,
        photo=job.photo,
        finish=_finish(job, studio),
        music=job.music,
        voice=job.voice,
        clips=job.clips,
        joined=list(job.joined),
        lease_s=studio.settings.lease_s,
        beat_s=min(studio.settings.beat_s, studio.settings.lease_s / BEATS),
    )


def _finish(job: Job, studio: Studio) -> Finish:
    """What was asked for; the mark only on films, and only where this service puts one."""
    asked = job.request.finish or Finish()
    marked = asked.mark and studio.settings.mark and job.makes == "video"
    return asked.model_copy(update={"mark": marked})


@router.post("/{job_id}/heartbeat")
async def heartbeat(job_id: str, said: Beat, studio: GivenStudio) -> Pulse:
    """Keep the lease and tell how far it is; `go_on` False: stop filming."""
    mine = await studio.board.write(
        lambda store: store.leases.heartbeat(job_id, said.token, said.stage, said.progress)
    )
    return Pulse(go_on=mine)


@router.get("/{job_id}/photo", response_class=FileResponse)
async def photo(job: GivenJob, studio: GivenStudio) -> FileResponse:
    """The photo to film from, cleaned."""
    file = studio.shelf.photo(job.id)
    if not await asyncio.to_thread(file.is_file):
        raise not_found("photo of this job")
    return FileResponse(file, media_type="image/jpeg")


@router.get("/{job_id}/given/{name}", response_class=FileResponse)
async def given(
    job: GivenJob,
    studio: GivenStudio,
    name: Annotated[str, Path(pattern=r"^(music|voice|told|clip\d)$")],
) -> FileResponse:
    """One of the files that the job works from."""
    file = studio.shelf.given(job.id, name)
    if not await asyncio.to_thread(file.is_file):
        raise not_found(f"{name} of this job")
    return FileResponse(file, media_type="application/octet-stream")


@router.put("/{job_id}/artefact")
async def artefact(
    job: GivenJob,
    studio: GivenStudio,
    request: Request,
    variant: Annotated[Artefact, Query()],
    token: Annotated[Token, Query()],
) -> Response:
    """One file of the film; it appears whole, or not at all."""
    part = studio.shelf.part(job.id, variant, token)
    try:
        await asyncio.to_thread(_write, part, await request.body())
        # in the table's thread nobody can take the lease between the check and the move
        await studio.board.read(
            lambda store: _place(store, job.id, token, part, studio.shelf.artefact(job.id, variant))
        )
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
    return Response(status_code=204)


def _write(part: pathlib.Path, body: bytes) -> None:
    with part.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _place(
    store: JobStore, job_id: str, token: int, part: pathlib.Path, place: pathlib.Path
) -> None:
    if not store.leases.holds(job_id, token):
        raise LeaseLost(job_id)
    part.replace(place)


@router.post("/{job_id}/complete")
async def complete(job: GivenJob, said: Done, studio: GivenStudio) -> Response:
    """The film or picture is uploaded: done."""
    if not await asyncio.to_thread(studio.shelf.artefact(job.id, job.makes).is_file):
        raise Refusal(409, f"no_{job.makes}", f"upload the {job.makes} first", headers=NO_RETRY)
    done = await studio.board.end(
        lambda store: store.leases.complete(job.id, said.token, said.step_downs)
    )
    used = [f"clip{number}" for number in range(job.clips)]
    await asyncio.to_thread(studio.shelf.drop, job.id, "told", *used)
    told = await asyncio.to_thread(read_told, studio.shelf.artefact(job.id, "sidecar"))
    studio.metrics.made(done.kind, told)
    log.info("job %s: completed in %.1f s", job.id, _seconds(done))
    return Response(status_code=204)


@router.post("/{job_id}/fail")
async def fail(job_id: str, said: Failure, studio: GivenStudio) -> Response:
    """It did not work; `retry`: it may work another time."""
    job = await studio.board.end(
        lambda store: store.leases.fail(
            job_id, said.token, said.code, said.message, retry=said.retry
        )
    )
    took = f" after {_seconds(job):.1f} s" if job.finished_at else ""  # else it is tried again
    log.warning("job %s: %s: %s; now %s%s", job.id, said.code, said.message, job.status, took)
    return Response(status_code=204)


def _seconds(job: Job) -> float:
    return (job.finished_at or 0) - (job.started_at or 0)
