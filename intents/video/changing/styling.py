"""以后都用水彩风格: the style of a room, shown and taken back by any of its members."""

import re

from intents.base import Tools
from intents.dialogue import Dialogue, Reply, Text, Turn
from intents.errors import NotAllowed
from intents.video import change_wording as wording
from intents.video.slots import Slots

LONGEST_STYLE = 12
ENDING = re.compile(r"(?:的?(?:风格|画风|风))?(?:[这那]种|样子|来拍|来画|吧|了|的)*$")


async def keep_style(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """From now on everything of this room is made in that style."""
    style = ENDING.sub("", slots.style or slots.wish or "").strip("“”\"'，。 ")[:LONGEST_STYLE]
    if not style or tools.styles is None:
        raise NotAllowed("no style was named", say=wording.WHICH_STYLE)
    await tools.styles.keep(dialogue.ask, style)
    return (Text(wording.STYLE_KEPT.format(style=style)),)


async def tell_style(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    style = await _style(dialogue.ask, tools)
    return (Text(wording.STYLE_NOW.format(style=style) if style else wording.STYLE_NONE),)


async def clear_style(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    style = await _style(dialogue.ask, tools)
    if style is None or tools.styles is None:
        return (Text(wording.STYLE_NONE),)
    await tools.styles.clear(dialogue.ask)
    return (Text(wording.STYLE_GONE.format(style=style)),)


async def _style(ask: Turn, tools: Tools) -> str | None:
    return await tools.styles.of(ask) if tools.styles else None
