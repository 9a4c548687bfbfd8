"""Which way a wish goes: the photo itself moves, it is filmed anew, or a picture comes first."""

from collections.abc import Sequence
from dataclasses import dataclass

from intents.making.engines import Pick, pick, reads_chinese, usable
from intents.video import wording
from video_service.schema import EngineCard


@dataclass(frozen=True, slots=True)
class Route:
    """`remade`: nobody here moves photos, so what it shows is filmed from words.

    `otherwise`: who takes the photo itself when nobody could see it for that.
    """

    chosen: Pick
    remade: bool = False
    otherwise: Pick | None = None


def of_photo(cards: Sequence[EngineCard], *, told: bool, writer: bool, sees: bool) -> Route:
    """The way of a photo; `told`: how it moves was said, `sees`: a model looks at photos.

    Raises NotAllowed or Unreachable, each with a way out.
    """
    ready = usable(cards, "video")
    movers = [card for card in ready if "photo" in card.modes]
    real = [card for card in movers if not card.draft]
    if real:
        return Route(_mover(real, any_language=writer or sees or not told))
    drafts = [Pick(card) for card in movers]
    films = [card for card in ready if "text" in card.modes and not card.draft]
    if films and sees:
        return Route(Pick(films[0]), remade=True, otherwise=next(iter(drafts), None))
    if drafts:
        return Route(drafts[0])
    return Route(pick(cards, "photo", wording, writer=writer))


def _mover(real: Sequence[EngineCard], *, any_language: bool) -> Pick:
    """The first; the first that reads Chinese when nobody else could pass on what was said."""
    chinese = [card for card in real if reads_chinese(card)]
    card = real[0] if any_language or not chinese else chinese[0]
    return Pick(card, passed_over=card is not real[0])


def needs_picture(cards: Sequence[EngineCard]) -> bool:
    """Whether words can only be filmed by way of a picture: no real engine here reads them."""
    films = [card for card in usable(cards, "video") if not card.draft]
    paints = [card for card in usable(cards, "image") if not card.draft]
    from_photos = any("photo" in card.modes for card in films)
    return from_photos and bool(paints) and not any("text" in card.modes for card in films)
