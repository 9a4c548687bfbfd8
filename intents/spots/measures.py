"""Metres, seconds and yuan as people say them: 800米, 3.2公里, 1小时20分钟, 4.5元."""

from intents.spots import wording


def distance(metres: float) -> str:
    """To ten metres below a kilometre, to a tenth of one below a hundred."""
    tens = round(metres / 10) * 10
    if tens < 1000:
        return wording.METRES.format(count=max(10, tens))
    kilometres = metres / 1000
    digits = 1 if kilometres < 99.95 else 0
    return wording.KILOMETRES.format(count=_plain(round(kilometres, digits)))


def duration(seconds: float) -> str:
    """To the minute, never none; days from a whole one on."""
    minutes = max(1, round(seconds / 60))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    counts = ((days, wording.DAYS), (hours, wording.HOURS), (minutes, wording.MINUTES))
    return "".join(unit.format(count=count) for count, unit in counts if count)


def money(yuan: float) -> str:
    """To a tenth of a yuan, without a nought behind the point."""
    return wording.YUAN.format(count=_plain(round(yuan, 1)))


def _plain(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
