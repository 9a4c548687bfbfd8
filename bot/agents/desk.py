"""Where an agent's wishes are taken: ordered as the chat orders them, followed, kept as files."""

import asyncio
import logging
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot import messages, wording
from bot.agents import wording as say
from bot.agents.failures import ToolFailed
from bot.clips import fetch_clip, fetch_picture
from bot.house import ServiceDown
from bot.memory import Memory
from bot.records import Answer, Clip, Makes
from intents.base import AnyIntent, Tools
from intents.dialogue import Dialogue, Photo, Question, Text, Ticket, Turn
from intents.errors import IntentError
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Status, VideoJob

CHANNEL, ROOM, WHO = "agents", "agents", "agent"
ORDER_S = 60.0  # looking at a photo, writing a prompt, sending it all
LOOK_S = 2.0
AGAIN_S = 1.0  # between two looks at a service that is away
CALL_OFF_S = 5.0
PICTURE = "image_"  # how our service names the jobs of pictures
Report = Callable[[int], Awaitable[None]]  # progress in percent
Ready = Callable[[], Awaitable[object]]  # ServiceDown when there is none to be had
Start = Callable[[Coroutine[None, None, None]], object]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """A job as it is now. `clip` when it is done; `said` goes with it."""

    job: VideoJob
    makes: Makes
    said: str = ""
    clip: Clip | None = None


class Desk:
    """`memory` is that of the agents alone: what they had made is found in it again.

    `ready` sees to it that there is a service; `start` begins what outlives the call it is for.
    """

    def __init__(self, memory: Memory, tools: Tools, ready: Ready, start: Start) -> None:
        self._memory, self._tools = memory, tools
        self._is_ready, self._start = ready, start

    async def order(
        self, intent: AnyIntent, slots: dict[str, Any], wish: str, photo: bytes | None = None
    ) -> tuple[Ticket, str]:
        """Order through the chat's own intent; the ticket, and what 小爱 says to it.

        ToolFailed with her sentence when she declines, or would have to ask back. Who is cancelled
        meanwhile has nothing filmed.
        """
        await self._ready()
        committed = asyncio.Event()
        tools = replace(self._tools, committing=committed.set)
        work = self._order(intent, intent.slots(**slots), _turn(wish, photo), tools)
        # in no group: its failure is told to whoever waits for it, and ends nothing else
        ordering = asyncio.create_task(work)
        try:
            return await asyncio.shield(ordering)
        except asyncio.CancelledError:
            if not committed.is_set():
                ordering.cancel()
            self._start(self._take_back(ordering))
            raise

    async def _order(
        self, intent: AnyIntent, filled: Any, ask: Turn, tools: Tools
    ) -> tuple[Ticket, str]:
        await self._memory.hear(ask, addressed=True)
        answer = Answer((), intent.name, filled.model_dump_json(), "broken")
        try:
            async with asyncio.timeout(ORDER_S):
                parts = await intent.answer(Dialogue((ask,)), filled, tools)
            answer = Answer(parts, intent.name, filled.model_dump_json())
        except IntentError as error:
            log.info("%s: declined: %s", ask.key, error)
            raise ToolFailed(error.say) from error
        except TimeoutError as error:
            raise ToolFailed(IntentError.say) from error
        finally:
            await self._memory.answered(ask, answer)
        await self._say_words(ask)
        said = "".join(part.text for part in parts if isinstance(part, Text | Question))
        ticket = next((part for part in parts if isinstance(part, Ticket)), None)
        if ticket is None:
            raise ToolFailed(say.NOTHING_ORDERED.format(said=said))
        log.info("%s: %s ordered as %s", ask.key, intent.name, ticket.job_id)
        return ticket, said

    async def follow(self, ticket: Ticket, wait_s: float, report: Report, said: str) -> Result:
        """The job after `wait_s` seconds at most; who is cancelled meanwhile calls it off."""
        try:
            return await self.status(ticket.job_id, wait_s, report, said)
        except asyncio.CancelledError:
            log.info("%s: nobody waits for it any more", ticket.job_id)
            self._start(self._call_off(ticket))
            raise

    async def status(self, job_id: str, wait_s: float, report: Report, said: str = "") -> Result:
        """The job as soon as it is over, or as it is after `wait_s` seconds.

        A service that is away may just be starting again: for so long it is asked again.
        """
        await self._ready()
        ends = asyncio.get_running_loop().time() + wait_s
        makes: Makes = "image" if job_id.startswith(PICTURE) else "video"
        get = self._tools.video.get_image if makes == "image" else self._tools.video.get
        while True:
            left = ends - asyncio.get_running_loop().time()
            try:
                job = await get(job_id, wait=min(LOOK_S, max(0.0, left)))
            except VideoServiceError as error:
                if left <= 0 or isinstance(error, ServiceRefused):
                    raise _no_look(job_id, error) from error
                await asyncio.sleep(min(AGAIN_S, left))
                continue
            await report(job.progress)
            if job.status.final:
                return await self._ended(job, makes, said)
            if left <= 0:
                return Result(job, makes, said)

    async def cancel(self, job_id: str) -> bool:
        """Free the camera; False when the job is over already. ToolFailed for an unknown one."""
        job = (await self.status(job_id, 0, _nobody)).job
        if job.status.final:
            return False
        makes: Makes = "image" if job_id.startswith(PICTURE) else "video"
        await self._call_off(Ticket(job_id, makes))
        return True

    async def _ready(self) -> None:
        try:
            await self._is_ready()
        except ServiceDown as error:
            raise ToolFailed(messages.SERVICE_DOWN.format(why=error)) from error

    async def _ended(self, job: VideoJob, makes: Makes, said: str) -> Result:
        if job.status is Status.failed:
            await self._note(job.id, None, job)
            raise ToolFailed(wording.failed(job.error.code if job.error else "", makes))
        make = fetch_picture if makes == "image" else fetch_clip
        try:
            clip = await make(self._tools.video, job, self._memory.shelf)
        except VideoServiceError as error:
            raise _no_look(job.id, error) from error
        await self._note(job.id, clip, job)
        return Result(job, makes, said, clip)

    async def _note(self, job_id: str, clip: Clip | None, job: VideoJob | None = None) -> None:
        """What an agent ordered is in the library and its trace; others' jobs are not noted."""
        outbox = self._memory.outbox
        for turn in await outbox.owed():
            for parcel in await outbox.parcels(turn):
                if parcel.job_id == job_id:
                    if job:
                        await self._memory.traces.film(turn, parcel, job, clip)
                    await outbox.sent(turn, parcel, clip=clip)

    async def _say_words(self, ask: Turn) -> None:
        """Words and questions reach the agent with the result of its call."""
        for parcel in await self._memory.outbox.parcels(ask):
            if parcel.kind != "ticket":
                await self._memory.outbox.drop(ask, parcel)

    async def _take_back(self, ordering: asyncio.Task[tuple[Ticket, str]]) -> None:
        """Call off what was ordered when nobody waited for it any more."""
        (outcome,) = await asyncio.gather(ordering, return_exceptions=True)
        if isinstance(outcome, BaseException):
            log.info("nothing was ordered for who has left: %r", outcome)
        else:
            await self._call_off(outcome[0])

    async def _call_off(self, ticket: Ticket) -> None:
        video = self._tools.video
        cancel = video.cancel_image if ticket.makes == "image" else video.cancel
        try:
            async with asyncio.timeout(CALL_OFF_S):
                await cancel(ticket.job_id)
        except (VideoServiceError, TimeoutError) as error:
            log.warning("%s: not called off: %s", ticket.job_id, error)
        with suppress(sqlite3.Error):  # nobody waits for that either
            await self._note(ticket.job_id, None)


def _no_look(job_id: str, error: Exception) -> ToolFailed:
    """Why a job cannot be looked at: only where the service does not know it is it gone."""
    log.warning("%s: %s", job_id, error)
    if isinstance(error, ServiceRefused):
        told = say.LOCKED_OUT if error.locked_out else say.NO_JOB
        return ToolFailed(told.format(job=job_id))
    return ToolFailed(say.SERVICE_AWAY.format(job=job_id))


async def _nobody(progress: int) -> None:  # a client may ask for no progress
    """Nobody watches."""


def _turn(wish: str, photo: bytes | None) -> Turn:
    async def read() -> bytes:
        assert photo is not None
        return photo

    return Turn(
        id=uuid.uuid4().hex,
        channel=CHANNEL,
        room=ROOM,
        sender=WHO,
        name=WHO,
        text=wish,
        said=wish,
        at=datetime.now(UTC),
        photos=(Photo("photo", read),) if photo is not None else (),
    )
