"""视频生成: a clip from words, or from a photo that is to move; going on is in `changing`."""

import logging
from functools import partial

from intents.base import Intent, Tools
from intents.dialogue import Choice, Dialogue, Keep, Question, Reply, Text, Ticket, drawn_key
from intents.making.engines import Pick, pick
from intents.making.orders import Craft, Order, engines, who
from intents.making.waiting import acknowledge
from intents.video import adviser, keyframe, motion, photos, routes, silence, wording, writer
from intents.video.changing.finishing import NOTHING, Finishing, take_out
from intents.video.changing.handler import change
from intents.video.changing.sounds import extras
from intents.video.moving import BadPhoto, move
from intents.video.photos import Meant
from intents.video.slots import Slots
from video_service.schema import EngineCard, VideoJob, VideoRequest

ASK_FOR_PHOTO_S = 600
log = logging.getLogger(__name__)


async def answer(
    dialogue: Dialogue, slots: Slots, tools: Tools, finishing: Finishing = NOTHING
) -> Reply:
    """One acknowledgement and a ticket, or one question, or an IntentError.

    `finishing` is wanted of the film beside what the slots say of it.
    """
    slots, told = take_out(slots)
    wanted = told | finishing
    if slots.change:
        return await change(dialogue, slots, tools, wanted)
    if slots.picture == keyframe.NOT_NOW:
        return (Text(wording.KEPT),)
    try:
        return await _film(dialogue, slots, tools, wanted)
    except BadPhoto as error:
        log.info("%s: %s", dialogue.ask.key, error)
        return (_ask_for_photo(error.say),)


async def _film(dialogue: Dialogue, slots: Slots, tools: Tools, wanted: Finishing) -> Reply:
    """A new film of what is wished for; BadPhoto when another photo is needed."""
    slots = _as_meant(slots)
    photo = await _photo(dialogue, slots, tools)
    if isinstance(photo, Question) and photo.choices and _was_asked(dialogue):
        photo = await _by_key(dialogue, photo.choices[-1].value, tools)
    if isinstance(photo, Question):
        return (photo,)
    if photo is None and slots.wish is None:
        if not _was_asked(dialogue):
            return (_ask_what(),)
        slots = slots.model_copy(update={"wish": wording.CHOICES[0]})
    cards = await engines(tools, wording)
    if photo:
        return await _of_photo(dialogue, slots, photo, cards, tools, wanted)
    return await _of_words(dialogue, slots, cards, tools, wanted)


def _as_meant(slots: Slots) -> Slots:
    """A wish that says no more than 让我的照片动起来 is one about a photo."""
    if not slots.wish or motion.told(slots.wish):
        return slots
    return slots.model_copy(update={"wish": None, "uses_photo": True})


def _was_asked(dialogue: Dialogue) -> bool:
    """Whether she has just asked what to film: one question a wish, then she takes the default."""
    last = next((turn for turn in reversed(dialogue.turns[:-1]) if turn.mine), None)
    return last is not None and last.text.startswith(wording.WHAT)


async def _photo(dialogue: Dialogue, slots: Slots, tools: Tools) -> Meant | Question | None:
    """The photo that is to move: chosen before, spoken of, or come with the very words."""
    ask = dialogue.ask
    if slots.picture:
        return await _by_key(dialogue, slots.picture, tools)
    carried = bool(ask.photos or (ask.quote and ask.quote.photos))
    if not (slots.uses_photo or carried):
        return None
    found = photos.find(dialogue, ask.said or ask.text)
    if found or not slots.uses_photo:
        return found
    late = await tools.album.sent_since(ask) if tools.album else None
    return await _by_key(dialogue, late, tools) if late else _ask_for_photo(wording.SEND_IT)


async def _by_key(dialogue: Dialogue, key: str, tools: Tools) -> Meant:
    """The photo that an answer named, however long ago it was sent."""
    found = await tools.album.photo(dialogue.ask, key) if tools.album else None
    if found is None:
        raise BadPhoto(f"photo {key} is forgotten", say=wording.PHOTO_LOST)
    return Meant(key, found, drawn=key.startswith(drawn_key("")))


async def _of_photo(
    dialogue: Dialogue,
    slots: Slots,
    photo: Meant,
    cards: list[EngineCard],
    tools: Tools,
    wanted: Finishing,
) -> Reply:
    meant = slots.uses_photo or slots.picture
    if slots.wish and not meant and not any("photo" in card.modes for card in cards):
        # a picture beside a whole wish is no condition
        return await _of_words(dialogue, slots, cards, tools, wanted)
    writes, sees = tools.llm is not None, tools.vision is not None
    route = routes.of_photo(cards, told=bool(slots.wish), writer=writes, sees=sees)
    # what came with the photo that she had asked for
    beside = dialogue.ask.said if slots.picture and dialogue.ask.photos else None
    return await move(dialogue, slots.wish or beside, photo, route, tools, wanted)


async def _of_words(
    dialogue: Dialogue, slots: Slots, cards: list[EngineCard], tools: Tools, wanted: Finishing
) -> Reply:
    wish = slots.wish or ""
    if slots.draw_first or routes.needs_picture(cards):
        return await keyframe.draw(dialogue, wish, cards, tools, asked=slots.draw_first)
    chosen = pick(cards, "text", wording, writer=tools.llm is not None)
    advice = adviser.advise(adviser.subject(wish), chosen.card, text=True)
    create = partial(_create, dialogue, chosen, advice, tools, wanted)
    craft = Craft(wording, writer.FILM, tools.video.find, create)
    placed = await Order(dialogue, wish, chosen, tools, craft).place()
    kept = {"wish": wish, "prompt": placed.prompt, "model": chosen.card.id, **advice}
    kept |= {"seed": placed.job.seed}
    said = Text(acknowledge(placed.job, chosen, wording) + silence.hint(wish, wanted, tools))
    return (said, Ticket(placed.job.id), Keep(kept))


def _ask_what() -> Question:
    choices = tuple(Choice(label, label) for label in wording.CHOICES)
    return Question(wording.WHAT, "wish", choices, default=0, after_s=60, open=True)


def _ask_for_photo(say: str) -> Question:
    """The next photo of whom she asks goes on by itself."""
    return Question(say, "picture", (), default=None, after_s=ASK_FOR_PHOTO_S, photo=True)


async def _create(
    dialogue: Dialogue,
    chosen: Pick,
    advice: adviser.Settings,
    tools: Tools,
    wanted: Finishing,
    prompt: str,
    key: str,
) -> VideoJob:
    more = await extras(wanted, dialogue, tools)
    order = {"model": chosen.card.id, "user": who(dialogue.ask), **advice, "finish": more.finish}
    request = VideoRequest(prompt=prompt, **order)
    return await tools.video.create(request, key=key, music=more.music, voice=more.voice)


INTENT = Intent(name="视频生成", slots=Slots, answer=answer)
