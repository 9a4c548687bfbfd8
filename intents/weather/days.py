"""Which days are meant, by the calendar: 明天, 周六, 下周三, 这几天, 25号, 国庆."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

COMING = 4  # how many days are "the coming days"
MOST = 14
DIGITS = "零一二三四五六七八九"
WEEKDAYS = "一二三四五六日"
FEAST = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "劳动节": (5, 1), "五一": (5, 1),
    "儿童节": (6, 1), "六一": (6, 1), "国庆": (10, 1), "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
NUM = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
WEEK = r"(?:周|星期|礼拜)"
JOINED = re.compile(r"[、，,和跟与]|还有|(?<=[周期拜][一二三四五六日天])(?=周|星期|礼拜)")


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, in order; `name` is what several are called together: 这几天, 周末."""

    days: tuple[date, ...]
    name: str = ""


def read_days(said: str | None, today: date) -> Span | None:
    """The days that `said` means; today when nothing is said. None: it names no day of ours."""
    if not said:
        return Span((today,))
    spans = [_read(part, today) for part in JOINED.split(said) if part.strip()]
    known = [span for span in spans if span]
    if not known or len(known) < len(spans):
        return None
    days = sorted({day for span in known for day in span.days})
    return Span(tuple(days), known[0].name if len(known) == 1 else "")


def name_of(day: date, today: date) -> str:
    """今天, 明天, 后天, else 11月25日周三."""
    near = short_name_of(day, today)
    return near if (day - today).days in range(3) else f"{day.month}月{day.day}日{near}"


def short_name_of(day: date, today: date) -> str:
    """今天, 明天, 后天, else 周三."""
    ahead = (day - today).days
    return ("今天", "明天", "后天")[ahead] if 0 <= ahead <= 2 else f"周{WEEKDAYS[day.weekday()]}"


def _read(said: str, today: date) -> Span | None:
    for pattern, days, name in RULES:
        if match := re.search(pattern, said):
            try:
                return Span(tuple(days(match, today)), name)
            except ValueError:  # the 31st of a month that has none; 一一, which is no number
                return None
    return None


def _number(text: str) -> int:
    """十一, 二十五, 两, 7; ValueError for what is no number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("两", "二").rpartition("十")
    if ten:
        return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)
    return DIGITS.index(ones)


Days = Callable[[re.Match[str], date], list[date]]


def _ahead(*days: int) -> Days:
    return lambda match, today: [today + timedelta(days=n) for n in days]


def _run(start: date, count: int) -> list[date]:
    return [start + timedelta(days=n) for n in range(max(1, min(count, MOST)))]


def _counted(match: re.Match[str], today: date) -> list[date]:
    return _run(today, _number(match[1]))


def _later(match: re.Match[str], today: date) -> list[date]:
    return [today + timedelta(days=_number(match[1]))]


def _monday(today: date, weeks: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _weekday(match: re.Match[str], today: date) -> list[date]:
    """周六 is the next one, today's included; 下周六 is of the week after this one."""
    which, sign = match[1] or "", match[2]
    place = 6 if sign in "日天7" else "一二三四五六".find(sign)
    place = int(sign) - 1 if sign.isdigit() else place
    weeks = {"上": -1, "下": 1, "下下": 2}.get(which, 0)
    day = _monday(today, weeks) + timedelta(days=place)
    return [day + timedelta(weeks=1) if not which and day < today else day]


def _weekend(match: re.Match[str], today: date) -> list[date]:
    saturday = _monday(today, 1 if match[1] == "下" else 0) + timedelta(days=5)
    return [day for day in _run(saturday, 2) if day >= today]


def _rest_of_week(match: re.Match[str], today: date) -> list[date]:
    return _run(today, 7 - today.weekday())


def _next_week(match: re.Match[str], today: date) -> list[date]:
    return _run(_monday(today, 2 if match[1] == "下下" else 1), 7)


def _month_day(match: re.Match[str], today: date) -> list[date]:
    month, day = _number(match[1]), _number(match[2])
    return [_next(month, day, today)]


def _day_of_month(match: re.Match[str], today: date) -> list[date]:
    day, first = _number(match[1]), today.replace(day=1)
    months = (first, _month_after(first), _month_after(_month_after(first)))
    fitting = (
        month.replace(day=day)
        for month in months
        if day <= calendar.monthrange(month.year, month.month)[1]
    )
    return [next(found for found in fitting if found >= today)] if 1 <= day <= 31 else []


def _next(month: int, day: int, today: date) -> date:
    """That day of this year, or of the next when it was long ago; 29 February may not be."""
    this_year = date(today.year, month, day)
    return this_year if (today - this_year).days < 180 else date(today.year + 1, month, day)


def _feast(match: re.Match[str], today: date) -> list[date]:
    month, day = FEAST[match[0]]
    this_year = date(today.year, month, day)
    return [this_year if this_year >= today else this_year.replace(year=today.year + 1)]


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _end_of_month(match: re.Match[str], today: date) -> list[date]:
    return [_month_after(today) - timedelta(days=1)]


RULES: tuple[tuple[str, Days, str], ...] = (
    (rf"{NUM}\s*月\s*{NUM}\s*[号日]?", _month_day, ""),
    (r"(?<!\d)(\d{1,2})[./-](\d{1,2})(?!\d)", _month_day, ""),
    (rf"{NUM}\s*[号日](?!期)", _day_of_month, ""),
    (rf"(?<![周期拜])(?:{'|'.join(FEAST)})", _feast, ""),
    (rf"{NUM}天(?:以?后|之后)", _later, ""),
    (rf"过{NUM}天", _later, ""),
    (r"今明后", _ahead(0, 1, 2), "这三天"),
    (r"今明", _ahead(0, 1), "这两天"),
    (r"明后", _ahead(1, 2), "这两天"),
    (r"大前天", _ahead(-3), ""),
    (r"前[天日]", _ahead(-2), ""),
    (r"昨[天日晚夜]|刚才", _ahead(-1), ""),
    (r"大后[天日]", _ahead(3), ""),
    (r"后[天日儿]", _ahead(2), ""),
    (r"明[天日儿早晚晨]|第二天", _ahead(1), ""),
    (rf"(上|下|本|这|当)?(?:一?个)?{WEEK}末", _weekend, "周末"),
    (rf"(下下|上|下|本|这)?(?:一?个)?{WEEK}([一二三四五六日天1-7])(?!个|周)", _weekday, ""),
    (rf"(下下|下)(?:一?个)?{WEEK}", _next_week, "下周"),
    (rf"上(?:一?个)?{WEEK}|上个?月|去年|以前", _ahead(-7), ""),
    (rf"(?:这|本|当)个?{WEEK}", _rest_of_week, "这周"),
    (rf"一(?:个?{WEEK})|七天|7天", lambda m, t: _run(t, 7), "这一周"),
    (r"半个?月|十五天", lambda m, t: _run(t, MOST), "这些天"),
    (r"这?两天", lambda m, t: _run(t, 2), "这两天"),
    (rf"{NUM}\s*[天日]", _counted, "这些天"),
    (r"下个?月", lambda m, t: [_month_after(t)], ""),
    (r"月底|月末", _end_of_month, ""),
    (r"明年", lambda m, t: [date(t.year + 1, 1, 1)], ""),
    (
        r"几[天日]|最近|近[期日来]|未来|接下来|往后|以后|阵子|这段|这个?月|今年",
        lambda m, t: _run(t, COMING),
        "这几天",
    ),
    (
        r"今[天日儿早晚夜晨]|现在|此[刻时]|目前|当前|这会儿|眼下|马上|一会|等下|当[天日]|实时"
        r"|[早晚]上|[上下中]午|早晨|傍晚|夜|凌晨|清晨",
        _ahead(0),
        "",
    ),
)
