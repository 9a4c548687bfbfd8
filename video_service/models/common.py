"""What the three verbs share: the engines of this machine, one by its name, and a way to speak."""

import json
import sys

from rich.console import Console

from video_service.catalogue import Catalogue
from video_service.models import wording
from video_service.models.errors import ModelsError
from video_service.offers import Offer
from video_service.probe import Probe
from video_service.schema.settings import ServiceSettings

Offers = tuple[Offer, ...]


def offers_of(settings: ServiceSettings, here: Probe) -> Offers:
    """Every engine, as this machine has it."""
    return Catalogue(settings, here).offers


def find(offers: Offers, name: str) -> Offer:
    """The engine `name`, in letters of any size; ModelsError when there is none."""
    for offer in offers:
        if offer.spec.name == name.lower():
            return offer
    known = "、".join(offer.spec.name for offer in offers if not offer.spec.draft)
    say = wording.UNKNOWN.format(name=name, known=known)
    raise ModelsError(f"there is no engine {name!r}", say)


def tell(words: str, console: Console | None = None, style: str | None = None) -> None:
    """One line, however long: a path that is broken in two can be neither clicked nor copied."""
    to = console or Console()
    to.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


def print_json(told: object) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
