"""Asks the forecasters in turn: the first who reaches the days wanted, else who reaches most."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import date

from intents.base import Tools
from intents.tools.forecast import Forecast, Forecaster, ForecastError, Town, TownNotFound
from intents.tools.maps import MapError, Maps
from intents.weather import wording

log = logging.getLogger(__name__)
SECONDS = 5.0  # for one question, whoever is asked
FIRST_S = 2.5  # for one who has another behind him


async def ask(town: Town, days: Iterable[date], tools: Tools) -> Forecast:
    """A forecast, best with all of `days`; ForecastError when nobody knows one in time."""
    wanted = set(days)
    try:
        async with asyncio.timeout(SECONDS):
            try:
                return await _of_any(town, wanted, tools.forecasters)
            except TownNotFound:
                if town.adcode or tools.maps is None:
                    raise
                return await _of_any(await _on_map(town, tools.maps), wanted, tools.forecasters)
    except TimeoutError as error:
        raise ForecastError(f"no forecast within {SECONDS:g} s", say=wording.SLOW) from error


async def _of_any(town: Town, wanted: set[date], forecasters: tuple[Forecaster, ...]) -> Forecast:
    troubles: list[ForecastError] = []
    best: Forecast | None = None
    for forecaster in forecasters:
        last = forecaster is forecasters[-1]
        try:
            async with asyncio.timeout(None if last else FIRST_S):
                told = await forecaster.forecast(town)
        except ForecastError as error:
            troubles.append(error)
            log.info("%s: %s", forecaster.name, error)
            continue
        except TimeoutError:
            log.info("%s: no forecast within %g s", forecaster.name, FIRST_S)
            continue
        if best is None or _reach(told, wanted) > _reach(best, wanted):
            best = told
        if _reach(best, wanted)[0] == len(wanted):
            return best
    if best is None:
        raise _worst(troubles)
    return best


def _reach(told: Forecast, wanted: set[date]) -> tuple[int, date]:
    """How many of the days it tells, and how far it sees."""
    return len(wanted & {day.date for day in told.days}), told.days[-1].date


def _worst(troubles: list[ForecastError]) -> ForecastError:
    """Nobody knows the place only when everybody said so."""
    grave = [trouble for trouble in troubles if not isinstance(trouble, TownNotFound)]
    default = ForecastError("no forecaster answered", say=wording.SLOW)
    return next(iter(grave or troubles), default)


async def _on_map(town: Town, maps: Maps) -> Town:
    """The district in which a sight lies, which is no town: 鼓浪屿."""
    try:
        spots = await maps.locate(town.name)
    except MapError as error:
        raise TownNotFound(str(error)) from error
    for spot in spots:
        if spot.exact and spot.adcode:
            return Town(town.name, spot.adcode, spot.province, spot.city)
    raise TownNotFound("the map knows only hamlets of that name")
