"""One wish of a batch, ordered the way a chat orders it, waited for, and put into the folder."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from bot import wording as said
from bot.batch import wording
from bot.batch.captions import CaptionedClient, NoCaption, caption_of
from bot.batch.ledger import Ledger
from bot.batch.style import RowStyle
from bot.batch.wishes import Wish, read_photo
from bot.media import Shelf
from bot.web.photos import BadPhoto
from intents.base import Tools
from intents.dialogue import Dialogue, Photo, Question, Reply, Text, Ticket, Turn
from intents.errors import IntentError, Unreachable
from intents.video.handler import INTENT
from intents.video.slots import Slots
from video_service.client import ServiceBusy, ServiceRefused, VideoClient, VideoServiceError
from video_service.schema import Status, VideoJob

CHANNEL = "batch"
TRIES = 4  # of an order that nobody answered
LOOK_S = 2.0
AWAY_S = 600.0  # a service that was restarted is back long before
FETCH_S = 300.0
Show = Callable[[int], None]  # percent


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two tries, first and longest."""

    first: float = 1
    longest: float = 4  # a full queue is no burden to ask, and a place may be free at any moment

    def pauses(self) -> Iterator[float]:
        pause = self.first
        while True:
            yield pause
            pause = min(pause * 2, self.longest)


class NotFilmed(Exception):
    """Nothing came of this wish; `say` tells the owner why."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


class Camera:
    """Films into the folder of `ledger`. The service sees one person, and keeps its limits."""

    def __init__(self, tools: Tools, ledger: Ledger, pace: Pace | None = None) -> None:
        self._tools, self._ledger = tools, ledger
        self._shelf, self._pace = Shelf(ledger.out), pace or Pace()

    async def film(self, wish: Wish, show: Show) -> None:
        """The clip of `wish` is in the folder when this returns. Raises NotFilmed."""
        try:
            caption = await caption_of(wish.row, self._tools.llm)
        except NoCaption as error:
            raise NotFilmed(error.say) from error
        client = self._tools.video
        filming = CaptionedClient(client, caption) if caption else client
        tools = replace(self._tools, video=filming, styles=RowStyle(wish.row.style))
        job_id = await self._order(wish, tools)
        job = await self._wait(client, job_id, show)
        await self._save(client, job, self._ledger.entry(wish).name)

    async def _order(self, wish: Wish, tools: Tools) -> str:
        """The job; a full queue is waited for, a service that does not answer tried again."""
        dialogue = Dialogue((self._turn(wish),))
        slots = Slots(wish=wish.row.text, uses_photo=wish.photo is not None)
        tries = 0
        for pause in self._pace.pauses():
            try:
                return await _ticket(dialogue, slots, tools)
            except IntentError as error:
                tries += not isinstance(error.__cause__, ServiceBusy)
                if tries and not (isinstance(error, Unreachable) and tries < TRIES):
                    raise NotFilmed(error.say) from error
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")

    def _turn(self, wish: Wish) -> Turn:
        """The wish as somebody's message; its key is the same in every run over this folder."""
        photos: tuple[Photo, ...] = ()
        if wish.photo:
            read = partial(asyncio.to_thread, _read, wish)
            photos = (Photo(wish.key, read),)
        return Turn(
            id=f"{wish.key}-{self._ledger.entry(wish).takes}",
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

    async def _wait(self, client: VideoClient, job_id: str, show: Show) -> VideoJob:
        pauses, heard = self._pace.pauses(), time.monotonic()
        while True:
            try:
                job = await client.get(job_id, wait=LOOK_S)
            except ServiceRefused as error:
                raise NotFilmed(said.GONE) from error
            except VideoServiceError as error:
                if time.monotonic() - heard > AWAY_S:
                    raise NotFilmed(wording.AWAY) from error
                await asyncio.sleep(next(pauses))
                continue
            if job.status is Status.completed:
                return job
            if job.status is Status.failed:
                raise NotFilmed(said.failed(job.error.code if job.error else "", "video"))
            show(job.progress)
            pauses, heard = self._pace.pauses(), time.monotonic()

    async def _save(self, client: VideoClient, job: VideoJob, name: str) -> None:
        try:
            async with asyncio.timeout(FETCH_S):
                with suppress(VideoServiceError):  # other makers' services have none
                    sidecar = partial(client.download, job.id, variant="sidecar")
                    await self._shelf.fetch(f"{name}.json", sidecar)
                await self._shelf.fetch(f"{name}.mp4", partial(client.download, job.id))
        except VideoServiceError as error:
            raise NotFilmed(said.GONE) from error
        except OSError as error:  # a time-out is one, too
            raise NotFilmed(wording.NOT_SAVED.format(why=error.strerror or error)) from error


async def _ticket(dialogue: Dialogue, slots: Slots, tools: Tools) -> str:
    """The job of the one film; nobody is there to be asked, so a question gets its default."""
    parts = await INTENT.answer(dialogue, slots, tools)
    for part in parts:
        if isinstance(part, Question) and part.default is not None:
            chosen = {part.slot: part.choices[part.default].value}
            answered = Slots.model_validate(slots.model_dump() | chosen)
            parts = await INTENT.answer(dialogue, answered, tools)
            break
    return _job(parts)


def _job(parts: Reply) -> str:
    for part in parts:
        if isinstance(part, Ticket):
            if part.makes == "image":  # drawn first, and then somebody is asked
                raise NotFilmed(wording.NEEDS_PHOTO)
            return part.job_id
    words = "".join(part.text for part in parts if isinstance(part, Text | Question))
    raise NotFilmed(wording.NO_TICKET.format(said=words))


def _read(wish: Wish) -> bytes:
    try:
        return read_photo(wish.photo) if wish.photo else b""
    except BadPhoto as error:  # it was good when the batch began
        raise OSError(str(error)) from error
