"""The hours in which no film goes out: what was made in them is sent when they end."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.limits import wording
from bot.records import Answer
from intents.dialogue import Part, Text, Ticket
from intents.tools import beijing

HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
LOOK_S = 60.0  # the clock is looked at again: a machine may have slept, or been set
SOON = timedelta(minutes=30)  # what is wished for now may well be done only in the quiet


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` until before `end`, by Beijing's clock; over midnight as a rule."""

    start: time
    end: time


def read_hours(told: str) -> Hours | None:
    """The hours of "22:00-07:00", None for ""; ValueError for anything else."""
    if not told:
        return None
    if not (found := HOURS.fullmatch(told)):
        raise ValueError('write hours like "22:00-07:00", or leave it empty')
    hours = Hours(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
    if hours.start == hours.end:
        raise ValueError("quiet hours that never end: give another end, or leave it empty")
    return hours


class Quiet:
    """Holds films back, and says so in the acknowledgement; `hours` None = never."""

    def __init__(self, hours: Hours | None) -> None:
        self._hours = hours

    def left(self, moment: datetime) -> float:
        """Seconds until films go out again; 0 while they do."""
        if self._hours is None or not self._is_quiet(self._hours, moment):
            return 0.0
        end = moment.replace(hour=self._hours.end.hour, minute=self._hours.end.minute)
        end = end.replace(second=0, microsecond=0)
        if end <= moment:
            end += timedelta(days=1)
        return (end - moment).total_seconds()

    def now(self) -> bool:
        """Whether it is one of these hours."""
        return self.left(beijing.now()) > 0

    async def over(self) -> None:
        """Return as soon as films may go out."""
        while left := self.left(beijing.now()):  # noqa: ASYNC110 - a clock rings no event
            await asyncio.sleep(min(left, LOOK_S))

    def told(self, answer: Answer) -> Answer:
        """The acknowledgement of something that may have to wait says until when."""
        now = beijing.now()
        if self._hours is None or not any(isinstance(part, Ticket) for part in answer.parts):
            return answer
        if not (self.left(now) or self.left(now + SOON)):
            return answer
        said = wording.NIGHT.format(start=_clock(self._hours.start), end=_clock(self._hours.end))
        return replace(answer, parts=_with(answer.parts, said))

    @staticmethod
    def _is_quiet(hours: Hours, moment: datetime) -> bool:
        clock = moment.time()
        if hours.start < hours.end:
            return hours.start <= clock < hours.end
        return clock >= hours.start or clock < hours.end


def _with(parts: tuple[Part, ...], said: str) -> tuple[Part, ...]:
    """`said` at the end of the first words; there is always an acknowledgement with a ticket."""
    at = next((i for i, part in enumerate(parts) if isinstance(part, Text)), None)
    if at is None:
        return parts
    first = parts[at]
    return (*parts[:at], Text(f"{getattr(first, 'text', '')}{said}"), *parts[at + 1 :])


def _clock(moment: time) -> str:
    template = wording.PAST if moment.minute else wording.O_CLOCK
    return template.format(hour=moment.hour, minute=f"{moment.minute:02d}")
