"""The prompt of a take: the owner's own, or written from the wish as the chat has it written."""

import asyncio
from datetime import UTC, datetime

from bot.web import studio_wording as wording
from bot.web.takes import Wanted
from intents.base import Llm, Tools
from intents.dialogue import Dialogue, Turn
from intents.errors import NotAllowed
from intents.making.engines import reads_chinese
from intents.making.orders import LONGEST_CHINESE, unwritten
from intents.making.prompt import LIMIT, write_prompt
from intents.tools.llm import LlmError
from intents.tools.pictures import BadPicture
from intents.video import motion, writer
from intents.video.checks import measure
from intents.video.kindness import unkind
from video_service.schema import EngineCard

OWNER = "studio"
WRITING_S = 15.0  # nobody waits in a chat


def asked(take_id: str, wish: str) -> Dialogue:
    """The wish as talk of which it is the only line."""
    now = datetime.now(UTC)
    return Dialogue((Turn(take_id, "web", OWNER, OWNER, wording.OWNER, wish, now, said=wish),))


async def prompt_of(wanted: Wanted, card: EngineCard, tools: Tools, photo: bytes | None) -> str:
    """What `card` is to read; NotAllowed or Unreachable with what to say to the owner."""
    own, wish = " ".join(wanted.prompt.split()), " ".join(wanted.wish.split())
    if not (own or wish or photo):
        raise NotAllowed("neither words nor a photo", say=wording.NO_WISH)
    if photo:
        await _check_photo(photo)
        kind(own, wish)
    if own:
        return own
    if reads_chinese(card):
        return (wish or wording.MOVE)[: _longest(card)]
    if photo:
        return await _moving(wanted, wish, card, tools, photo)
    if tools.llm is None:
        raise NotAllowed(f"{card.id} reads English and no llm is set", say=wording.NO_WRITER)
    return await _written(wanted, wish, card, tools.llm)


def kind(*said: str) -> None:
    """Nobody in a photo is hurt or undressed, and nobody has looked at who is in it."""
    if harm := next(filter(None, map(unkind, said)), None):
        raise NotAllowed(f"the motion of a photo is {harm}", say=wording.UNKIND)


async def _check_photo(photo: bytes) -> None:
    try:
        trouble = (await asyncio.to_thread(measure, photo)).trouble
    except BadPicture as error:
        raise NotAllowed(f"photo: {error}", say=wording.BAD_PHOTO) from error
    if trouble == "small":
        raise NotAllowed("a small photo", say=wording.SMALL_PHOTO)


async def _moving(wanted: Wanted, wish: str, card: EngineCard, tools: Tools, photo: bytes) -> str:
    """How the photo moves: seen by a model, written from the words, or gently by default."""
    ends = asyncio.get_running_loop().time() + WRITING_S
    limit = card.prompt_tokens or LIMIT
    dialogue = asked(wanted.id, wish)
    moves = await motion.moving(dialogue, motion.told(wish), photo, tools, limit, ends)
    kind(moves.prompt)
    return moves.prompt


async def _written(wanted: Wanted, wish: str, card: EngineCard, llm: Llm) -> str:
    limit = card.prompt_tokens or LIMIT
    try:
        return await write_prompt(asked(wanted.id, wish), wish, llm, writer.FILM, limit, WRITING_S)
    except LlmError as error:
        says = (wording.WRITER_REFUSED, wording.WRITER_OWNER, wording.WRITER_FAILED)
        raise unwritten(error, *says) from error


def _longest(card: EngineCard) -> int:
    """Characters of Chinese: what the engine reads, or what a title card holds."""
    return LONGEST_CHINESE if card.draft else card.prompt_chars or LIMIT
