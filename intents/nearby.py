"""What a room has of clips just now: it decides what 好了吗, 取消 and 慢一点 may mean there."""

from dataclasses import dataclass
from datetime import timedelta

from intents.base import Tools
from intents.dialogue import Turn
from intents.sentences import Clip
from intents.shots import Shot, quoted_shot
from intents.transcript import quoted

LATELY = timedelta(minutes=30)
MOST_TOLD = 5
STATES = {"making": "正在做", "sent": "已发出", "failed": "没做成"}
VIDEO = "视频生成"


@dataclass(frozen=True, slots=True)
class Nearby:
    """`after`: 视频生成 when a clip is quoted; `told`: the last ones, for a language model."""

    level: Clip = ""
    after: str = ""
    told: str = ""


async def nearby(ask: Turn, tools: Tools) -> Nearby:
    """The last clips and pictures of the room of `ask`."""
    shots = await tools.library.shots(ask, most=20) if tools.library else ()
    if not shots:
        return Nearby()
    about = quoted_shot(ask, shots) is not None
    told = "；".join(_line(shot) for shot in shots[:MOST_TOLD])
    return Nearby(_level(ask, shots, about), VIDEO if about else "", told)


def _level(ask: Turn, shots: tuple[Shot, ...], about: bool) -> Clip:
    if any(shot.state == "making" for shot in shots):
        return "making"
    fresh = (ask.at - (shot.shown or shot.at) <= LATELY for shot in shots)
    return "lately" if about or any(fresh) else "ever"


def _line(shot: Shot) -> str:
    kind = "图" if shot.makes == "image" else "视频"
    return f"{STATES[shot.state]} {kind} {quoted(shot.name)[:12]} {quoted(shot.wish)[:24]}"
