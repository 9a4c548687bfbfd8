"""A ticket is followed at the service until there is a film, or a sentence about why there is none.

The service may be away, across its restarts and ours: it is waited for, as long as patience goes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot import wording
from bot.clips import fetch, look
from bot.memory import Memory
from bot.patience import Patience
from bot.records import Clip, Parcel, Room
from intents.dialogue import Turn
from video_service.client import ServiceRefused, VideoClient, VideoServiceError
from video_service.schema import Status, VideoJob

LONG_WAIT_S = 60  # a shorter wait is never worth a second message
log = logging.getLogger(__name__)
Mention = Callable[[Turn, str, str], Awaitable[None]]  # words beside a film, and their key


class Films:
    """`look_s`: how long the service holds one question open; `pauses` between those that fail.

    `hushed`: whether nothing is said now that nobody has asked for.
    """

    def __init__(
        self,
        memory: Memory,
        client: VideoClient,
        pauses: Callable[[], Iterator[float]],
        look_s: float,
        mention: Mention,
        patience: Patience,
        hushed: Callable[[], bool],
    ) -> None:
        self._memory, self._client, self._mention = memory, client, mention
        self._hushed = hushed
        self._pauses, self._look_s, self._patience = pauses, look_s, patience
        self._away = False

    async def of(self, turn: Turn, parcel: Parcel) -> Clip | str:
        """The film, or what to say instead of it; GivenUp when nobody wants it any more."""
        pauses, hold = self._pauses(), 0.0
        while True:
            try:
                job = await look(self._client, parcel, hold)
                self._note_back()
                await self._memory.outbox.insist_on(parcel)
                await self._memory.traces.film(turn, parcel, job)
                if job.status is Status.completed:
                    film = await fetch(self._client, parcel, job, self._memory.shelf)
                    await self._memory.traces.film(turn, parcel, job, film)
                    said_more = await _has_said_more(self._memory, turn, parcel)
                    note = "" if said_more else wording.smaller(job.step_downs, parcel.makes)
                    return replace(film, note=note)
            except (VideoServiceError, TimeoutError, OSError) as error:
                if isinstance(error, ServiceRefused) and not error.locked_out:
                    return await self._gone(turn, parcel, error)
                self._note_away(error)
                self._patience.check(parcel)
                await asyncio.sleep(next(pauses))
                await self._memory.outbox.insist_on(parcel)
                continue
            if job.status is Status.failed:
                took = (datetime.now(UTC) - parcel.since).total_seconds()
                log.warning(
                    "%s: film %s failed after %.1f s: %s", turn.key, job.id, took, job.error
                )
                return wording.failed(job.error.code if job.error else "", parcel.makes)
            parcel = await self._mind_the_wait(turn, parcel, job)
            pauses, hold = self._pauses(), self._look_s

    async def _gone(self, turn: Turn, parcel: Parcel, error: ServiceRefused) -> Clip | str:
        """What the service keeps no longer may be here since an earlier try."""
        if film := await self._memory.outbox.clip(Room.of(turn), parcel.job_id or ""):
            return film
        log.warning("%s: film %s is gone: %s", turn.key, parcel.job_id, error)
        return wording.gone(parcel.makes)

    async def _mind_the_wait(self, turn: Turn, parcel: Parcel, job: VideoJob) -> Parcel:
        """Say once, and only once, that it takes at least twice as long as it first looked."""
        if job.eta_s is None or await _has_said_more(self._memory, turn, parcel):
            return parcel
        whole = (datetime.now(UTC) - parcel.since).total_seconds() + job.eta_s
        if parcel.promised_s is None:
            return await self._memory.outbox.promised(parcel, whole)
        bearable = whole < 2 * max(parcel.promised_s, LONG_WAIT_S) or job.eta_s < LONG_WAIT_S
        if bearable or self._hushed():
            return parcel
        said = wording.LATER.format(minutes=round(job.eta_s / 60))
        parcel = await self._memory.outbox.told_late(turn, parcel, said)
        await self._mention(turn, said, f"{parcel.key}:late")
        return parcel

    def _note_away(self, error: Exception) -> None:
        if not self._away:
            log.warning("the video service is away: %s", error)
        self._away = True

    def _note_back(self) -> None:
        if self._away:
            log.info("the video service is back")
        self._away = False


async def _has_said_more(memory: Memory, turn: Turn, parcel: Parcel) -> bool:
    """Whether the one message beside acknowledgement and result has been used up."""
    return parcel.told_late or await memory.asked.chosen(turn) is not None
