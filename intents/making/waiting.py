"""The one line said while something is made: what it will be, and an honest wait."""

import math

from intents.making import wording
from intents.making.engines import Pick
from intents.making.words import Words
from video_service.schema import VideoJob


def acknowledge(job: VideoJob, chosen: Pick, words: Words) -> str:
    """At most two short sentences, e.g. 好嘞，前面1个，大约4分钟。"""
    if chosen.card.draft:
        first = words.DRAFT_NO_WRITER if chosen.passed_over else words.DRAFT
    else:
        first = words.OTHER_NO_WRITER if chosen.passed_over else ""
    ahead = words.AHEAD.format(ahead=job.queue_position) if job.queue_position else ""
    opening = ahead if first else words.GOOD + ahead
    return first + opening + wait(job.eta_s, words.UNKNOWN_WAIT)


def wait(seconds: int | None, unknown: str) -> str:
    """How long, rounded up to what people say; None = this machine has never done it."""
    if seconds is None:
        return unknown
    if seconds <= 50:
        tens = max(1, math.ceil(seconds / 10)) * 10
        return _about(wording.SECONDS, tens)
    if seconds < 60:
        return wording.SOON
    if seconds <= 90 * 60:
        return _about(wording.MINUTES, math.ceil(seconds / 60))
    return _about(wording.HOURS, math.ceil(seconds / 3600))


def _about(unit: str, count: int) -> str:
    return wording.WAIT.format(wait=unit.format(count=count))
