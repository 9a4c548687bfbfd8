"""再发一次: what the room has had, sent once more as it is."""

from intents.base import Tools
from intents.dialogue import Dialogue, Question, Reply, Resend
from intents.errors import NotAllowed
from intents.video import change_wording as wording
from intents.video.changing.pointing import point
from intents.video.slots import Slots


async def resend(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """The clip or picture itself is the whole answer."""
    shot = await point(
        dialogue, slots.clip or slots.wish, tools, makes=("video", "image"), states=("sent",)
    )
    if isinstance(shot, Question):
        return (shot,)
    if shot.state == "making":
        raise NotAllowed(f"{shot.job} is still being made", say=wording.STILL_TO_COME)
    return (Resend(shot.job),)
