"""视频生成: a clip from words, or from a photo that is to move."""

import asyncio
import hashlib
import logging
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from intents.base import Intent, Llm, Tools
from intents.dialogue import Choice, Dialogue, Photo, Question, Reply, Text, Ticket, Turn
from intents.errors import IntentError, NotAllowed, Unreachable
from intents.tools.llm import LlmError, LlmNeedsOwner, LlmRefused
from intents.video import wording
from intents.video.engines import Pick, pick
from intents.video.prompt import LIMIT, SECONDS, write_prompt
from intents.video.waiting import acknowledge
from video_service.client import (
    ServiceBusy,
    ServiceRefused,
    ServiceUnreachable,
    VideoServiceError,
)
from video_service.schema import EngineCard, VideoJob, VideoRequest

log = logging.getLogger(__name__)

LONGEST_WISH = 300
LONGEST_CHINESE = 60  # what fits on a title card
PHOTO_SECONDS = 5.0
PHOTO_CODES = ("photo", "image", "input_reference")


def _short(wish: object) -> object:
    return (" ".join(wish.split())[:LONGEST_WISH] or None) if isinstance(wish, str) else wish


class Slots(BaseModel):
    """The family never chooses frames, steps or sizes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wish: Annotated[str | None, BeforeValidator(_short)] = Field(
        None, description="要拍的内容，照原话写，不含“帮我生成视频”这类命令词；没说内容就留空"
    )
    uses_photo: bool = Field(False, description="要不要用照片：让照片动起来、用这张图做视频")


async def answer(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """One acknowledgement and a ticket, or one question, or an IntentError."""
    photo, wish = _photo(dialogue, slots), slots.wish
    if slots.uses_photo and photo is None:
        raise NotAllowed("no photo within reach", say=wording.NO_PHOTO)
    if wish is None and photo is None:
        return (_ask_what(),)
    cards = await _engines(tools)
    if not slots.uses_photo and photo and not any("photo" in card.modes for card in cards):
        photo = None if wish else photo  # a picture beside a whole wish is no condition
    chosen = pick(cards, "photo" if photo else "text", writer=tools.llm is not None)
    order = _Order(dialogue, wish or wording.MOVE, photo, chosen, tools)
    job = await order.place()
    return (Text(acknowledge(job, chosen)), Ticket(job.id))


def _photo(dialogue: Dialogue, slots: Slots) -> Photo | None:
    """The photo that is to move: one that is spoken of, or one that came with the very words."""
    ask = dialogue.ask
    carried = bool(ask.photos or (ask.quote and ask.quote.photos))
    return dialogue.photo() if slots.uses_photo or carried else None


def _ask_what() -> Question:
    choices = tuple(Choice(label, label) for label in wording.CHOICES)
    return Question(wording.WHAT, "wish", choices, default=0, after_s=60, open=True)


async def _engines(tools: Tools) -> list[EngineCard]:
    try:
        return await tools.video.engines()
    except VideoServiceError as error:
        raise Unreachable(str(error), say=wording.ASLEEP) from error


class _Order:
    """One clip on its way to the service: the prompt, the photo, and what may go wrong."""

    def __init__(
        self, dialogue: Dialogue, wish: str, photo: Photo | None, chosen: Pick, tools: Tools
    ) -> None:
        self._dialogue, self._wish, self._photo = dialogue, wish, photo
        self._chosen, self._tools = chosen, tools
        self._key = f"{dialogue.ask.key}:0"
        self._ends = asyncio.get_running_loop().time() + SECONDS

    async def place(self) -> VideoJob:
        """The job; for a turn that is taken up again the one that its first take had ordered."""
        if not self._chosen.reads_chinese and (before := await self._ordered_before()):
            return before
        limit = self._chosen.card.prompt_tokens or LIMIT
        prompt = await self._prompt(limit)
        photo = await _read(self._photo) if self._photo else None
        try:
            return await self._create(prompt, photo)
        except ServiceRefused as error:
            if error.code != "prompt_too_long":
                raise _refused(error) from error
            log.info("%s: prompt too long, writing a shorter one", self._dialogue.ask.key)
        try:
            return await self._create(await self._prompt(limit * 3 // 5), photo)
        except ServiceRefused as error:
            raise NotAllowed(str(error), say=wording.TOO_LONG) from error

    async def _ordered_before(self) -> VideoJob | None:
        try:
            return await self._tools.video.find(self._key)
        except VideoServiceError as error:
            raise Unreachable(str(error), say=wording.ASLEEP) from error

    async def _prompt(self, limit: int) -> str:
        """Chinese for an engine that reads it, else the writer's English; never a mixture."""
        llm = self._tools.llm
        if self._chosen.reads_chinese or llm is None:
            longest = LONGEST_CHINESE if limit == (self._chosen.card.prompt_tokens or LIMIT) else 30
            return self._wish[:longest]
        left = max(1.0, self._ends - asyncio.get_running_loop().time())
        return await self._written(llm, limit, left)

    async def _written(self, llm: Llm, limit: int, left: float) -> str:
        photo = self._photo is not None
        try:
            return await write_prompt(self._dialogue, self._wish, llm, limit, left, photo=photo)
        except LlmRefused as error:
            raise NotAllowed(str(error), say=wording.REFUSED) from error
        except LlmNeedsOwner as error:
            raise NotAllowed(str(error), say=wording.NO_WRITER) from error
        except LlmError as error:
            raise Unreachable(str(error), say=wording.WRITER_FAILED) from error

    async def _create(self, prompt: str, photo: bytes | None) -> VideoJob:
        ask = self._dialogue.ask
        request = VideoRequest(prompt=prompt, model=self._chosen.card.id, user=_who(ask))
        self._tools.committing()
        try:
            return await self._tools.video.create(request, key=self._key, photo=photo)
        except ServiceRefused:
            raise
        except ServiceBusy as error:
            raise NotAllowed(
                str(error), say=wording.ENOUGH if error.own else wording.BUSY
            ) from error
        except ServiceUnreachable as error:
            raise Unreachable(str(error), say=wording.ASLEEP) from error
        except VideoServiceError as error:
            raise Unreachable(str(error), say=wording.FAILED) from error


async def _read(photo: Photo) -> bytes:
    try:
        async with asyncio.timeout(PHOTO_SECONDS):
            return await photo.read()
    except OSError as error:  # a time-out is one, too
        raise NotAllowed(f"photo {photo.id}: {error!r}", say=wording.PHOTO_LOST) from error


def _refused(error: ServiceRefused) -> IntentError:
    bad_photo = any(word in error.code for word in PHOTO_CODES)
    say = wording.PHOTO_BAD if bad_photo else wording.FAILED
    return NotAllowed(str(error), say=say)


def _who(ask: Turn) -> str:
    """The person, opaque: the service needs to tell people apart, not to know them."""
    return hashlib.sha256(f"{ask.channel}\0{ask.sender}".encode()).hexdigest()[:32]


INTENT = Intent(name="视频生成", slots=Slots, answer=answer)
