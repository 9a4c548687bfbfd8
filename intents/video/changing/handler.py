"""Which change is meant, and who makes it."""

from intents.base import Tools
from intents.dialogue import Dialogue, Reply
from intents.errors import NotAllowed
from intents.video import change_wording as wording
from intents.video.slots import Slots


async def change(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """What comes of `slots.change`, or an IntentError with what to do instead."""
    raise NotAllowed(f"no {slots.change} yet", say=wording.NOTHING_HERE)
