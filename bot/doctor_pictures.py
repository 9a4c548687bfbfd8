"""Whether the server that draws can be reached, where one is named in video_service.images_url."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from bot import diagnoses as say
from bot.findings import Finding
from bot.plainly import why
from bot.settings import Settings
from intents.tools.http import open_client
from video_service.schema.config import IMAGES_KEY, SettingsError, secret

PATIENCE_S = 10.0


async def examine_pictures(settings: Settings) -> AsyncIterator[Finding]:
    """One finding; none where no server is named, or where a service elsewhere asks it."""
    url = settings.video_service.images_url
    if not url or settings.video_service.url:
        return
    try:
        key = await asyncio.to_thread(secret, IMAGES_KEY)
        async with asyncio.timeout(PATIENCE_S), open_client(url, bearer=key or "") as http:
            answer = await http.get(f"{url.rstrip('/')}/models")  # costs nothing, wants the key
    except SettingsError as error:
        yield Finding("warn", say.PICTURES_BAD.format(it=url, why=error), say.PICTURES_CURE)
    except (httpx.HTTPError, TimeoutError) as error:
        told = say.PICTURES_BAD.format(it=url, why=why(type(error).__name__))
        yield Finding("warn", told, say.PICTURES_CURE)
    else:
        if answer.status_code in (401, 403):
            told = say.PICTURES_BAD.format(it=url, why=why(f"HTTP {answer.status_code}"))
            yield Finding("warn", told, say.PICTURES_CURE)
        else:
            yield Finding("ok", say.PICTURES.format(it=url))
