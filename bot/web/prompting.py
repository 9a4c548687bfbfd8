"""The prompt of a take: the owner's own, or written from the wish as the chat has it written."""

from datetime import UTC, datetime

from bot.web import studio_wording as wording
from bot.web.takes import Wanted
from intents.base import Llm
from intents.dialogue import Dialogue, Turn
from intents.errors import NotAllowed, Unreachable
from intents.making.engines import reads_chinese
from intents.making.orders import LONGEST_CHINESE
from intents.making.prompt import LIMIT, write_prompt
from intents.tools.llm import LlmError, LlmNeedsOwner, LlmRefused
from intents.video import writer
from video_service.schema import EngineCard

OWNER = "studio"
WRITING_S = 15.0  # nobody waits in a chat


def asked(take_id: str, wish: str) -> Dialogue:
    """The wish as talk of which it is the only line."""
    now = datetime.now(UTC)
    return Dialogue((Turn(take_id, "web", OWNER, OWNER, "片场", wish, now, said=wish),))


async def prompt_of(wanted: Wanted, card: EngineCard, llm: Llm | None, *, photo: bool) -> str:
    """What `card` is to read; NotAllowed or Unreachable with what to say to the owner."""
    if own := " ".join(wanted.prompt.split()):
        return own
    wish = " ".join(wanted.wish.split()) or (wording.MOVE if photo else "")
    if not wish:
        raise NotAllowed("neither words nor a photo", say=wording.NO_WISH)
    if reads_chinese(card):
        return wish[: LONGEST_CHINESE if card.draft else card.prompt_chars or LIMIT]
    if llm is None:
        raise NotAllowed(f"{card.id} reads English and no llm is set", say=wording.NO_WRITER)
    style = writer.FILM_OF_PHOTO if photo else writer.FILM
    limit = card.prompt_tokens or LIMIT
    try:
        return await write_prompt(asked(wanted.id, wish), wish, llm, style, limit, WRITING_S)
    except LlmRefused as error:
        raise NotAllowed(str(error), say=wording.WRITER_REFUSED) from error
    except LlmNeedsOwner as error:
        raise NotAllowed(str(error), say=wording.WRITER_OWNER) from error
    except LlmError as error:
        raise Unreachable(str(error), say=wording.WRITER_FAILED) from error
