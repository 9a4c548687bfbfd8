"""好了吗: where in the queue it stands, and how long it will take, by the service's own word."""

from contextlib import suppress

from intents.base import Tools
from intents.dialogue import Dialogue, Reply, Text
from intents.making.waiting import wait
from intents.shots import Shot
from intents.video import change_wording as wording
from intents.video.slots import Slots
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Status, VideoJob


async def progress(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """One line. The asker's own comes first, the oldest of them: it will be there first."""
    shots = await tools.library.shots(dialogue.ask) if tools.library else ()
    making = [shot for shot in shots if shot.state == "making"]
    if not making:
        return (Text(await _over(shots[0], tools) if shots else wording.NOTHING_MAKING),)
    own = [shot for shot in making if shot.sender == dialogue.ask.sender]
    return (Text(await _told((own or making)[-1], tools)),)


async def _over(last: Shot, tools: Tools) -> str:
    if last.state == "sent":
        return wording.OVER
    with suppress(VideoServiceError):
        return _ended(await _job(last, tools))
    return wording.BROKEN


async def _job(shot: Shot, tools: Tools) -> VideoJob:
    return await (tools.video.get_image if shot.makes == "image" else tools.video.get)(shot.job)


def _ended(job: VideoJob) -> str:
    """What is said of a job without a film."""
    called_off = job.error is not None and job.error.code == "cancelled"
    return wording.CALLED_OFF if called_off else wording.BROKEN


async def _told(shot: Shot, tools: Tools) -> str:
    try:
        job = await _job(shot, tools)
    except ServiceRefused:  # whoever follows it is about to say so
        return wording.BROKEN
    except VideoServiceError:
        return wording.AWAY
    if job.status.final:
        return wording.READY if job.status is Status.completed else _ended(job)
    return _stand(job, shot) + _left(job)


def _stand(job: VideoJob, shot: Shot) -> str:
    if job.status is Status.in_progress:
        return wording.DRAWING if shot.makes == "image" else wording.FILMING
    ahead = job.queue_position
    return wording.QUEUED.format(ahead=ahead) if ahead else wording.NEXT


def _left(job: VideoJob) -> str:
    told = wait(job.eta_s, wording.UNKNOWN)
    return wording.STILL + told if told.startswith("大约") else told
