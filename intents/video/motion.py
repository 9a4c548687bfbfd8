"""How a photo moves, in English: seen by a model, written from the words, or gently by default."""

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Literal

from intents.base import Llm, Tools
from intents.dialogue import Dialogue
from intents.errors import NotAllowed
from intents.making.prompt import estimate_tokens, write_prompt
from intents.tools.llm import LlmError, LlmRefused
from intents.video import wording, writer
from intents.video.look import Seen, look

log = logging.getLogger(__name__)
LEAST_S = 0.3  # with less left, nobody is asked any more
GENTLE = (
    "The scene gently comes alive: the main subject makes one small natural movement, hair, leaves "
    "and cloth stir in a light breeze, and everything keeps its place and its look. The camera "
    "pushes in very slowly. One calm continuous shot."
)
GENTLER = "The scene gently comes alive in a light breeze, with a very slow push-in, calm mood."
# what only says that it is to move: how, is left to whoever looks at the photo
BARE = re.compile(
    r"^(?:请|帮我|麻烦|能不能|可以)?(?:让|把|给|使|叫|用)?(?:它们?|他们?|她们?)?"
    r"(?:我的?|我发的|你画的|[\u4e00-\u9fff]{1,4}?(?:(?:刚才)?(?:发|拍|传|画)?的|(?=[这那]一?[张幅])))??(?:[这那第][一二三四五六七八九\d]?[张幅个])?的?"
    r"(?:照片|图片?|相片|画|老照片)?里?面?的?(?:东西|画面)?也?都?(?:慢慢|轻轻)?地?"
    r"(?:动起来|动一动|动一下|动动|动|活起来|活过来|做成视频|变成视频|做个视频|动起来的?视频)"
    r"(?:吧|吗|呗|呀|啊|好吗|一下|看看)*[。？?]*$"
)


@dataclass(frozen=True, slots=True)
class Motion:
    """The prompt, who made it, and what was seen when somebody looked."""

    prompt: str
    by: Literal["seen", "words", "gentle"]
    seen: Seen | None = None


def told(wish: str | None) -> str:
    """What was said about how it is to move; empty when only that it is to."""
    return "" if wish is None or BARE.match(wish) else wish


async def moving(
    dialogue: Dialogue, wish: str, picture: bytes, tools: Tools, limit: int, ends: float
) -> Motion:
    """The motion of a photo that is the first frame, ready before `ends` on the loop's clock.

    Whoever looks and whoever only reads the words are asked at once: the words stand by.
    Raises NotAllowed when the picture or the words are refused.
    """
    async with asyncio.TaskGroup() as tasks:
        reading = wish and tools.llm is not None and _left(ends) > LEAST_S
        words = tasks.create_task(_read(dialogue, wish, tools, limit, ends)) if reading else None
        seen = await seeing(wish, picture, tools, limit, ends, remade=False)
        if words and isinstance(seen, Seen):
            words.cancel()
    written = words.result() if words and not words.cancelled() else None
    for found in (seen, written):
        if isinstance(found, LlmRefused):
            raise NotAllowed(str(found), say=wording.REFUSED)
    if isinstance(seen, Seen):
        return Motion(seen.prompt, "seen", seen)
    if isinstance(written, str):
        return Motion(written, "words")
    return Motion(GENTLE if estimate_tokens(GENTLE) <= limit else GENTLER, "gentle")


async def seeing(
    wish: str, picture: bytes, tools: Tools, limit: int, ends: float, *, remade: bool
) -> Seen | LlmError | None:
    """What somebody saw, why not, or None when nobody is there to look."""
    if tools.vision is None or _left(ends) < LEAST_S:
        return None
    try:
        return await look(picture, wish, tools.vision, limit, _left(ends), remade=remade)
    except LlmError as error:
        log.info("nobody saw the photo: %s", error)
        return error


async def _read(
    dialogue: Dialogue, wish: str, tools: Tools, limit: int, ends: float
) -> str | LlmError:
    llm: Llm | None = tools.llm
    assert llm
    try:
        return await write_prompt(dialogue, wish, llm, writer.FILM_OF_PHOTO, limit, _left(ends))
    except LlmError as error:
        log.info("the motion was not written: %s", error)
        return error


def _left(ends: float) -> float:
    return ends - asyncio.get_running_loop().time()
