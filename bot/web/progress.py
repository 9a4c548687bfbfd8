"""How far a promised clip is, in words for the family."""

import math
from dataclasses import dataclass

from bot.web import wording
from video_service.schema import Status, VideoJob

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """`words` say what is going on, `detail` how long; `percent` is None while nothing moves."""

    words: str
    detail: str = ""
    percent: int | None = None


def progress_of(job: VideoJob | None, waited_s: float) -> Progress:
    """What to show for `job`, which somebody asked for `waited_s` seconds ago; None: no answer."""
    if job is None:
        return Progress(wording.NO_SERVICE, _waited(waited_s))
    if job.status is Status.completed:
        return Progress(wording.DONE, percent=100)
    if job.status is Status.failed:
        return Progress(wording.FAILED)
    if job.status is Status.queued:
        return _queued(job, waited_s)
    working = wording.DRAWING if job.object == "image" else wording.FILMING
    words = wording.STAGES.get(job.stage or "", working) if job.object == "video" else working
    return Progress(words, _about(job.eta_s) or _waited(waited_s), min(job.progress, 99))


def _queued(job: VideoJob, waited_s: float) -> Progress:
    time = _about(job.eta_s) or _waited(waited_s)
    if not job.queue_position:
        return Progress(wording.NEXT, time)
    return Progress(
        wording.QUEUED, f"{wording.AHEAD.format(count=job.queue_position)} · {time}".rstrip(" ·")
    )


def _about(eta_s: int | None) -> str:
    if eta_s is None:
        return ""
    if eta_s < MINUTE:
        return wording.ABOUT_SECONDS.format(count=max(5, math.ceil(eta_s / 5) * 5))
    return wording.ABOUT_MINUTES.format(count=math.ceil(eta_s / MINUTE))


def _waited(seconds: float) -> str:
    if seconds < MINUTE:
        return wording.ALREADY.format(count=max(1, int(seconds)))
    return wording.ALREADY_MINUTES.format(count=int(seconds // MINUTE))
