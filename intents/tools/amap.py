"""Amap (高德) as one provider: its host, its key, and its answers or a MapError."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from intents.settings import MapSettings
from intents.tools import amap_codes, wording
from intents.tools.http import Provider, ProviderBusy, ProviderRefused, ProviderSilent, open_client
from intents.tools.limiter import Limiter
from intents.tools.maps import MapError
from video_service.schema.config import secret

KEYS = ("AMAP_API_KEY", "AMAP_MAPS_API_KEY", "AMAP_KEY")


class Amap:
    """Questions to Amap. Errors carry its code in English and a Chinese line for the family."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def ask(self, path: str, *, keep_s: float, **params: str) -> dict[str, Any]:
        """The whole answer, good; MapError (see maps.py) when there was none."""
        try:
            said: dict[str, Any] = await self._provider.ask(path, params, keep_s=keep_s)
        except ProviderBusy as error:
            raise amap_codes.busy(error) from None
        except ProviderRefused as error:
            raise amap_codes.meant(error) from None
        except ProviderSilent as error:
            raise MapError(str(error), say=wording.MAP_SILENT) from None
        return said


def amap_key() -> str | None:
    """The key in the environment, or in the file that a variable points at."""
    return next((value for name in KEYS if (value := secret(name))), None)


@contextlib.asynccontextmanager
async def open_amap(settings: MapSettings, key: str) -> AsyncIterator[Amap]:
    """Amap for as long as the block lasts."""
    async with open_client(settings.amap_url, key) as client:
        yield Amap(Provider("amap", client, amap_codes.judge, Limiter(settings.per_second)))
