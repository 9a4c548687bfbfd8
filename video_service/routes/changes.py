"""POST /v1/videos/{id}/remix, /v1/videos/{id}/finish, /v1/videos/join: clips made from clips."""

from fastapi import APIRouter, Request, Response

from video_service.changes import join, refinish, remix
from video_service.forms import FILES, read_wish
from video_service.routes.bodies import Key, bodies
from video_service.routes.following import told
from video_service.routes.given import FOR_CALLERS, GivenFilm, GivenStudio
from video_service.schema import Join, Refinish, Remix, VideoJob

router = APIRouter(prefix="/v1/videos", dependencies=FOR_CALLERS, tags=["videos"])
SOUNDS = ("music", "voice")


@router.post("/join", openapi_extra=bodies(Join, *SOUNDS))
async def join_clips(
    request: Request, studio: GivenStudio, response: Response, idempotency_key: Key = None
) -> VideoJob:
    """Completed clips one after the other. The same Idempotency-Key and body: the same job."""
    job = await join(studio, await read_wish(request, Join), idempotency_key)
    return await told(studio, job, response)


@router.post("/{video_id}/remix", openapi_extra=bodies(Remix, *FILES))
async def film_again(
    job: GivenFilm,
    request: Request,
    studio: GivenStudio,
    response: Response,
    idempotency_key: Key = None,
) -> VideoJob:
    """The same film with changes: what is left out (engine, seed, photo, finish) stays."""
    again = await remix(studio, job, await read_wish(request, Remix), idempotency_key)
    return await told(studio, again, response)


@router.post("/{video_id}/finish", openapi_extra=bodies(Refinish, *SOUNDS))
async def finish_anew(
    job: GivenFilm,
    request: Request,
    studio: GivenStudio,
    response: Response,
    idempotency_key: Key = None,
) -> VideoJob:
    """The stored clip finished anew, without filming; these options replace all it had."""
    anew = await refinish(studio, job, await read_wish(request, Refinish), idempotency_key)
    return await told(studio, anew, response)
