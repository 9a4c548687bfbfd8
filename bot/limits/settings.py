"""The `bot.limits:` section of config.yaml."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.limits.quiet import read_hours
from video_service.schema.config import Section

COUNTED = ("person_clips", "person_pictures", "room_clips", "room_pictures", "cool_down_s")


def _hours(told: str) -> str:
    read_hours(told)
    return told


def _not_blank(words: tuple[str, ...]) -> tuple[str, ...]:
    if not all(word.strip() for word in words):
        raise ValueError("a word must not be empty: it would stand in everything")
    return tuple(word.strip() for word in words)


class LimitsSettings(Section):
    """How much is made in a day, when it is sent, and what is not filmed. 0 or empty is off."""

    person_clips: int = Field(20, ge=0, description="一个人一天最多拍几段；0 = 不限，下同")
    person_pictures: int = Field(40, ge=0, description="一个人一天最多画几张")
    room_clips: int = Field(60, ge=0, description="一个群一天最多拍几段")
    room_pictures: int = Field(120, ge=0, description="一个群一天最多画几张")
    cool_down_s: float = Field(0, ge=0, le=86400, description="同一个人两次之间至少隔几秒")
    quiet_hours: Annotated[str, AfterValidator(_hours)] = Field(
        "", description="夜里不发片子的时间，例如 22:00-07:00；空着就随时发"
    )
    words: Annotated[tuple[str, ...], AfterValidator(_not_blank)] = Field(
        (), description="家里自己定的不拍的词"
    )


def uncounted(limits: LimitsSettings) -> LimitsSettings:
    """For the owner at the computer itself: any number, at any hour; what is not filmed stays."""
    off = {name: 0 for name in COUNTED}
    return limits.model_copy(update={**off, "quiet_hours": ""})
