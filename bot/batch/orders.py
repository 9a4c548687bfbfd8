"""One wish of a batch, ordered the way a chat orders it; nobody is there to be asked anything."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.batch import wording
from bot.batch.ledger import Ledger
from bot.batch.wishes import Wish, read_photo
from bot.pace import doubling
from bot.web.photos import BadPhoto
from intents.base import Tools
from intents.dialogue import Dialogue, Photo, Question, Reply, Text, Ticket, Turn, drawn_key
from intents.errors import IntentError, Unreachable
from intents.video.changing.finishing import Finishing
from intents.video.handler import answer
from intents.video.slots import Slots
from video_service.client import ServiceBusy, VideoServiceError

CHANNEL = "batch"
TRIES = 4  # of a prompt that its writer did not write


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two tries, first and longest; how long a service may be away."""

    first: float = 1
    longest: float = 4  # a full queue is no burden to ask, and a place may be free at any moment
    away: float = 600  # one that was restarted is back long before

    def pauses(self) -> Iterator[float]:
        return doubling(self.first, self.longest)


class NotFilmed(Exception):
    """Nothing came of this wish; `say` tells the owner why.

    `spent`: the order itself is used up, so that the next run has to place another.
    """

    def __init__(self, say: str, *, spent: bool = False) -> None:
        super().__init__(say)
        self.say, self.spent = say, spent


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture that came first where engines only move pictures: its job, and where it lies."""

    job_id: str
    file: Path


class RowAlbum:
    """`intents.base.Album` with the one picture that was drawn for a row."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    async def photo(self, ask: Turn, key: str) -> Photo | None:
        drawn = drawn_key(self._drawing.job_id)
        read = partial(asyncio.to_thread, self._drawing.file.read_bytes)
        return Photo(drawn, read) if key == drawn else None

    async def sent_since(self, ask: Turn) -> str | None:
        return None


class Orders:
    """Orders of one batch. A key is the same in every run over the same folder."""

    def __init__(self, ledger: Ledger, pace: Pace) -> None:
        self._ledger, self._pace = ledger, pace

    async def place(
        self, wish: Wish, caption: str, tools: Tools, drawing: Drawing | None = None
    ) -> Ticket:
        """The film, or the picture that has to be drawn first. Raises NotFilmed.

        `caption` is put over the film, empty for none. A full queue is waited for, a service that
        does not answer is asked again.
        """
        dialogue = Dialogue((self._turn(wish, "moved" if drawing else ""),))
        slots = Slots(wish=wish.row.text, uses_photo=wish.photo is not None)
        if drawing:
            slots = slots.model_copy(update={"picture": drawn_key(drawing.job_id)})
            tools = replace(tools, album=RowAlbum(drawing))
        finishing = Finishing(caption=caption or None)
        tries, ends = 0, time.monotonic() + self._pace.away
        for pause in self._pace.pauses():
            try:
                return await _ticket(dialogue, slots, tools, finishing)
            except IntentError as error:
                match error.__cause__:
                    case ServiceBusy():
                        ends = time.monotonic() + self._pace.away
                    case VideoServiceError() if isinstance(error, Unreachable):
                        tries = TRIES if time.monotonic() > ends else tries
                    case _:
                        tries = tries + 1 if isinstance(error, Unreachable) else TRIES
                if tries >= TRIES:
                    raise NotFilmed(error.say) from error
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")

    def _turn(self, wish: Wish, step: str) -> Turn:
        """The wish as somebody's message."""
        photos: tuple[Photo, ...] = ()
        if wish.photo:
            photos = (Photo(wish.key, partial(asyncio.to_thread, _read, wish.photo)),)
        parts = (wish.key, str(self._ledger.entry(wish).takes), step)
        return Turn(
            id="-".join(filter(None, parts)),
            channel=CHANNEL,
            room=self._ledger.batch,
            sender=CHANNEL,
            name=CHANNEL,
            text=wish.row.text,
            said=wish.row.text,
            at=datetime.now(UTC),
            private=True,
            photos=photos,
        )


async def _ticket(dialogue: Dialogue, slots: Slots, tools: Tools, finishing: Finishing) -> Ticket:
    """What is being made; a question gets its default."""
    parts = await answer(dialogue, slots, tools, finishing)
    for part in parts:
        if isinstance(part, Question) and part.default is not None:
            chosen = {part.slot: part.choices[part.default].value}
            answered = Slots.model_validate(slots.model_dump() | chosen)
            parts = await answer(dialogue, answered, tools, finishing)
            break
    return _of(parts)


def _of(parts: Reply) -> Ticket:
    for part in parts:
        if isinstance(part, Ticket):
            return part
    words = "".join(part.text for part in parts if isinstance(part, Text | Question))
    raise NotFilmed(wording.NO_TICKET.format(said=words))


def _read(photo: Path) -> bytes:
    try:
        return read_photo(photo)
    except BadPhoto as error:  # it was good when the batch began
        raise OSError(str(error)) from error
