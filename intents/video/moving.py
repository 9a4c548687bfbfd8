"""A photo that is to move: looked at, checked, and ordered with the motion that suits it."""

import asyncio
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from intents.base import Tools
from intents.dialogue import Dialogue, Keep, Photo, Reply, Text, Ticket
from intents.errors import NotAllowed, Unreachable
from intents.making.engines import Pick
from intents.making.orders import Craft, Order, who
from intents.making.prompt import LIMIT, SECONDS, estimate_tokens
from intents.making.styled import styled
from intents.making.waiting import acknowledge
from intents.tools.llm import LlmRefused
from intents.tools.pictures import BadPicture, fitted
from intents.video import adviser, kindness, motion, silence, wording, writer
from intents.video.changing.finishing import Finishing
from intents.video.changing.sounds import extras
from intents.video.checks import Measures, measure
from intents.video.look import Seen
from intents.video.motion import GENTLER, Motion
from intents.video.photos import Meant
from intents.video.routes import Route
from video_service.schema import EngineCard, VideoJob, VideoRequest

PHOTO_SECONDS = 4.0
TOKENS_A_CHAR = 0.2  # as `estimate_tokens` counts English prose
SENTENCE = re.compile(r"(?<=[.;!?])\s+")
SHOWN = {"dark": wording.DARK, "blurred": wording.BLURRED}


class BadPhoto(NotAllowed):
    """This photo cannot be moved; another one of the same person can."""


@dataclass(frozen=True, slots=True)
class Take:
    """One photo on its way to an engine; the prompt must stand by `ends`, on the loop's clock."""

    dialogue: Dialogue
    wish: str  # how it is to move, in the family's words; empty when nothing was said
    photo: Meant
    data: bytes
    measures: Measures | None  # None: she has drawn it herself
    ends: float
    wanted: Finishing


async def move(
    dialogue: Dialogue,
    wish: str | None,
    photo: Meant,
    route: Route,
    tools: Tools,
    wanted: Finishing,
) -> Reply:
    """One acknowledgement, with what is to be known of the photo, and a ticket.

    Raises BadPhoto when it is of no use, NotAllowed or Unreachable when it is not moved after all.
    """
    ends = asyncio.get_running_loop().time() + SECONDS
    raw = await read(photo.photo)
    measures = None if photo.drawn else await _checked(raw)
    data = await asyncio.to_thread(fitted, raw)
    take = Take(dialogue, motion.told(wish), photo, data, measures, ends, wanted)
    harm = kindness.unkind(take.wish)
    if harm == "sexual" or (harm and tools.vision is None):
        raise NotAllowed(f"asked for something {harm}", say=wording.UNKIND)
    route, moves = await _motion(take, route, tools)
    _check(take, moves)
    return await _order(take, route.chosen, moves, tools, remade=route.remade)


async def read(photo: Photo) -> bytes:
    """The bytes of the photo; BadPhoto when they cannot be had any more."""
    try:
        async with asyncio.timeout(PHOTO_SECONDS):
            return await photo.read()
    except OSError as error:  # a time-out is one, too
        raise BadPhoto(f"photo {photo.id}: {error!r}", say=wording.PHOTO_LOST) from error


async def _checked(data: bytes) -> Measures:
    try:
        measures = await asyncio.to_thread(measure, data)
    except BadPicture as error:
        raise BadPhoto(f"photo: {error}", say=wording.PHOTO_UNREADABLE) from error
    if measures.trouble == "small":
        raise BadPhoto(f"photo of {measures.shortest} pixels", say=wording.PHOTO_SMALL)
    return measures


async def _motion(take: Take, route: Route, tools: Tools) -> tuple[Route, Motion | None]:
    """How it moves, and the way that is left; None where the engine is told Chinese words."""
    card, wish = route.chosen.card, take.wish
    limit = _limit(card)
    if route.remade:
        wish = await _as_the_room_likes_it(take, tools)
        seen = await motion.seeing(wish, take.data, tools, limit, take.ends, remade=True)
        if isinstance(seen, Seen):
            return route, Motion(seen.prompt, "seen", seen)
        if isinstance(seen, LlmRefused):
            raise NotAllowed(str(seen), say=wording.REFUSED)
        if route.otherwise is None:
            raise Unreachable(f"nobody saw the photo: {seen}", say=wording.PHOTO_UNSEEN)
        return Route(route.otherwise), None
    if card.draft:
        return route, None
    if route.chosen.reads_chinese and tools.vision is None:
        return route, None
    moves = await motion.moving(take.dialogue, wish, take.data, tools, limit, take.ends)
    return route, (None if moves.by == "gentle" and route.chosen.reads_chinese else moves)


async def _as_the_room_likes_it(take: Take, tools: Tools) -> str:
    """What is filmed anew may have the room's style; a photo that moves keeps its own."""
    wish = await styled(take.wish or wording.AS_IT_IS, take.dialogue.ask, tools)
    return "" if wish == wording.AS_IT_IS else wish


def _limit(card: EngineCard) -> int:
    """How many tokens of English the engine reads; some count characters."""
    by_chars = int(card.prompt_chars * TOKENS_A_CHAR) if card.prompt_chars else LIMIT
    return min(card.prompt_tokens or LIMIT, by_chars)


def _check(take: Take, moves: Motion | None) -> None:
    """Nobody in a photo is hurt or undressed; what nobody has seen may be somebody."""
    of_people = moves is None or moves.seen is None or moves.seen.of_people
    harm = kindness.unkind(take.wish) or kindness.unkind(moves.prompt if moves else "")
    if harm == "sexual" or (harm and of_people):
        raise NotAllowed(f"the motion is {harm}", say=wording.UNKIND)


async def _order(
    take: Take, chosen: Pick, moves: Motion | None, tools: Tools, *, remade: bool
) -> Reply:
    shows = moves.seen.shows if moves and moves.seen else adviser.subject(take.wish)
    advice = adviser.advise(shows, chosen.card, text=remade)
    order = {"model": chosen.card.id, "user": who(take.dialogue.ask), **advice}
    create = partial(_create, take, order, None if remade else take.data, tools)
    write = partial(_fitted, moves) if moves else None
    craft = Craft(wording, writer.FILM_OF_PHOTO, tools.video.find, create, write)
    wish = take.wish or wording.MOVE
    placed = await Order(take.dialogue, wish, chosen, tools, craft).place()
    kept = {"wish": wish, "prompt": placed.prompt, "model": chosen.card.id, **advice}
    if take.photo.drawn:
        kept["of"] = take.photo.photo.id  # the job that drew it
    kept |= {"photo": take.photo.key, "remade": remade, "shows": shows, "job": placed.job.id}
    kept |= {"seed": placed.job.seed}
    mute = silence.hint(take.wish, take.wanted, tools)
    said = acknowledge(placed.job, chosen, wording) + _beside(take, moves, mute, remade=remade)
    return (Text(said), Ticket(placed.job.id), Keep(kept))


def _beside(take: Take, moves: Motion | None, mute: str, *, remade: bool) -> str:
    """What else is to be known before the wait: at most two sentences, the gravest first."""
    seen = moves.seen if moves else None
    said = [
        wording.REMADE if remade else "",
        wording.GENTLE if moves and moves.by == "gentle" and take.wish else "",
        mute,
        SHOWN.get((take.measures and take.measures.trouble) or "", ""),
        wording.LETTERS if seen and seen.shows == "text" else "",
        wording.CROWDED if seen and seen.is_crowded else "",
    ]
    return "".join([it for it in said if it][:2])


async def _fitted(moves: Motion, limit: int) -> str:
    """The motion as it stands, or as many of its sentences as `limit` tokens hold."""
    kept = ""
    for sentence in SENTENCE.split(moves.prompt):
        longer = f"{kept} {sentence}".strip()
        if estimate_tokens(longer) > limit:
            break
        kept = longer
    return kept or GENTLER


async def _create(
    take: Take, order: dict[str, Any], photo: bytes | None, tools: Tools, prompt: str, key: str
) -> VideoJob:
    more = await extras(take.wanted, take.dialogue, tools)
    request = VideoRequest(prompt=prompt, **order, finish=more.finish)
    return await tools.video.create(
        request, key=key, photo=photo, music=more.music, voice=more.voice
    )
