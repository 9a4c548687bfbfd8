"""A forecast in words: the answer in the first line, then what else one ought to know."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from intents.tools.forecast import Day, Forecast
from intents.weather import wording
from intents.weather.advice import clothes, hints, is_snowy, is_wet, verdict
from intents.weather.days import Span, name_of, short_name_of
from intents.weather.wish import About

NOW = re.compile(r"多少度|几度|现在|此刻|目前|这会儿")
MOST_LINES = 4  # below the first


def tell(told: Forecast, span: Span, about: About, said: str, today: date) -> str:
    """At most five lines; `said` is the question, which may be about snow."""
    days = [day for day in told.days if day.date in span.days]
    if len(span.days) == 1:
        return _one(told, days[0], about, said, today)
    head = _head(told.town, days, span.name or wording.THESE_DAYS, about, today)
    lead = verdict(days, said) if about == "带伞" else ""
    return "\n".join((lead + head, *_lines(days, today)))


def degrees(value: float) -> str:
    """12, 零下2."""
    whole = round(value)
    return wording.BELOW.format(degrees=-whole) if whole < 0 else str(whole)


def between(low: float | None, high: float | None) -> str:
    """12到23度, 零下2到10度, 9度; empty when nothing is known."""
    known = [value for value in (low, high) if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    line = wording.ONE_DEGREE if round(low) == round(high) else wording.RANGE
    return line.format(low=degrees(low), high=degrees(high))


def _one(told: Forecast, day: Day, about: About, said: str, today: date) -> str:
    now = _now(told) if day.date == today else ""
    if now and about == "天气" and NOW.search(said):
        heat = between(day.low, day.high)
        first = (
            f"{told.town}{now.rstrip('。')}，{_joined(name_of(day.date, today) + day.sky, heat)}"
        )
        now = ""
    else:
        first = _first(told.town, day, about, said, today)
    lines = [f"{first}。", now, *hints(day, about)]
    return "\n".join([line for line in lines if line][: MOST_LINES + 1])


def _first(town: str, day: Day, about: About, said: str, today: date) -> str:
    start, heat = f"{town}{name_of(day.date, today)}", between(day.low, day.high)
    if about == "穿衣" and heat:
        heat = heat if (day.date - today).days in range(3) else f"，{heat}"  # 周三，1到12度
        return _joined(f"{start}{heat}", day.sky, clothes(day))
    lead = verdict([day], said) if about == "带伞" else ""
    return f"{lead}{start}{_joined(day.sky, heat, day.wind)}"


def _now(told: Forecast) -> str:
    if told.now is None:
        return ""
    line = wording.NOW if told.sky_now else wording.NOW_DEGREES
    return line.format(degrees=degrees(told.now), sky=told.sky_now)


def _lines(days: Sequence[Day], today: date) -> Iterator[str]:
    """One line a day; of more than four days several to a line."""
    told = [
        _joined(f"{short_name_of(day.date, today)}{day.sky}", between(day.low, day.high))
        for day in days
    ]
    step = -(-len(told) // MOST_LINES)
    for n in range(0, len(told), step):
        yield "；".join(told[n : n + step])


def _head(town: str, days: Sequence[Day], name: str, about: About, today: date) -> str:
    temperatures = [t for day in days for t in (day.low, day.high) if t is not None]
    heat = between(min(temperatures, default=None), max(temperatures, default=None))
    if about == "穿衣" and temperatures:
        return f"{_joined(f'{town}{name}{heat}', clothes(*days))}。"
    wet = "、".join(short_name_of(day.date, today) for day in days if is_wet(day))
    snow = "、".join(
        short_name_of(day.date, today) for day in days if is_snowy(day) and not is_wet(day)
    )
    falls = _joined(
        wording.WET_DAYS.format(days=wet) if wet else "",
        wording.SNOW_DAYS.format(days=snow) if snow else "",
    )
    start = f"{town}{name}，{falls}" if falls else f"{town}{name}{wording.DRY_DAYS}"
    return f"{_joined(start, heat)}。"


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)
