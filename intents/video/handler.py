"""视频生成: a clip from words, or from a photo that is to move."""

import asyncio
from functools import partial

from intents.base import Intent, Tools
from intents.dialogue import Choice, Dialogue, Photo, Question, Reply, Text, Ticket
from intents.errors import NotAllowed
from intents.making.engines import Pick, pick
from intents.making.orders import Craft, Order, engines, who
from intents.making.waiting import acknowledge
from intents.video import wording, writer
from intents.video.changing.handler import change
from intents.video.slots import Slots
from video_service.schema import VideoJob, VideoRequest

PHOTO_SECONDS = 5.0


async def answer(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """One acknowledgement and a ticket, or one question, or an IntentError."""
    if slots.change:
        return await change(dialogue, slots, tools)
    photo, wish = _photo(dialogue, slots), slots.wish
    if slots.uses_photo and photo is None:
        raise NotAllowed("no photo within reach", say=wording.NO_PHOTO)
    if wish is None and photo is None:
        return (_ask_what(),)
    cards = await engines(tools, wording)
    if not slots.uses_photo and photo and not any("photo" in card.modes for card in cards):
        photo = None if wish else photo  # a picture beside a whole wish is no condition
    writes = tools.llm is not None
    chosen = pick(cards, "photo" if photo else "text", wording, writer=writes)
    craft = _craft(dialogue, photo, chosen, tools)
    placed = await Order(dialogue, wish or wording.MOVE, chosen, tools, craft).place()
    return (Text(acknowledge(placed.job, chosen, wording)), Ticket(placed.job.id))


def _photo(dialogue: Dialogue, slots: Slots) -> Photo | None:
    """The photo that is to move: one that is spoken of, or one that came with the very words."""
    ask = dialogue.ask
    carried = bool(ask.photos or (ask.quote and ask.quote.photos))
    return dialogue.photo() if slots.uses_photo or carried else None


def _ask_what() -> Question:
    choices = tuple(Choice(label, label) for label in wording.CHOICES)
    return Question(wording.WHAT, "wish", choices, default=0, after_s=60, open=True)


def _craft(dialogue: Dialogue, photo: Photo | None, chosen: Pick, tools: Tools) -> Craft:
    """How a film is ordered."""
    style = writer.FILM_OF_PHOTO if photo else writer.FILM
    create = partial(_create, dialogue, photo, chosen, tools)
    return Craft(wording, style, tools.video.find, create)


async def _create(
    dialogue: Dialogue, photo: Photo | None, chosen: Pick, tools: Tools, prompt: str, key: str
) -> VideoJob:
    request = VideoRequest(prompt=prompt, model=chosen.card.id, user=who(dialogue.ask))
    picture = await _read(photo) if photo else None
    return await tools.video.create(request, key=key, photo=picture)


async def _read(photo: Photo) -> bytes:
    try:
        async with asyncio.timeout(PHOTO_SECONDS):
            return await photo.read()
    except OSError as error:  # a time-out is one, too
        raise NotAllowed(f"photo {photo.id}: {error!r}", say=wording.PHOTO_LOST) from error


INTENT = Intent(name="视频生成", slots=Slots, answer=answer)
