"""The few exact words that are no talk. Nothing but the whole sentence counts, and who says it."""

import re
from dataclasses import dataclass
from typing import Literal

from intents.dialogue import Turn

Name = Literal[
    "状态", "队列", "取消", "暂停", "继续", "额度", "谁用了多少", "帮助", "我的额度", "忘记我",
]  # fmt: skip
EVERYBODYS: tuple[Name, ...] = ("帮助", "我的额度", "忘记我")
ADMINS: tuple[Name, ...] = ("状态", "队列", "暂停", "继续", "谁用了多少")
NUMBER = "(?P<count>[0-9０-９]{1,3})"  # an input method for Chinese may type wide ones
CANCEL = re.compile(rf"取消\s*{NUMBER}")
GRANT = re.compile(
    r"额度\s*[@＠]\s*(?P<who>[^@＠\n]{1,40}?)"
    rf"(?:\s+(?P<less>[-－−]\s?)?|(?<![0-9０-９\s])(?P<glued>[-－−])?){NUMBER}"
)


@dataclass(frozen=True, slots=True)
class Command:
    """`count`: which of the queue, or how many a day, below 0 too; `who`: the name behind @."""

    name: Name
    count: int = 0
    who: str = ""


def command(turn: Turn, *, admin: bool) -> Command | None:
    """What is commanded, None when it is talk.

    Only what was typed counts: not what a model heard in a voice message, and not the answer that
    stands for silence, whose words a map or a model may have chosen.
    """
    said = turn.said.strip()
    if not turn.text or turn.voice or turn.mine:
        return None
    own = next((name for name in EVERYBODYS if name == said), None)
    if own or not admin:
        return Command(own) if own else None
    if found := CANCEL.fullmatch(said):
        return Command("取消", count=int(found["count"]))
    if found := GRANT.fullmatch(said):
        sign = -1 if found["less"] or found["glued"] else 1
        return Command("额度", count=sign * int(found["count"]), who=found["who"].strip())
    plain = next((name for name in ADMINS if name == said), None)
    return Command(plain) if plain else None
