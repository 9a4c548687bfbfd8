"""What a catalogue offers on one machine or another."""

from typing import Any

from video_service.catalogue import Catalogue
from video_service.engines.base import Shot
from video_service.engines.specs import GIB
from video_service.probe import Probe
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings

CARD = Probe(card="Test Card", total_bytes=8 * GIB)
LARGE = Probe(card="Test Card", total_bytes=24 * GIB)
NONE = Probe()
BARE = Probe(missing=("torch", "diffusers"))


def catalogue(probe: Probe = NONE, **settings: Any) -> Catalogue:
    return Catalogue(ServiceSettings(**settings), probe)


def taken(found: Catalogue, photo: bool = False, **asked: Any) -> Shot:
    return found.resolve(VideoRequest(**{"prompt": "a panda", **asked}), photo)


def reasons(found: Catalogue) -> dict[str, str | None]:
    return {card.id: card.reason for card in found.cards()}


def ready(found: Catalogue) -> list[str]:
    return [card.id for card in found.cards() if card.ready]
