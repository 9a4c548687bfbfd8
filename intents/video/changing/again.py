"""再来一个: the same clip with another seed, one that had failed, too."""

from intents.base import Tools
from intents.dialogue import Dialogue, Question, Reply
from intents.video.changing.pointing import point
from intents.video.changing.refilming import refilm
from intents.video.slots import Slots
from video_service.schema import Remix


async def again(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """Everything as it was, the seed alone is new."""
    shot = await point(dialogue, slots.clip, tools, states=("sent", "making", "failed"))
    if isinstance(shot, Question):
        return (shot,)
    return await refilm(dialogue, shot, Remix(new_seed=True), tools)
