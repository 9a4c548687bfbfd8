"""The generation service and its engines, ours or another that speaks the same API."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from bot import diagnoses as say
from bot.doctor_broker import examine_broker
from bot.findings import Finding
from bot.house import ServiceDown, find_service, open_house, open_service
from bot.plainly import why
from bot.settings import Settings
from intents.making.engines import is_ready, usable
from video_service.client import VideoClient, VideoServiceError
from video_service.schema import EngineCard

PATIENCE_S = 20.0  # one that answers drop by drop is none
BROKER_AWAY = "the broker is away"  # as /readyz says it


async def examine_service(settings: Settings) -> list[Finding]:
    """The running service, or one started for this look and gone before a word is said."""
    url = settings.video_service.url or await find_service(settings)
    try:
        if url:
            return [finding async for finding in _engines(url)]
        async with open_house(settings) as house:
            found = [finding async for finding in _engines(house.url)]
            broker = await examine_broker(settings)
            return [*broker, *(it for it in found if not (broker and it.what == say.NO_BROKER))]
    except ServiceDown as error:
        return [Finding("bad", say.SERVICE_BAD.format(why=why(error)), say.SERVICE_START_CURE)]


async def _engines(url: str) -> AsyncIterator[Finding]:
    try:
        async with asyncio.timeout(PATIENCE_S), open_service(url) as client:
            cards, lacking = await client.engines(), await _lacking(client)
    except (VideoServiceError, TimeoutError) as error:
        yield Finding("bad", say.SERVICE_BAD.format(why=why(error)), say.SERVICE_CURE)
        return
    yield Finding("ok", say.SERVICE.format(it=url))
    if BROKER_AWAY in lacking:
        yield Finding("warn", say.NO_BROKER, say.NO_BROKER_CURE)
    ready = usable(cards, "video")
    shown = [card for card in cards if is_ready(card) or card.named or card.here]
    for card in shown:
        yield _engine(card)
    if more := len(cards) - len(shown):
        yield Finding("ok", say.MORE_ENGINES.format(count=more))
    for finding in costs(cards):
        yield finding
    if not ready and not any(card.named for card in cards):
        yield Finding("bad", say.NO_ENGINE, say.NO_ENGINE_CURE)
    elif ready and all(card.draft for card in ready):
        yield Finding("warn", say.ONLY_DRAFT, say.ONLY_DRAFT_CURE)


async def _lacking(client: VideoClient) -> str:
    """Why it cannot film now; of a server of another make, that it does not tell."""
    try:
        await client.health(to_film=True)
    except VideoServiceError as error:
        return str(error)
    return ""


def _engine(card: EngineCard) -> Finding:
    """One that the config names is never swapped for another: without it nothing is filmed."""
    if is_ready(card):
        return Finding("ok", say.ENGINE.format(it=card.id))
    bad = say.ENGINE_BAD.format(it=card.id, why=card.reason or "?")
    if card.named:
        return Finding("bad", bad, say.NAMED_CURE)
    return Finding("warn", bad, say.ENGINE_CURE)


def costs(cards: list[EngineCard]) -> Iterator[Finding]:
    """Whether films cost money although nobody named who makes them: a key was set for a chat."""
    films = [card for card in cards if card.makes == "video"]
    usual = next((card for card in films if card.ready and not card.legacy), None)
    if usual and usual.paid and not any(card.named for card in films):
        yield Finding("warn", say.PAID.format(it=usual.id), say.PAID_CURE)
