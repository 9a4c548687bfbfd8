"""One place to ask for what a model can do: which one the settings mean, and a client for it.

Language, vision, transcription, speech and the guard differ in what they ask. Where they ask, for
which model and with which key is the same for all: an address, a name, a variable.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx

from intents.settings import ProviderSettings
from intents.tools.http import LOOPBACK, open_client
from video_service.schema.config import SettingsError, secret

if TYPE_CHECKING:
    import openai

TIMEOUT_S = 30.0  # every question has a deadline of its own, a shorter one
KEYLESS = "none"  # what the SDK is given where no key is needed; it refuses an empty one


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place to ask, as data. `keys`: variables, of which the first that is set counts."""

    base_url: str = ""
    model: str = ""
    keys: tuple[str, ...] = ()
    key_needed: bool = True


E = TypeVar("E", bound=Endpoint)
C = TypeVar("C")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chosen(Generic[E]):
    """The place in use, with nothing left open. The key never shows itself; empty: none."""

    name: str
    provider: E
    base_url: str
    model: str
    key: str = field(repr=False)


def choose(section: str, settings: ProviderSettings, places: Mapping[str, E]) -> Chosen[E] | None:
    """What `settings`, the `section` of intents, and this environment mean; None = nobody.

    Blocking: a key may stand in a file. Raises SettingsError, naming what to set, when the named
    place cannot be used.
    """
    name = settings.provider if settings.provider != "auto" else _found(settings, places)
    if name == "none":
        return None
    place = places[name]
    key = _key_of(place)
    if key is None and place.key_needed:
        raise SettingsError(f"intents.{section}.provider: {name} needs {' or '.join(place.keys)}")
    base_url, model = settings.base_url or place.base_url, settings.model or place.model
    missing = [n for n, value in (("base_url", base_url), ("model", model)) if not value]
    if missing:
        lines = (
            f"intents.{section}.{n}: {name} needs it; set it in config.yaml"
            f" or as QUNYING_INTENTS__{section.upper()}__{n.upper()}"
            for n in missing
        )
        raise SettingsError("\n".join(lines))
    return Chosen(name, place, base_url, model, key or "")


def _found(settings: ProviderSettings, places: Mapping[str, E]) -> str:
    """What `auto` means here: a given address, else the first place with a key."""
    if settings.base_url:
        return "compatible"
    keyed = (name for name, place in places.items() if place.key_needed and _key_of(place))
    return next(keyed, "none")


def _key_of(place: Endpoint) -> str | None:
    """The first of its keys that is set."""
    return next((value for name in place.keys if (value := secret(name))), None)


@asynccontextmanager
async def built(
    choosing: Callable[[], Chosen[E] | None],
    opened: Callable[[Chosen[E]], AbstractAsyncContextManager[C]],
    make: Callable[[Chosen[E], C], T],
) -> AsyncIterator[T | None]:
    """What is made around the client of the place chosen, or None; closed with the block."""
    chosen = await asyncio.to_thread(choosing)  # a key may stand in a file
    if chosen is None:
        yield None
        return
    async with opened(chosen) as client:
        yield make(chosen, client)


@asynccontextmanager
async def open_sdk(chosen: Chosen[Any]) -> AsyncIterator["openai.AsyncOpenAI"]:
    """The SDK, which tries nothing twice; its connections close with the block."""
    client = await asyncio.to_thread(_sdk, chosen)  # certificates are read from disk
    async with client:
        yield client


def _sdk(chosen: Chosen[Any]) -> "openai.AsyncOpenAI":
    import openai  # half a second, and most of memory: where there is no key it is not loaded

    near = urlsplit(chosen.base_url).hostname in LOOPBACK  # a proxy would not find it
    client = openai.AsyncOpenAI(
        base_url=chosen.base_url,
        api_key=chosen.key or KEYLESS,
        max_retries=0,
        timeout=TIMEOUT_S,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=not near),
    )
    # the SDK reads these parts of itself from disk at first use
    _ = client.chat.completions, client.audio.transcriptions
    return client


def open_http(chosen: Chosen[Any]) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """Plain HTTP, for what the SDK has no words for."""
    return open_client(chosen.base_url, bearer=chosen.key, timeout_s=TIMEOUT_S)
