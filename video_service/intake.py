"""A wish becomes a job: known key → photo → engine's rules → photo on disk → row."""

import asyncio
import logging
from dataclasses import replace
from functools import partial
from hashlib import sha256
from uuid import uuid4

from video_service.forms import Wish
from video_service.job_table import Job
from video_service.jobs import Order
from video_service.photos import check_photo, is_upright
from video_service.problems import Refusal
from video_service.schema import ImageRequest, VideoRequest
from video_service.studio import Studio

log = logging.getLogger(__name__)


async def accept(
    studio: Studio, wish: Wish, key: str | None = None, remixed_from: str | None = None
) -> Job:
    """The job of this wish; with a `key` that is known already, the job it made before."""
    fingerprint = await asyncio.to_thread(wish.fingerprint)
    if key and (known := await studio.board.read(lambda s: s.by_key(key, fingerprint))):
        return known
    photo = await asyncio.to_thread(check_photo, wish.photo) if wish.photo is not None else None
    catalogue = await studio.catalogue()
    upright = photo is not None and await asyncio.to_thread(is_upright, photo)
    resolve = partial(catalogue.resolve, upright=upright)
    shot = await asyncio.to_thread(resolve, wish.request, photo is not None)
    spec = catalogue.spec(shot.model)
    order = Order(
        id=f"video_{uuid4().hex}",
        request=wish.request,
        shot=shot,
        photo=photo is not None,
        fingerprint=fingerprint,
        key=key,
        remixed_from=remixed_from,
        lane=spec.lane,
    )
    return await _enter(studio, order, photo)


async def accept_pictures(studio: Studio, wish: ImageRequest, key: str | None = None) -> list[Job]:
    """The jobs of this wish, one a picture; with a `key` that is known, those it made before."""
    fingerprint = await asyncio.to_thread(_fingerprint, wish)
    keys = [_key_of(key, number) for number in range(wish.n)]
    again = await studio.board.read(lambda s: [s.by_key(k, fingerprint) for k in keys if k])
    if known := [job for job in again if job is not None]:
        return known
    catalogue = await studio.catalogue()
    request = VideoRequest.model_validate(wish.model_dump(exclude={"n", "response_format"}))
    resolve = partial(catalogue.resolve, makes="image")
    shot = await asyncio.to_thread(resolve, request, False)
    spec = catalogue.spec(shot.model)
    orders = [
        Order(
            id=f"image_{uuid4().hex}",
            request=request,
            shot=replace(shot, seed=(shot.seed + number) % spec.seeds) if spec.seeds else shot,
            photo=False,
            fingerprint=fingerprint,
            key=name,
            lane=spec.lane,
        )
        for number, name in enumerate(keys)
    ]
    jobs = await studio.board.write(lambda store: store.submit_all(orders))
    log.info("%s: queued for %s", ", ".join(job.id for job in jobs), shot.model)
    return jobs


def _key_of(key: str | None, number: int) -> str | None:
    """The key of the picture `number` of several; no header carries a line's end."""
    return f"{key}\n{number}" if key and number else key


def _fingerprint(wish: ImageRequest) -> str:
    return sha256(b"image\0" + wish.model_dump_json(exclude_none=True).encode()).hexdigest()


async def _enter(studio: Studio, order: Order, photo: bytes | None) -> Job:
    if photo is not None:
        await asyncio.to_thread(studio.shelf.keep_photo, order.id, photo)
    job: Job | None = None
    try:
        job = await studio.board.write(lambda store: store.submit(order))
    finally:
        if photo is not None and (job is None or job.id != order.id):
            await asyncio.to_thread(studio.shelf.drop_photo, order.id)
    log.info("job %s: queued for %s", job.id, job.shot.model)
    return job


async def remix(studio: Studio, job: Job, prompt: str) -> Job:
    """The same engine, seed, parameters and photo with other words."""
    photo: bytes | None = None
    if job.photo:
        try:
            photo = await asyncio.to_thread(partial(studio.shelf.photo(job.id).read_bytes))
        except FileNotFoundError as error:
            raise Refusal(409, "photo_gone", "its photo is no longer kept") from error
    seeds = (await studio.catalogue()).spec(job.shot.model).seeds
    seed = None if seeds is None else job.shot.seed
    same = {"prompt": prompt, "model": job.shot.model, "seed": seed}
    request = job.request.model_copy(update=same)
    return await accept(studio, Wish(request, photo), remixed_from=job.id)
