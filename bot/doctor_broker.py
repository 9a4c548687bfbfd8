"""Whether the broker that calls the workers can be reached, asked before a service has tried.

A service that runs knows it (see doctor_service.py); one that has just started does not yet.
"""

import asyncio
from importlib import import_module
from typing import Any

from bot import diagnoses as say
from bot.findings import Finding
from bot.plainly import why
from bot.settings import Settings
from video_service.schema.config import BROKER_URL, SettingsError, secret

SOCKET_S = 5.0
PATIENCE_S = 15.0


async def examine_broker(settings: Settings) -> list[Finding]:
    """What keeps us from it; nothing where all is well, where none is used or its URL is bad."""
    if settings.video_service.dispatch != "celery":
        return []
    try:
        url = await asyncio.to_thread(secret, BROKER_URL)
        async with asyncio.timeout(PATIENCE_S):
            problem = await asyncio.to_thread(_problem, url) if url else ""
    except SettingsError:  # the service will say so
        return []
    except TimeoutError as error:
        problem = why(error)
    if not problem:
        return []
    return [Finding("warn", say.BROKER_BAD.format(why=problem), say.NO_BROKER_CURE)]


def _problem(url: str) -> str:
    """Blocking, for some seconds at most."""
    try:
        kombu: Any = import_module("kombu")  # of the extra `cluster`, and without types
    except ImportError:  # the service will say so
        return ""
    limits = {"socket_timeout": SOCKET_S, "socket_connect_timeout": SOCKET_S}
    try:
        line = kombu.Connection(url, connect_timeout=SOCKET_S, transport_options=limits)
    except (ValueError, KeyError):  # no URL at all: it will say that, too
        return ""
    errors = (kombu.exceptions.KombuError, OSError, *line.connection_errors, *line.channel_errors)
    try:
        with line.channel():
            return ""
    except errors as error:
        return why(error)
    finally:
        line.release()
