"""What a forecast is, and who can make one.

ForecastError            no forecast came of it; `say` tells the family why
└── TownNotFound         the provider knows no such place: another may
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from intents.errors import IntentError


class ForecastError(IntentError):
    """No forecast came of it; `say` tells the family why."""


class TownNotFound(ForecastError):
    """No place of that name has weather here."""


@dataclass(frozen=True, slots=True)
class Town:
    """A place with weather: `adcode` where it is known, else found by name."""

    name: str  # as it is said: 杭州, 西湖区
    adcode: str = ""
    province: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day's weather. Temperatures in Celsius; `rain` is the chance of it in per cent.

    Any of them may be unknown; a day of which nothing is known is left out of a forecast.
    """

    date: date
    sky: str  # 晴, 多云转小雨; empty where it is not told
    low: float | None = None
    high: float | None = None
    rain: int | None = None
    wind: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Today and the days after; `now` is the temperature at the moment, where it is told."""

    town: str
    days: tuple[Day, ...]
    now: float | None = None
    sky_now: str = ""
    told_at: datetime | None = None


class Forecaster(Protocol):
    """One weather provider."""

    name: str

    async def forecast(self, town: Town) -> Forecast:
        """At least three days from today on, or ForecastError."""
