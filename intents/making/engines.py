"""Which engine makes what is wished for, from what the service says of its engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from intents.errors import NotAllowed, Unreachable
from intents.making.words import Words
from video_service.schema import EngineCard

Mode = Literal["text", "photo"]
Makes = Literal["video", "image"]


@dataclass(frozen=True, slots=True)
class Pick:
    """`passed_over`: a better engine reads only English, and nobody is there to write it."""

    card: EngineCard
    passed_over: bool = False

    @property
    def reads_chinese(self) -> bool:
        return reads_chinese(self.card)


def pick(
    cards: Sequence[EngineCard], mode: Mode, words: Words, *, writer: bool, makes: Makes = "video"
) -> Pick:
    """The engine for `mode`; the cards stand in order of preference.

    An engine the config names is never swapped for another: it declines instead.
    Raises NotAllowed or Unreachable, each with a way out.
    """
    ready = usable(cards, makes)
    if not ready:
        reasons = "; ".join(f"{card.id}: {card.reason}" for card in _meant(cards, makes))
        raise Unreachable(f"no engine is ready: {reasons or 'none'}", say=words.NOT_READY)
    able = [card for card in ready if mode in card.modes]
    if not able:
        names = ", ".join(card.id for card in ready)
        raise NotAllowed(f"no {mode} mode in {names}", say=words.PHOTO_CANNOT)
    for card in able:
        if writer or reads_chinese(card):
            return Pick(card, passed_over=card is not able[0])
    raise NotAllowed(f"{able[0].id} reads English and no llm is configured", say=words.NO_WRITER)


def usable(cards: Sequence[EngineCard], makes: Makes) -> list[EngineCard]:
    """The engines that may be chosen now, in order of preference."""
    return [card for card in _meant(cards, makes) if is_ready(card)]


def _meant(cards: Sequence[EngineCard], makes: Makes) -> list[EngineCard]:
    """Those that the config names, else all but the legacy ones."""
    cards = [card for card in cards if card.makes == makes and (card.named or not card.legacy)]
    return [card for card in cards if card.named] or cards


def reads_chinese(card: EngineCard) -> bool:
    return any(language.startswith("zh") for language in card.languages)


def is_ready(card: EngineCard) -> bool:
    """Servers that speak the same API but know no `ready` list only what they can run."""
    return card.ready or "ready" not in card.model_fields_set
