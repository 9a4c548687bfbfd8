"""An earlier clip becomes another: filmed again with changes, finished anew, joined with more."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from video_service.engines.base import EngineError
from video_service.finishing.reel import open_reel
from video_service.finishing.rules import check_finish, check_length
from video_service.forms import Wish
from video_service.intake import Files, Origin, accept, cleaned, enter, known_job, new_id
from video_service.job_table import Job
from video_service.jobs import Order
from video_service.problems import NO_RETRY, Refusal, not_found
from video_service.schema import Finish, Join, Refinish, Remix, Status, VideoRequest
from video_service.studio import Studio

JOINED = "join"  # the model of clips that were put together
EITHER = (("num_frames", "seconds"), ("num_inference_steps", "tier"))  # one rules out the other
SOUNDS = ("music", "voice")


async def remix(studio: Studio, job: Job, wish: Wish[Remix], key: str | None = None) -> Job:
    """The same engine, seed, parameters, photo and finish, but for what `wish` changes."""
    if job.joined:
        message = "it was joined of several: film one of them again"
        raise Refusal(409, "joined", message, headers=NO_RETRY)
    files = await asyncio.to_thread(_sounds, studio, job, wish.request.finish)
    if job.photo and wish.photo is None:
        files = {**files, "photo": studio.shelf.photo(job.id)}
        if not await asyncio.to_thread(studio.shelf.photo(job.id).is_file):
            raise Refusal(409, "photo_gone", "its photo is no longer kept", headers=NO_RETRY)
    request = await _changed(studio, job, wish.request)
    again = Wish(request, wish.photo, wish.music, wish.voice)
    return await accept(studio, again, key, Origin(job, files))


async def _changed(studio: Studio, job: Job, changes: Remix) -> VideoRequest:
    """The request of `job` with `changes` in it."""
    same: dict[str, Any] = job.request.model_dump(exclude_none=True)
    asked = changes.model_dump(exclude_none=True, exclude={"new_seed"})
    for one, other in EITHER:
        if one in asked:
            same.pop(other, None)
        if other in asked:
            same.pop(one, None)
    same["model"] = job.shot.model
    seeds = (await studio.catalogue()).spec(job.shot.model).seeds
    same["seed"] = job.shot.seed
    another = asked.get("model", job.shot.model) != job.shot.model
    if changes.new_seed or seeds is None or another:  # to another engine the seed means nothing
        del same["seed"]
    return VideoRequest.model_validate({**same, **asked})


async def refinish(studio: Studio, job: Job, wish: Wish[Refinish], key: str | None = None) -> Job:
    """The stored clip of `job` finished anew; nothing is filmed."""
    fingerprint = await asyncio.to_thread(wish.fingerprint, f"finish {job.id}")
    if known := await known_job(studio, key, fingerprint):
        return known
    _check_done(job)
    finish = Finish(**wish.request.model_dump(exclude={"user"}))
    files = {**await asyncio.to_thread(_stored, studio, job, finish), **await cleaned(studio, wish)}
    master = await asyncio.to_thread(studio.shelf.master, job.id)
    seconds = await asyncio.to_thread(_length, master, job)
    await asyncio.to_thread(check_finish, finish, seconds)
    changes = {"finish": finish, "user": wish.request.user or job.request.user}
    order = Order(
        id=new_id(),
        request=job.request.model_copy(update=changes),
        shot=job.shot,
        photo=job.photo,
        fingerprint=fingerprint,
        key=key,
        remixed_from=job.id,
        lane="finish",
        clips=1,
        joined=job.joined,
        music="music" in files,
        voice="voice" in files,
    )
    return await enter(studio, order, files)


async def join(studio: Studio, wish: Wish[Join], key: str | None = None) -> Job:
    """The clips of several jobs one after the other, as they are seen now."""
    fingerprint = await asyncio.to_thread(wish.fingerprint, "join")
    if known := await known_job(studio, key, fingerprint):
        return known
    jobs = [await _film(studio, name) for name in wish.request.videos]
    clips = [await asyncio.to_thread(_as_seen, studio, job) for job in jobs]
    lengths = [await asyncio.to_thread(_length, *both) for both in zip(clips, jobs, strict=True)]
    check_length(seconds := sum(lengths))
    await asyncio.to_thread(check_finish, wish.request.finish, seconds)
    files: Files = {f"clip{number}": clip for number, clip in enumerate(clips)}
    files = {**files, **await cleaned(studio, wish)}
    first, fps = jobs[0], max(job.shot.fps for job in jobs)
    words = "\n".join(dict.fromkeys(job.request.prompt for job in jobs))[:4000]
    owner = wish.request.user or first.request.user
    order = Order(
        id=new_id(),
        request=VideoRequest(prompt=words, finish=wish.request.finish, user=owner),
        shot=replace(first.shot, model=JOINED, prompt=words, fps=fps, frames=round(seconds * fps)),
        photo=False,
        fingerprint=fingerprint,
        key=key,
        remixed_from=first.id,
        lane="finish",
        clips=len(jobs),
        joined=tuple(job.id for job in jobs),
        music="music" in files,
        voice="voice" in files,
    )
    return await enter(studio, order, files)


async def _film(studio: Studio, job_id: str) -> Job:
    job = await studio.board.read(lambda store: store.get(job_id))
    if job is None or job.makes != "video":
        raise not_found(f"video {job_id}")
    _check_done(job)
    return job


def _check_done(job: Job) -> None:
    if job.status is not Status.completed:
        message = f"{job.id} is {job.status}: there is no clip of it"
        raise Refusal(409, "not_ready", message, headers=NO_RETRY)


def _as_seen(studio: Studio, job: Job) -> Path:
    """The finished clip; where only the mark was put on it, the one without: it gets its own."""
    plain = (job.request.finish or Finish()).model_copy(update={"mark": True}) == Finish()
    if plain and not (job.music or job.voice):
        return studio.shelf.master(job.id)
    return studio.shelf.artefact(job.id, "video")


def _length(clip: Path, job: Job) -> float:
    """Its seconds; a loop is longer than what was filmed, and a cloud delivers as it likes."""
    try:
        return open_reel(clip).seconds
    except EngineError:  # its worker will find the words for it
        return job.shot.frames / job.shot.fps


def _stored(studio: Studio, job: Job, finish: Finish) -> Files:
    """What the clip was made of, and what was told about it."""
    files: dict[str, bytes | Path] = {**_sounds(studio, job, finish)}
    files["clip0"] = studio.shelf.master(job.id)
    sidecar, photo = studio.shelf.artefact(job.id, "sidecar"), studio.shelf.photo(job.id)
    files["told"] = sidecar if sidecar.is_file() else b"{}"
    return {**files, "photo": photo} if photo.is_file() else files


def _sounds(studio: Studio, job: Job, finish: Finish | None) -> Files:
    """The music and the voice that stay."""
    if finish is not None and finish.silent:
        return {}
    return {name: studio.shelf.given(job.id, name) for name in SOUNDS if getattr(job, name)}
