"""One wish on its way to the service: an engine, a prompt, a job; and what may go wrong."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from intents.base import Llm, Tools
from intents.dialogue import Dialogue, Turn
from intents.errors import IntentError, Limited, NotAllowed, Unreachable
from intents.gate import Makes
from intents.making import wording
from intents.making.engines import Pick
from intents.making.prompt import LIMIT, SECONDS, Style, write_prompt
from intents.making.styled import styled
from intents.making.words import Words
from intents.tools.llm import LlmError, LlmNeedsOwner, LlmRefused
from video_service.client import (
    ServiceBusy,
    ServiceRefused,
    ServiceUnreachable,
    VideoServiceError,
)
from video_service.schema import EngineCard, VideoJob

log = logging.getLogger(__name__)
LONGEST_CHINESE = 60  # what fits on a title card
SHORTER_CHINESE = 30


@dataclass(frozen=True, slots=True)
class Craft:
    """How one kind of thing is ordered: `find` by the order's key, `create` with a prompt.

    `write` makes the prompt, within so many tokens, where the usual writer does not.
    `makes`: a clip and a picture are counted apart.
    """

    words: Words
    style: Style
    find: Callable[[str], Awaitable[VideoJob | None]]
    create: Callable[[str, str], Awaitable[VideoJob]]  # prompt, key
    write: Callable[[int], Awaitable[str]] | None = None
    makes: Makes = "video"


@dataclass(frozen=True, slots=True)
class Placed:
    """The job, and the prompt it was ordered with; None: an earlier take had ordered it."""

    job: VideoJob
    prompt: str | None


class Order:
    def __init__(
        self, dialogue: Dialogue, wish: str, chosen: Pick, tools: Tools, craft: Craft
    ) -> None:
        self._dialogue, self._wish, self._chosen = dialogue, wish, chosen
        self._tools, self._craft = tools, craft
        self._key = f"{dialogue.ask.key}:0"
        self._ends = asyncio.get_running_loop().time() + SECONDS

    async def place(self, prompt: str | None = None) -> Placed:
        """The job; for a turn that is taken up again the one that its first take had ordered.

        `prompt`: one that stands already, written for an earlier order.
        """
        await self._tools.gate.check(self._dialogue.ask, self._craft.makes, self._wish)
        self._wish = await styled(self._wish, self._dialogue.ask, self._tools)
        always_same = prompt or (self._chosen.reads_chinese and self._craft.write is None)
        if not always_same and (before := await self._ordered_before()):
            return Placed(before, None)
        limit = self._chosen.card.prompt_tokens or LIMIT
        written = prompt or await self._prompt(limit)
        try:
            return Placed(await self._create(written), written)
        except ServiceRefused as error:
            if error.code != "prompt_too_long":
                raise self._refused(error) from error
            log.info("%s: prompt too long, writing a shorter one", self._dialogue.ask.key)
        shorter = await self._prompt(limit * 3 // 5)
        try:
            return Placed(await self._create(shorter), shorter)
        except ServiceRefused as error:
            raise NotAllowed(str(error), say=self._craft.words.TOO_LONG) from error

    async def _ordered_before(self) -> VideoJob | None:
        try:
            return await self._craft.find(self._key)
        except VideoServiceError as error:
            raise Unreachable(str(error), say=self._craft.words.ASLEEP) from error

    async def _prompt(self, limit: int) -> str:
        """Chinese for an engine that reads it, else the writer's English; never a mixture."""
        if self._craft.write:
            return await self._craft.write(limit)
        llm = self._tools.llm
        if self._chosen.reads_chinese or llm is None:
            return self._wish[: self._longest(limit)]
        left = max(1.0, self._ends - asyncio.get_running_loop().time())
        return await self._written(llm, limit, left)

    def _longest(self, limit: int) -> int:
        """Characters of Chinese: what the engine reads, or what a title card holds."""
        card = self._chosen.card
        if limit != (card.prompt_tokens or LIMIT):
            return SHORTER_CHINESE
        return LONGEST_CHINESE if card.draft else card.prompt_chars or limit

    async def _written(self, llm: Llm, limit: int, left: float) -> str:
        words = self._craft.words
        try:
            return await write_prompt(
                self._dialogue, self._wish, llm, self._craft.style, limit, left
            )
        except LlmError as error:
            says = (words.REFUSED, words.NO_WRITER, words.WRITER_FAILED)
            raise unwritten(error, *says) from error

    async def _create(self, prompt: str) -> VideoJob:
        await self._tools.gate.words(self._dialogue.ask, self._wish, prompt)
        self._tools.committing()
        try:
            return await self._craft.create(prompt, self._key)
        except ServiceRefused:
            raise
        except VideoServiceError as error:
            raise unplaced(error, self._craft.words) from error

    def _refused(self, error: ServiceRefused) -> IntentError:
        return NotAllowed(str(error), say=refusal(error.code, self._craft.words))


PHOTO_CODES = ("photo", "image", "input_reference")


def refusal(code: str, words: Words) -> str:
    """What the service's refusal means to the family."""
    bad_photo = any(word in code for word in PHOTO_CODES)
    return getattr(words, "PHOTO_BAD", words.FAILED) if bad_photo else words.FAILED


def unwritten(error: LlmError, refused: str, owner: str, failed: str) -> IntentError:
    """Why there is no prompt: not that, not until `owner` acts, or not now."""
    match error:
        case LlmRefused():
            return NotAllowed(str(error), say=refused)
        case LlmNeedsOwner():
            return NotAllowed(str(error), say=owner)
    return Unreachable(str(error), say=failed)


def unplaced(error: VideoServiceError, words: Words) -> IntentError:
    """Why there is no job, where the wish itself was not refused."""
    match error:
        case ServiceBusy():
            return full(error, words)
        case ServiceUnreachable():
            return Unreachable(str(error), say=words.ASLEEP)
    return Unreachable(str(error), say=words.FAILED)


def full(error: ServiceBusy, words: Words) -> Limited:
    """The queue takes no more: of this person, or of anybody."""
    rule, say = ("own queue", words.ENOUGH) if error.own else ("queue", words.BUSY)
    return Limited(str(error), rule=rule, say=say, brief=wording.STILL_FULL)


async def engines(tools: Tools, words: Words) -> list[EngineCard]:
    """What the service can make with; Unreachable when it does not answer."""
    try:
        return await tools.video.engines()
    except VideoServiceError as error:
        raise Unreachable(str(error), say=words.ASLEEP) from error


def who(ask: Turn) -> str:
    """The person, opaque: the service needs to tell people apart, not to know them."""
    return hashlib.sha256(f"{ask.channel}\0{ask.sender}".encode()).hexdigest()[:32]
