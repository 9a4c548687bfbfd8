"""Answers of Open-Meteo in their true shapes, with values of our own."""

from datetime import date, timedelta

from intents.tools.towns import towns_named
from tests.map_bodies import Body

CODES = (3, 61, 2, 0, 0, 71, 95)
ABROAD = {"东京": (35.6895, 139.69171, "日本", "东京都"), "巴黎": (48.8534, 2.3488, "法国", "")}


def towns(name: str) -> Body:
    """Open-Meteo's places: the towns of China, a few cities abroad; no `results` for nothing."""
    found = [
        {"id": n, "name": name, "latitude": 30.0 + n, "longitude": 120.0, "country_code": "CN",
         "admin1": town.province, "admin2": town.city, "timezone": "Asia/Shanghai",
         "population": 1000 * n}
        for n, town in enumerate(towns_named(name))
    ]  # fmt: skip
    if name in ABROAD:
        lat, lng, country, area = ABROAD[name]
        found.append({"id": 9, "name": name, "latitude": lat, "longitude": lng,
                      "country": country, "admin1": area, "timezone": "Asia/Tokyo"})  # fmt: skip
    return {"generationtime_ms": 0.3} | ({"results": found} if found else {})


def week(today: date) -> Body:
    """Open-Meteo's forecast: columns, not rows."""
    days = len(CODES)
    return {
        "latitude": 30.25, "longitude": 120.125, "generationtime_ms": 0.19,
        "utc_offset_seconds": 28800, "timezone": "Asia/Shanghai",
        "timezone_abbreviation": "GMT+8", "elevation": 12.0,
        "current_units": {"time": "iso8601", "temperature_2m": "°C", "weather_code": "wmo code"},
        "current": {"time": f"{today}T10:15", "interval": 900, "temperature_2m": 13.8,
                    "weather_code": 3},
        "daily_units": {"time": "iso8601", "weather_code": "wmo code"},
        "daily": {
            "time": [(today + timedelta(days=n)).isoformat() for n in range(days)],
            "weather_code": [*CODES],
            "temperature_2m_max": [15.8, 11.4, 9.2, 10.3, 12.0, 3.1, 8.0],
            "temperature_2m_min": [9.1, 5.8, 0.4, -1.7, 1.0, -4.2, 2.0],
            "precipitation_probability_max": [45, 93, 10, 0, 0, 80, None],
            "wind_speed_10m_max": [14.4, 20.9, 27.0, 12.2, 8.0, 9.0, 30.0],
            "wind_direction_10m_dominant": [42, 10, 315, 350, 180, None, 90],
        },
    }  # fmt: skip
