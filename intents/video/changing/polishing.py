"""加字幕, 循环, 竖屏, 配乐: a clip that is there finished anew, nothing is filmed again."""

from intents.base import Tools
from intents.dialogue import Dialogue, Keep, Question, Reply, Text, Ticket
from intents.errors import NotAllowed, Unreachable
from intents.making.orders import who
from intents.making.waiting import wait
from intents.shots import Shot
from intents.video import change_wording as words
from intents.video import wording
from intents.video.changing.finishing import Finishing
from intents.video.changing.pointing import point
from intents.video.changing.refilming import place
from intents.video.changing.sounds import extras
from intents.video.slots import Slots
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Status, VideoJob

QUICK_S = 20  # a shorter wait is 马上


async def polish(dialogue: Dialogue, slots: Slots, wanted: Finishing, tools: Tools) -> Reply:
    """The clip with `wanted` on top of what it has; the first clip stays as it is."""
    if not wanted:
        raise NotAllowed("no finishing was named", say=words.WHAT_FINISH)
    shot = await point(dialogue, slots.clip, tools)
    if isinstance(shot, Question):
        return (shot,)
    job = await _job(shot, tools)
    more = await extras(wanted, dialogue, tools, job.finish, _seconds(job))

    async def order() -> VideoJob:
        if more.finish is None:
            raise AssertionError("what is wanted is something")
        ask = dialogue.ask
        return await tools.video.finish(
            shot.job,
            more.finish,
            key=f"{ask.key}:0",
            music=more.music,
            voice=more.voice,
            user=who(ask),
        )

    return _reply(await place(tools, order), shot)


def ready_soon(job: VideoJob) -> str:
    """One line: finishing is done in seconds, unless others are waiting for the machine."""
    ahead = words.AHEAD.format(ahead=job.queue_position) if job.queue_position else ""
    slow = job.eta_s is not None and job.eta_s > QUICK_S
    return words.GOOD + ahead + (wait(job.eta_s, words.SOON) if slow else words.SOON)


def _reply(job: VideoJob, shot: Shot) -> Reply:
    kept = {**shot.kept, "wish": shot.wish, "of": shot.job, "prompt": job.prompt}
    kept["finished"] = True  # it stands in place of the one it was made of
    return (Text(ready_soon(job)), Ticket(job.id), Keep({k: v for k, v in kept.items() if v}))


async def _job(shot: Shot, tools: Tools) -> VideoJob:
    try:
        job = await tools.video.get(shot.job)
    except ServiceRefused as error:
        raise NotAllowed(str(error), say=words.FORGOTTEN) from error
    except VideoServiceError as error:
        raise Unreachable(str(error), say=wording.ASLEEP) from error
    if job.status is not Status.completed:
        raise NotAllowed(f"{job.id} is {job.status}", say=words.STILL_FILMING)
    return job


def _seconds(job: VideoJob) -> float:
    try:
        return float(job.seconds or 6)
    except ValueError:
        return 6.0
