"""Which change is meant, and who makes it."""

from collections.abc import Awaitable, Callable

from intents.base import Tools
from intents.dialogue import Dialogue, Reply
from intents.video.changing.again import again
from intents.video.changing.cancelling import cancel
from intents.video.changing.editing import edit
from intents.video.changing.finishing import Finishing
from intents.video.changing.joining import join
from intents.video.changing.mending import mend
from intents.video.changing.polishing import polish
from intents.video.changing.progress import progress
from intents.video.changing.resending import resend
from intents.video.changing.styling import clear_style, keep_style, tell_style
from intents.video.slots import Change, Slots

KINDS: dict[Change, Callable[[Dialogue, Slots, Tools], Awaitable[Reply]]] = {
    "再来一个": again,
    "改一改": edit,
    "再发一次": resend,
    "进度": progress,
    "取消": cancel,
    "有毛病": mend,
    "定风格": keep_style,
    "问风格": tell_style,
    "去风格": clear_style,
}


async def change(
    dialogue: Dialogue, slots: Slots, tools: Tools, wanted: Finishing | None = None
) -> Reply:
    """What comes of `slots.change`, or an IntentError with what to do instead."""
    wanted = wanted or Finishing()
    if slots.change == "接起来":
        return await join(dialogue, slots, wanted, tools)
    if slots.change in (None, "加工"):
        return await polish(dialogue, slots, wanted, tools)
    return await KINDS[slots.change](dialogue, slots, tools)
