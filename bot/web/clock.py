"""When something was said, as a messenger shows it between the lines."""

from datetime import datetime, timedelta

PAUSE = timedelta(minutes=5)  # a longer silence is worth a time of its own


def needs_time(before: datetime | None, at: datetime) -> bool:
    return before is None or at - before > PAUSE


def shown_time(at: datetime, now: datetime) -> str:
    """The local time of `at`, with as much of the date as `now` makes needed."""
    here, today = at.astimezone(), now.astimezone()
    clock = f"{here:%H:%M}"
    if here.date() == today.date():
        return clock
    if here.date() == today.date() - timedelta(days=1):
        return f"昨天 {clock}"
    day = f"{here.month}月{here.day}日 {clock}"
    return day if here.year == today.year else f"{here.year}年{day}"
