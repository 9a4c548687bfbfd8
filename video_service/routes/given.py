"""What routes are given: the studio, proof of who calls, the job that the path names."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Request, Response
from fastapi.routing import APIRoute

from video_service.auth import check_caller, check_worker
from video_service.engines.specs import Makes
from video_service.job_table import Job
from video_service.problems import not_found
from video_service.studio import Studio


def _studio(request: Request) -> Studio:
    studio: Studio = request.state.studio
    return studio


GivenStudio = Annotated[Studio, Depends(_studio)]
UsedKey = Annotated[str, Header(min_length=1, max_length=255)]


def _caller(request: Request, studio: GivenStudio) -> None:
    check_caller(studio.keys, request)


FOR_CALLERS = [Depends(_caller)]


class ForWorkers(APIRoute):
    """Asks who calls before FastAPI reads a byte of the body, which a dependency would not."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def ask_first(request: Request) -> Response:
            check_worker(_studio(request).keys, request)
            return await handle(request)

        return ask_first


async def _job(studio: GivenStudio, job_id: Annotated[str, Path(max_length=64)]) -> Job:
    return await _find(studio, job_id, "job")


async def _film(studio: GivenStudio, video_id: Annotated[str, Path(max_length=64)]) -> Job:
    return await _find(studio, video_id, "video")


async def _picture(studio: GivenStudio, image_id: Annotated[str, Path(max_length=64)]) -> Job:
    return await _find(studio, image_id, "image")


async def _keyed_film(studio: GivenStudio, idempotency_key: UsedKey) -> Job:
    return await _made(studio, idempotency_key, "video")


async def _keyed_picture(studio: GivenStudio, idempotency_key: UsedKey) -> Job:
    return await _made(studio, idempotency_key, "image")


async def _made(studio: Studio, key: str, what: Makes) -> Job:
    job = await studio.board.read(lambda store: store.by_key(key))
    if job is None or job.makes != what:
        raise not_found(f"{what} made with this key")
    return job


async def _find(studio: Studio, job_id: str, what: Makes | Literal["job"]) -> Job:
    job = await studio.board.read(lambda store: store.get(job_id))
    if job is None or what not in ("job", job.makes):
        raise not_found(f"such {what}")
    return job


GivenJob = Annotated[Job, Depends(_job)]  # a worker's, whatever it makes
GivenFilm = Annotated[Job, Depends(_film)]
GivenPicture = Annotated[Job, Depends(_picture)]
KeyedFilm = Annotated[Job, Depends(_keyed_film)]  # that an earlier order made
KeyedPicture = Annotated[Job, Depends(_keyed_picture)]
