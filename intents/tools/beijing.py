"""The family's time: Beijing's, which has had no summer time since 1991 and needs no zone files."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    return datetime.now(BEIJING)


def next_midnight(moment: datetime) -> datetime:
    """When the Beijing day of `moment` is over."""
    day = moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
