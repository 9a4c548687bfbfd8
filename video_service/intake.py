"""A wish becomes a job: known key → photo and sounds → engine's rules → files on disk → row."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from video_service.finishing.rules import check_finish
from video_service.forms import W, Wish
from video_service.job_table import Job
from video_service.jobs import Order
from video_service.photos import check_photo, is_upright
from video_service.problems import not_found
from video_service.schema import ImageRequest, VideoRequest
from video_service.sounds import check_sound
from video_service.studio import Studio

log = logging.getLogger(__name__)
Files = Mapping[str, bytes | Path]  # what a job works from, by name: bytes, or another job's file


@dataclass(frozen=True, slots=True)
class Origin:
    """What a wish is made from: an earlier job, and those of its files that go on."""

    job: Job
    files: Files = field(default_factory=dict)


async def accept(
    studio: Studio, wish: Wish[VideoRequest], key: str | None = None, origin: Origin | None = None
) -> Job:
    """The job of this wish; with a `key` that is known already, the job it made before."""
    fingerprint = await asyncio.to_thread(wish.fingerprint, origin.job.id if origin else "")
    if known := await known_job(studio, key, fingerprint):
        return known
    files = {**(origin.files if origin else {}), **await cleaned(studio, wish)}
    catalogue = await studio.catalogue()
    photo = await asyncio.to_thread(_read, files.get("photo"))
    upright = photo is not None and await asyncio.to_thread(is_upright, photo)
    resolve = partial(catalogue.resolve, upright=upright)
    shot = await asyncio.to_thread(resolve, wish.request, photo is not None)
    spec = catalogue.spec(shot.model)
    await asyncio.to_thread(check_finish, wish.request.finish, spec.seconds(shot.frames))
    order = Order(
        id=new_id(),
        request=wish.request,
        shot=shot,
        photo=photo is not None,
        fingerprint=fingerprint,
        key=key,
        remixed_from=origin.job.id if origin else None,
        lane=spec.lane,
        music="music" in files,
        voice="voice" in files,
    )
    return await enter(studio, order, files)


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


def new_id() -> str:
    return f"video_{uuid4().hex}"


async def known_job(studio: Studio, key: str | None, fingerprint: str) -> Job | None:
    """The job that `key` made of the same wish; KeyReused when it was another one."""
    if key is None:
        return None
    return await studio.board.read(lambda store: store.by_key(key, fingerprint))


async def cleaned(studio: Studio, wish: Wish[W]) -> dict[str, bytes]:
    """The photo and the sounds of a wish, each checked and clean; BadOrder names the bad one."""
    found: dict[str, bytes] = {}
    if wish.photo is not None:
        async with studio.decoding:
            found["photo"] = await asyncio.to_thread(check_photo, wish.photo)
    if wish.music is not None:
        found["music"] = await asyncio.to_thread(check_sound, wish.music, "music")
    if wish.voice is not None:
        found["voice"] = await asyncio.to_thread(check_sound, wish.voice, "voice")
    return found


def _read(content: bytes | Path | None) -> bytes | None:
    return content.read_bytes() if isinstance(content, Path) else content


async def enter(studio: Studio, order: Order, files: Files) -> Job:
    """The files on disk first, then the row; what nobody will use goes again."""
    job: Job | None = None
    try:
        for name, content in files.items():
            await asyncio.to_thread(studio.shelf.keep, order.id, name, content)
        job = await studio.board.write(lambda store: store.submit(order))
    except FileNotFoundError as error:
        raise not_found("such video any more: it was deleted") from error
    finally:
        if files and (job is None or job.id != order.id):
            await asyncio.to_thread(studio.shelf.remove, order.id)
    log.info("job %s: queued for %s", job.id, job.kind)
    return job
