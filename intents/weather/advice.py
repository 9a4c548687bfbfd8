"""What a day's weather means for going out: umbrella, clothes, ice and wind."""

import re
from collections.abc import Iterator, Sequence

from intents.tools.forecast import Day
from intents.weather import wording
from intents.weather.wish import About

LIKELY, POSSIBLE = 50, 30  # per cent
STORM = 6  # Beaufort
SWING = 10  # degrees between night and day
OUTING = re.compile(r"洗车|[晒晾]|适合")
LAST_NUMBER = re.compile(r"(\d+)级")


def is_wet(day: Day) -> bool:
    """Rain is told, or likely; 雨夹雪 is wet, too."""
    return "雨" in day.sky or (not is_snowy(day) and (day.rain or 0) >= LIKELY)


def is_snowy(day: Day) -> bool:
    return "雪" in day.sky


def verdict(days: Sequence[Day], said: str) -> str:
    """The answer to the very question: umbrella, rain, snow or a day out, on any of `days`."""
    snow, wet = any(map(is_snowy, days)), any(map(is_wet, days))
    if OUTING.search(said):
        return wording.NOT_FIT if wet or snow else wording.FIT
    if "雪" in said:
        return wording.YES_SNOW if snow else wording.NO_SNOW
    about_rain = "雨" in said and "伞" not in said
    if wet:
        return wording.YES_RAIN if about_rain else wording.YES_UMBRELLA
    if any(map(_may_rain, days)) or (snow and not about_rain):
        return wording.MAYBE_RAIN if about_rain else wording.MAYBE_UMBRELLA
    return wording.NO_RAIN if about_rain else wording.NO_UMBRELLA


def clothes(*days: Day) -> str:
    """By what it is like by day, on the coldest of the days; empty when no temperature is known."""
    felt = [warmth for day in days if (warmth := _warmth(day)) is not None]
    if not felt:
        return ""
    return next(wear for least, wear in wording.CLOTHES if min(felt) >= least)


def hints(day: Day, about: About) -> Iterator[str]:
    """What one ought to know besides, each a sentence."""
    if day.rain is not None and (is_wet(day) or _may_rain(day)):
        yield wording.CHANCE.format(rain=day.rain)
    if is_wet(day) and about != "带伞":
        yield wording.TAKE_UMBRELLA
    if is_snowy(day):
        yield wording.SNOWY
    if about == "穿衣" and None not in (day.low, day.high) and _swing(day) >= SWING:
        yield wording.SWING
    if "雾" in day.sky or "霾" in day.sky:
        yield wording.FOGGY
    if (power := LAST_NUMBER.search(day.wind)) and int(power[1]) >= STORM:
        yield wording.WINDY


def _may_rain(day: Day) -> bool:
    return (day.rain or 0) >= POSSIBLE and not is_snowy(day)


def _warmth(day: Day) -> float | None:
    """Nearer to the day's heat than to the night's cold: people go out by day."""
    known = [value for value in (day.low, day.high) if value is not None]
    if not known:
        return None
    return min(known) + (max(known) - min(known)) * 0.7


def _swing(day: Day) -> float:
    return (day.high or 0) - (day.low or 0)
