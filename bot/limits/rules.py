"""May one more be made? Judged by what was made today; nothing here is read or written."""

import math
from dataclasses import dataclass
from datetime import datetime

from bot.limits import wording
from bot.limits.settings import LimitsSettings
from intents.gate import Makes


@dataclass(frozen=True, slots=True)
class Used:
    """What today has seen of one kind: by the person anywhere, in the room by anybody.

    `granted`: clips a day that an admin gave this person. `last`: when the person last ordered
    anything. `paused`: nothing is made for anybody.
    """

    paused: bool
    person: int
    room: int
    granted: int | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rule that was met, what to say, and what to say the second time."""

    rule: str
    say: str
    brief: str


PAUSED = Refusal("paused", wording.PAUSED, wording.PAUSED_BRIEF)


def allowance(limits: LimitsSettings, makes: Makes, granted: int | None) -> int | None:
    """How many the person may have in a day; None = as many as they like."""
    if makes == "video" and granted is not None:
        return granted
    return (limits.person_clips if makes == "video" else limits.person_pictures) or None


def judge(used: Used, limits: LimitsSettings, makes: Makes, now: datetime) -> Refusal | None:
    """Why not; None = it may be made."""
    if used.paused:
        return PAUSED
    allowed = allowance(limits, makes, used.granted)
    if allowed == 0:
        return Refusal("person", wording.NONE_FOR_PERSON, wording.NONE_FOR_PERSON_BRIEF)
    if allowed is not None and used.person >= allowed:
        say = wording.PERSON[makes].format(count=allowed)
        return Refusal(f"person {makes}", say, wording.PERSON_BRIEF)
    room = limits.room_clips if makes == "video" else limits.room_pictures
    if room and used.room >= room:
        say = wording.ROOM[makes].format(count=room)
        return Refusal(f"room {makes}", say, wording.ROOM_BRIEF)
    return _too_soon(used, limits, now)


def _too_soon(used: Used, limits: LimitsSettings, now: datetime) -> Refusal | None:
    if used.last is None or not limits.cool_down_s:
        return None
    left = limits.cool_down_s - (now - used.last).total_seconds()
    if not 0 < left <= limits.cool_down_s:  # a clock that was set back locks nobody out
        return None
    count, unit = math.ceil(left), wording.SECONDS
    if left > 90:
        count, unit = math.ceil(left / 60), wording.MINUTES
    say = wording.COOL_DOWN.format(wait=unit.format(count=count))
    return Refusal("cool-down", say, wording.COOL_DOWN_BRIEF)
