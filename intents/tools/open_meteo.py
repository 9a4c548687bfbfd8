"""Open-Meteo: a forecast for any place on earth, without a key. Its places come from GeoNames."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from typing import Any

from intents.settings import WeatherSettings
from intents.tools import wmo, wording
from intents.tools.beijing import BEIJING
from intents.tools.fields import Fields, fields, items, number, text
from intents.tools.forecast import Day, Forecast, ForecastError, Town, TownNotFound
from intents.tools.http import (
    Provider,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderSilent,
    open_client,
)
from intents.tools.limiter import Limiter
from intents.tools.town_names import short_name

DAYS = 7  # what lies further ahead is more guess than forecast
KEEP_S, KEEP_SPOT_S = 20 * 60, 30 * 24 * 3600
PER_SECOND = 5
MINUTE_S, HOUR_S = 60.0, 3600.0
NOW = "temperature_2m,weather_code"
DAILY = (
    "weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max"
    ",wind_speed_10m_max,wind_direction_10m_dominant"
)


class OpenMeteo:
    """`intents.tools.forecast.Forecaster` over Open-Meteo's geocoding and forecast."""

    name = "open-meteo"

    def __init__(self, geocoding: Provider, forecasts: Provider) -> None:
        self._geocoding, self._forecasts = geocoding, forecasts

    async def forecast(self, town: Town) -> Forecast:
        """A week from today on; ForecastError when Open-Meteo does not answer."""
        try:
            name, place = await self._find(town)
            return _forecast(name, await self._of(place))
        except ProviderBusy as error:
            raise ForecastError(str(error), say=wording.WEATHER_BUSY) from None
        except ProviderError as error:
            raise ForecastError(str(error), say=wording.WEATHER_SILENT) from None

    async def _find(self, town: Town) -> tuple[str, Fields]:
        """The place, and what it is called; the city stands in for a district that is not known."""
        for called, name in _names(town):
            found = [place for place in await self._search(name, town) if _fits(place, town)]
            if found:
                return called, max(found, key=lambda place: _worth(place, town))
        raise TownNotFound(
            f"open-meteo: no place for {town.adcode or 'a name'}", say=wording.NO_TOWN
        )

    async def _search(self, name: str, town: Town) -> list[Fields]:
        where = {"countryCode": "CN"} if town.adcode and not _is_apart(town) else {}
        said = await self._geocoding.ask(
            "/v1/search", {"name": name, "count": "10", "language": "zh", **where},
            keep_s=KEEP_SPOT_S,
        )  # fmt: skip
        return [
            place
            for place in items(said, "results")
            if None not in (number(place.get("latitude")), number(place.get("longitude")))
        ]

    async def _of(self, place: Fields) -> Any:
        return await self._forecasts.ask(
            "/v1/forecast",
            {
                "latitude": text(place["latitude"]),
                "longitude": text(place["longitude"]),
                "timezone": text(place.get("timezone")) or "Asia/Shanghai",
                "forecast_days": str(DAYS),
                "current": NOW,
                "daily": DAILY,
            },
            keep_s=KEEP_S,
        )


def _names(town: Town) -> Iterator[tuple[str, str]]:
    """What to call the place, and what to look it up by, the most exact first."""
    city = short_name(town.city)
    inner = town.name.removeprefix(city)
    own = inner if _is_part(town) and len(inner) > 1 else town.name
    names = {own: town.name, short_name(own): town.name}
    if city:
        names.setdefault(city, city)
    for name, called in names.items():
        if len(name) > 1:  # one character finds nothing
            yield called, name


def _fits(place: Fields, town: Town) -> bool:
    """Whether the place lies in the town's province, and a part of a city in that city."""
    if not town.adcode or _is_apart(town):
        return True
    told = (text(place.get("admin1")), text(place.get("admin2")))
    province, city = (short_name(name) for name in told)
    if province and not province.isascii() and province != short_name(town.province):
        return False  # some have no Chinese name
    is_elsewhere = city and not city.isascii() and city != short_name(town.city)
    return not (is_elsewhere and _is_part(town))


def _worth(place: Fields, town: Town) -> tuple[bool, float]:
    """In the town's own city first, then the larger one; a hamlet has no population."""
    at_home = short_name(text(place.get("admin2"))) == short_name(town.city)
    return at_home, number(place.get("population")) or -1


def _is_part(town: Town) -> bool:
    """Whether it is a district or a county, not a city or a province."""
    return bool(town.adcode) and not town.adcode.endswith("00")


def _is_apart(town: Town) -> bool:
    """Hong Kong, Macao and Taiwan have country codes of their own there."""
    return town.adcode[:2] in ("71", "81", "82")


def _forecast(name: str, said: Any) -> Forecast:
    daily, now = fields(said, "daily"), fields(said, "current")
    days = tuple(day for row in _rows(daily) if (day := _day(row)))
    if not days:
        raise ForecastError("open-meteo: a forecast of no days", say=wording.WEATHER_SILENT)
    return Forecast(
        name,
        days,
        now=number(now.get("temperature_2m")),
        sky_now=wmo.sky(number(now.get("weather_code"))),
        told_at=_moment(now.get("time")),
    )


def _rows(daily: Fields) -> Iterator[Fields]:
    """The columns turned into days; a column may be missing or too short."""
    columns = {name: column for name, column in daily.items() if isinstance(column, list)}
    for n in range(len(columns.get("time", ()))):
        yield {name: column[n] for name, column in columns.items() if n < len(column)}


def _day(row: Fields) -> Day | None:
    try:
        when = date.fromisoformat(text(row.get("time")))
    except ValueError:
        return None
    low, high = number(row.get("temperature_2m_min")), number(row.get("temperature_2m_max"))
    sky = wmo.sky(number(row.get("weather_code")))
    if not sky and low is None and high is None:
        return None
    rain = number(row.get("precipitation_probability_max"))
    return Day(when, sky, low, high, None if rain is None else round(rain), _wind(row))


def _wind(row: Fields) -> str:
    speed, degrees = (
        number(row.get("wind_speed_10m_max")),
        number(row.get("wind_direction_10m_dominant")),
    )
    if speed is None:
        return ""
    power = max(1, wmo.force(speed))
    return f"风力{power}级" if degrees is None else f"{wmo.direction(degrees)}风{power}级"


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text(value)).replace(tzinfo=BEIJING)
    except ValueError:
        return None


def judge(status: int, said: dict[str, Any]) -> None:
    """Raises what is wrong with an answer of Open-Meteo; only the text tells how long to wait."""
    if status == 200 and not said.get("error"):
        return
    reason = text(said.get("reason")).lower()
    if status == 429 or "limit exceeded" in reason:
        if "daily" in reason or "monthly" in reason:
            raise ProviderBusy("open-meteo: the day's quota is spent", for_today=True)
        rest = HOUR_S if "hourly" in reason else MINUTE_S
        raise ProviderBusy("open-meteo: too many questions", rest_s=rest)
    if status >= 500:
        raise ProviderSilent(f"open-meteo: HTTP {status}", again=True)
    raise ProviderRefused(f"open-meteo: HTTP {status}", str(status))


@contextlib.asynccontextmanager
async def open_meteo(settings: WeatherSettings) -> AsyncIterator[OpenMeteo]:
    """Open-Meteo for as long as the block lasts."""
    async with (
        open_client(settings.geocoding_url) as geocoding,
        open_client(settings.forecast_url) as forecasts,
    ):
        yield OpenMeteo(
            Provider("open-meteo geocoding", geocoding, judge, Limiter(PER_SECOND)),
            Provider("open-meteo", forecasts, judge, Limiter(PER_SECOND)),
        )
