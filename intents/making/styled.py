"""The style that a room wants everything in, added to a wish that names none of its own."""

import re

from intents.base import Tools
from intents.dialogue import Turn
from intents.making import wording

NAMED = re.compile(
    r"风格|画风|水彩|油画|国画|水墨|卡通|动漫|动画|素描|版画|剪纸|像素|写实|黑白|复古|胶片|赛博|简笔画"
)


async def styled(wish: str, ask: Turn, tools: Tools) -> str:
    """`wish` as the room likes it: 熊猫吃竹子，水彩风格."""
    style = await tools.styles.of(ask) if tools.styles else None
    if not style or NAMED.search(wish):
        return wish
    return wording.IN_STYLE.format(wish=wish, style=style)
