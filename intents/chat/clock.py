"""几点了, 今天几号, 星期几: by the clock, which a language model does not have."""

import re
from datetime import datetime

from intents.chat import wording
from intents.tools.beijing import BEIJING

WEEKDAYS = "一二三四五六日"
ASKED = re.compile(
    r"^(?!什么时候(?!了)|.{2,3}呢)"  # asked back, about what was talked of
    r"(?:请问|你?知道|告诉我|看看|问一?下|现在|今天|今儿|是|这会儿)*"
    r"(?:几点(?:钟)?|什么(?:时间|时候|日子)|几月几[号日]|几[号日]|(?:星期|周|礼拜)几)"
    r"[了啊呀呢吗啦？?。！!]*$"
)
PARTS = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def clock(said: str, now: datetime) -> str | None:
    """Time and day where `said` asks for nothing else."""
    return told(now) if ASKED.match(said) else None


def told(now: datetime) -> str:
    """The family's time and day in words."""
    now = now.astimezone(BEIJING)
    return wording.NOW.format(
        part=next(part for ends, part in PARTS if now.hour < ends),
        hour=now.hour if now.hour <= 12 else now.hour - 12,
        minute=f"{now.minute}分" if now.minute else "整",
        month=now.month,
        day=now.day,
        weekday=WEEKDAYS[now.weekday()],
    )
