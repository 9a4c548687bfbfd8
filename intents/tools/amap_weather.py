"""The forecast of Amap: today and three days more, for a district or a city by its adcode."""

import asyncio
from datetime import date, datetime

from intents.tools import wording
from intents.tools.amap import Amap
from intents.tools.amap_spots import spots_of
from intents.tools.beijing import BEIJING
from intents.tools.fields import Fields, items, number, text
from intents.tools.forecast import Day, Forecast, ForecastError, Town, TownNotFound
from intents.tools.maps import MapBusy, MapError, MapNotFound
from intents.tools.towns import MUNICIPALITIES

PATH, GEOCODE = "/v3/weather/weatherInfo", "/v3/geocode/geo"
KEEP_S, KEEP_SPOT_S = 20 * 60, 30 * 24 * 3600
CALM = {"", "无风向", "旋转不定"}


class AmapForecaster:
    """`intents.tools.forecast.Forecaster` over Amap."""

    name = "amap"

    def __init__(self, amap: Amap) -> None:
        self._amap = amap

    async def forecast(self, town: Town) -> Forecast:
        """Four days from today on; ForecastError when Amap does not answer."""
        try:
            adcode = town.adcode or await self._adcode(town.name)
            return await self._of(town, adcode)
        except MapNotFound as error:
            raise TownNotFound(str(error), say=wording.NO_TOWN) from error
        except MapBusy as error:
            raise ForecastError(str(error), say=wording.WEATHER_BUSY) from error
        except MapError as error:
            raise ForecastError(str(error), say=wording.WEATHER_SILENT) from error

    async def _of(self, town: Town, adcode: str) -> Forecast:
        told, live = await asyncio.gather(self._told(adcode), self._live(adcode))
        days = tuple(day for cast in items(told, "casts") if (day := _day(cast)))
        if not days and (city := _city(adcode)) != adcode:  # a district that is no more
            return await self._of(town, city)
        if not days:
            raise MapNotFound(f"amap: no weather for {adcode}")
        return Forecast(
            town.name,
            tuple(sorted(days, key=lambda day: day.date)),
            now=_temperature(live, "temperature"),
            sky_now=text(live.get("weather")),
            told_at=_moment(told.get("reporttime")),
        )

    async def _told(self, adcode: str) -> Fields:
        said = await self._amap.ask(PATH, keep_s=KEEP_S, city=adcode, extensions="all")
        return next(items(said, "forecasts"), {})

    async def _live(self, adcode: str) -> Fields:
        """What it is like now; nothing when that is not told, for the forecast is enough."""
        try:
            said = await self._amap.ask(PATH, keep_s=KEEP_S, city=adcode, extensions="base")
        except MapError:
            return {}
        return next(items(said, "lives"), {})

    async def _adcode(self, name: str) -> str:
        """Of a place that is no town of ours; a hamlet called 东京 is not what is meant."""
        said = await self._amap.ask(GEOCODE, keep_s=KEEP_SPOT_S, address=name)
        first = next(items(said, "geocodes"), {})
        if text(first.get("level")) not in ("省", "市", "区县", "乡镇", "开发区"):
            raise MapNotFound("amap: no town of that name")
        return next((spot.adcode for spot in spots_of(said, name) if spot.adcode), "")


def _city(adcode: str) -> str:
    """The code of the city that a district belongs to; a municipality is its own city."""
    return f"{adcode[:2]}0000" if adcode[:2] in MUNICIPALITIES else f"{adcode[:4]}00"


def _day(cast: Fields) -> Day | None:
    try:
        when = date.fromisoformat(text(cast.get("date")))
    except ValueError:
        return None
    temperatures = [t for n in ("nighttemp", "daytemp") if (t := _temperature(cast, n)) is not None]
    sky = _sky(text(cast.get("dayweather")), text(cast.get("nightweather")))
    if not sky and not temperatures:
        return None
    return Day(
        when,
        sky,
        min(temperatures, default=None),
        max(temperatures, default=None),
        wind=_wind(text(cast.get("daywind")), text(cast.get("daypower"))),
    )


def _temperature(told: Fields, name: str) -> float | None:
    exact = number(told.get(f"{name}_float"))
    return number(told.get(name)) if exact is None else exact


def _sky(day: str, night: str) -> str:
    return f"{day}转{night}" if day and night and day != night else day or night


def _wind(direction: str, power: str) -> str:
    """东北风1到3级, 北风4级, 风力3级以下; `power` is 1-3, 4 or ≤3."""
    if not power:
        return ""
    force = f"{power.lstrip('≤<')}级以下" if power[0] in "≤<" else f"{power.replace('-', '到')}级"
    return f"风力{force}" if direction in CALM else f"{direction.removesuffix('风')}风{force}"


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text(value)).replace(tzinfo=BEIJING)
    except ValueError:
        return None
