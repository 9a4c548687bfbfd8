"""取消: only who has asked for a clip may call it off, and who looks after 小爱."""

from intents.base import Tools
from intents.dialogue import Dialogue, Reply, Text, Turn
from intents.errors import NotAllowed, Unreachable
from intents.shots import Shot, quoted_shot
from intents.video import change_wording as wording
from intents.video.changing.pointing import read, which
from intents.video.slots import Slots
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Status


def may_cancel(ask: Turn, shot: Shot) -> bool:
    """Whether who speaks may call this off: who has asked for it."""
    return ask.sender == shot.sender


def _allowed(ask: Turn, meant: list[Shot], tools: Tools) -> list[Shot]:
    """Who speaks means the own ones; with none of them there, an admin means another's."""
    own = [shot for shot in meant if may_cancel(ask, shot)]
    return own or (meant if tools.gate.is_admin(ask) else [])


async def cancel(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """Nothing of its own when it worked: who waits for the clip is told that it is cancelled."""
    ask = dialogue.ask
    shots = await tools.library.shots(ask) if tools.library else ()
    making = [shot for shot in shots if shot.state == "making"]
    if not making:
        return (Text(wording.NOTHING_MAKING),)
    meant = _meant(ask, making, slots.clip)
    allowed = _allowed(ask, meant, tools)
    if not allowed:
        name = meant[0].name
        raise NotAllowed(
            f"{meant[0].job} is of somebody else", say=wording.NOT_YOURS.format(name=name)
        )
    if len(allowed) > 1:
        return (which(allowed, ask.at, wording.WHICH_CANCEL, None),)
    return await _call_off(allowed[0], tools)


def _meant(ask: Turn, making: list[Shot], said: str | None) -> list[Shot]:
    """What `said` may mean of what is being made; all of it when it says nothing."""
    if named := [shot for shot in making if shot.job == said]:
        return named
    if quoted := quoted_shot(ask, making):
        return [quoted]
    pointed = read(said or "", ask, {shot.name for shot in making})
    fitting = [shot for shot in making if pointed.fits(shot)]
    if not fitting:
        raise NotAllowed("nothing like what was said is being made", say=wording.NOT_FOUND)
    return fitting


async def _call_off(shot: Shot, tools: Tools) -> Reply:
    picture = shot.makes == "image"
    look = tools.video.get_image if picture else tools.video.get
    stop = tools.video.cancel_image if picture else tools.video.cancel
    try:
        if (await look(shot.job)).status is Status.completed:
            return (Text(wording.READY),)  # a job that is over would be thrown away, not stopped
        await stop(shot.job)
    except ServiceRefused:
        return ()  # gone already, which its own ticket tells
    except VideoServiceError as error:
        raise Unreachable(str(error), say=wording.CANNOT_CANCEL) from error
    return ()
