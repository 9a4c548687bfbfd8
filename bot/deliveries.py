"""Nothing promised is lost: every part of every answer is followed until it is out.

One task an answer, its parts in order. A word is sent and then noted as sent; killed between the
two, it is sent again with the same key. A ticket is followed at the service, across its restarts
and ours, until there is a film to send or an honest sentence about why there is none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot import wording
from bot.bells import Bells
from bot.channels.base import CannotSendNow, Channel, Limits, SendError
from bot.clips import fetch, look
from bot.database import insist
from bot.memory import Memory
from bot.pieces import pieces
from bot.records import Clip, Parcel, Room
from bot.sizes import TooLarge, fit_film, fit_picture
from intents.dialogue import Turn
from video_service.client import ServiceRefused, VideoClient, VideoServiceError
from video_service.schema import Status, VideoJob

SEND_S = 120  # ten megabytes up a family's line
LOCKED_OUT = ("unauthorized", "401", "forbidden", "403")  # a token to mend, no film to give up
LONG_WAIT_S = 60  # a shorter wait is never worth a second message
log = logging.getLogger(__name__)
Start = Callable[[Coroutine[None, None, None], str], None]
Send = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between tries, first and longest; until a closed door is tried again; per look."""

    first: float = 1
    longest: float = 300
    closed_door: float = 600
    look: float = 25

    def pauses(self) -> Iterator[float]:
        pause = self.first
        while True:
            yield pause
            pause = min(pause * 2, self.longest)


class Deliveries:
    def __init__(
        self,
        memory: Memory,
        client: VideoClient,
        channels: Mapping[str, Channel],
        start: Start,
        pace: Pace,
    ) -> None:
        self._memory, self._client, self._channels = memory, client, channels
        self._start, self._pace = start, pace
        self._doors = Bells()
        self._away = False

    async def resume(self) -> None:
        """Follow everything that was owed when the process ended."""
        for turn in await self._memory.outbox.owed():
            self.follow(turn)

    def follow(self, turn: Turn) -> None:
        """Deliver what is owed to `turn`; what belongs to a channel that is off stays owed."""
        if turn.channel in self._channels:
            self._start(self._follow(turn), turn.key)

    def room_spoke(self, room: Room) -> None:
        """A message came from the room: a door that was closed may be open."""
        self._doors.ring(room)

    def channel_back(self, name: str) -> None:
        """The channel is up again: what waits for it goes out now."""
        for room in self._doors.rooms():
            if room.channel == name:
                self._doors.ring(room)

    async def _follow(self, turn: Turn) -> None:
        await insist(lambda: self._deliver(turn), self._pace.pauses())

    async def _deliver(self, turn: Turn) -> None:
        for parcel in await self._memory.outbox.parcels(turn):
            if parcel.kind == "ticket":
                await self._deliver_film(turn, parcel)
            elif parcel.kind == "clip":
                await self._deliver_again(turn, parcel)
            elif parcel.kind == "question" and await self._memory.outbox.is_moot(parcel):
                await self._memory.asked.drop_of(turn)
                await self._memory.outbox.drop(turn, parcel)
            else:
                await self._deliver_text(turn, parcel, parcel.text)

    async def _deliver_text(self, turn: Turn, parcel: Parcel, text: str) -> None:
        """In as many messages as the channel's limit makes of it; each is noted when it is out."""
        channel, outbox = self._channels[turn.channel], self._memory.outbox
        parts = pieces(text, channel.limits.text_length)
        for i, part in enumerate(parts[parcel.sent_pieces :], parcel.sent_pieces):
            key = f"{parcel.key}:{i}" if i else parcel.key
            send = partial(channel.send_text, turn, part, key=key)
            await self._insist(turn, parcel, send)
            if i + 1 < len(parts):
                await insist(partial(outbox.piece_sent, parcel, i + 1), self._pace.pauses())
        await self._note_sent(turn, parcel, said=text)

    async def _deliver_film(self, turn: Turn, parcel: Parcel) -> None:
        film = await self._await_film(turn, parcel)
        if isinstance(film, str):
            return await self._deliver_text(turn, parcel, film)
        await self._send_film(turn, parcel, film)

    async def _deliver_again(self, turn: Turn, parcel: Parcel) -> None:
        """Send what the room has seen before; it may have been forgotten in the meantime."""
        film = await self._memory.outbox.clip(Room.of(turn), parcel.job_id or "")
        if film is None:
            return await self._deliver_text(turn, parcel, wording.FORGOTTEN)
        await self._send_film(turn, parcel, film)

    async def _send_film(self, turn: Turn, parcel: Parcel, film: Clip) -> None:
        channel = self._channels[turn.channel]
        try:
            file = await self._fitting(film, channel.limits)
        except TooLarge as error:
            log.warning("%s: film %s cannot be sent: %s", turn.key, parcel.job_id, error)
            return await self._deliver_text(turn, parcel, wording.too_large(film.makes))

        async def send() -> None:
            if film.makes == "image":
                return await channel.send_image(turn, file, key=parcel.key)
            await channel.send_video(turn, file, poster=film.poster, key=parcel.key)

        await self._insist(turn, parcel, send)
        note = "" if await self._has_said_more(turn, parcel) else film.note
        if note:
            await self._mention(turn, note, f"{parcel.key}:note")
        await self._note_sent(turn, parcel, said=note, clip=film)
        waited = (datetime.now(UTC) - parcel.since).total_seconds()
        log.info("%s: film %s sent after %.1f s", turn.key, parcel.job_id, waited)

    async def _fitting(self, film: Clip, limits: Limits) -> Path:
        """The file as the channel takes it; a disk that is full is waited for."""
        for pause in self._pace.pauses():
            try:
                if film.makes == "image":
                    return await fit_picture(film.file, limits.picture_bytes)
                return await fit_film(film.file, limits.video_bytes)
            except FileNotFoundError as error:  # forgotten, or deleted by hand
                raise TooLarge(str(error)) from error
            except OSError as error:
                log.warning("%s cannot be made smaller yet: %s", film.file.name, error)
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")

    async def _has_said_more(self, turn: Turn, parcel: Parcel) -> bool:
        """Whether the one message beside acknowledgement and result has been used up."""
        return parcel.told_late or await self._memory.asked.chosen(turn) is not None

    async def _note_sent(
        self, turn: Turn, parcel: Parcel, *, said: str = "", clip: Clip | None = None
    ) -> None:
        """Insisted on by itself, so that a full disk never makes a message go out again."""
        outbox = self._memory.outbox
        await insist(lambda: outbox.sent(turn, parcel, said, clip), self._pace.pauses())

    async def _await_film(self, turn: Turn, parcel: Parcel) -> Clip | str:
        """The film, or what to say instead of it. Waits as long as the service is away."""
        pauses, patience = self._pace.pauses(), 0.0
        while True:
            try:
                job = await look(self._client, parcel, patience)
                self._note_back()
                if job.status is Status.completed:
                    film = await fetch(self._client, parcel, job, self._memory.shelf)
                    return replace(film, note=wording.smaller(job.step_downs, parcel.makes))
            except (VideoServiceError, TimeoutError, OSError) as error:
                if isinstance(error, ServiceRefused) and error.code not in LOCKED_OUT:
                    log.warning("%s: film %s is gone: %s", turn.key, parcel.job_id, error)
                    return wording.gone(parcel.makes)
                self._note_away(error)
                await asyncio.sleep(next(pauses))
                continue
            if job.status is Status.failed:
                log.warning("%s: film %s failed: %s", turn.key, job.id, job.error)
                return wording.failed(job.error.code if job.error else "", parcel.makes)
            parcel = await self._mind_the_wait(turn, parcel, job)
            pauses, patience = self._pace.pauses(), self._pace.look

    async def _mind_the_wait(self, turn: Turn, parcel: Parcel, job: VideoJob) -> Parcel:
        """Say once, and only once, that it takes at least twice as long as it first looked."""
        if job.eta_s is None or await self._has_said_more(turn, parcel):
            return parcel
        whole = (datetime.now(UTC) - parcel.since).total_seconds() + job.eta_s
        if parcel.promised_s is None:
            return await self._memory.outbox.promised(parcel, whole)
        if whole < 2 * max(parcel.promised_s, LONG_WAIT_S) or job.eta_s < LONG_WAIT_S:
            return parcel
        said = wording.LATER.format(minutes=round(job.eta_s / 60))
        parcel = await self._memory.outbox.told_late(turn, parcel, said)
        await self._mention(turn, said, f"{parcel.key}:late")
        return parcel

    async def _mention(self, turn: Turn, said: str, key: str) -> None:
        """Words beside a film: they may be missed, the film may not."""
        with suppress(SendError, TimeoutError):
            async with asyncio.timeout(SEND_S):
                await self._channels[turn.channel].send_text(turn, said, key=key)

    async def _insist(self, turn: Turn, parcel: Parcel, send: Send) -> None:
        """Send, however often it takes."""
        with self._doors.changes(Room.of(turn)) as bell:
            for pause in self._pace.pauses():
                bell.clear()  # before the try: who speaks during it is heard
                try:
                    async with asyncio.timeout(SEND_S):
                        return await send()
                except (SendError, TimeoutError) as error:
                    level = logging.DEBUG if parcel.attempts else logging.WARNING
                    log.log(level, "%s: not sent yet: %r", parcel.key, error)
                    await self._memory.outbox.missed(parcel, error)
                    closed = isinstance(error, CannotSendNow)
                if not closed:
                    await asyncio.sleep(self._pace.first)
                await self._door(bell, self._pace.closed_door if closed else pause)

    async def _door(self, bell: asyncio.Event, longest: float) -> None:
        """Until the room speaks or the channel is back, at most `longest` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await bell.wait()

    def _note_away(self, error: Exception) -> None:
        if not self._away:
            log.warning("the video service is away: %s", error)
        self._away = True

    def _note_back(self) -> None:
        if self._away:
            log.info("the video service is back")
        self._away = False
