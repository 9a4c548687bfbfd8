"""Nothing promised is lost: every part of every answer is followed until it is out.

One task an answer, its parts in order. A word is sent and then noted as sent; killed between the
two, it is sent again with the same key. A ticket is followed at the service, across its restarts
and ours, until there is a film to send or an honest sentence about why there is none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from bot import wording
from bot.bells import Bells
from bot.channels.base import CannotSendNow, Channel, SendError
from bot.database import insist
from bot.films import Films
from bot.limits.quiet import Quiet
from bot.memory import Memory
from bot.pace import Pace
from bot.patience import GivenUp, Patience
from bot.pieces import pieces
from bot.records import Clip, Parcel, Room
from bot.sizes import TooLarge, fit
from intents.dialogue import Turn
from video_service.client import VideoClient

SEND_S = 120  # ten megabytes up a family's line
MENTION_S = 15
log = logging.getLogger(__name__)
Start = Callable[[Coroutine[None, None, None], str], None]
Send = Callable[[], Awaitable[None]]
SeeTo = Callable[[Turn, Parcel], Awaitable[None]]


class Deliveries:
    def __init__(
        self,
        memory: Memory,
        client: VideoClient,
        channels: Mapping[str, Channel],
        start: Start,
        pace: Pace,
        patience: Patience | None = None,
        quiet: Quiet | None = None,
    ) -> None:
        self._memory, self._client, self._channels = memory, client, channels
        self._start, self._pace = start, pace
        self._patience, self._quiet = patience or Patience(), quiet or Quiet(None)
        self._doors = Bells()
        self._films = Films(
            memory, client, pace.pauses, pace.look, self._mention, self._patience, self._quiet.now
        )
        self._wanted: dict[str, int] = {}

    async def resume(self) -> None:
        """Follow everything that was owed when the process ended."""
        for turn in await insist(self._memory.outbox.owed, self._pace.pauses()):
            self.follow(turn)
            if turn.channel not in self._channels:
                self._start(self._through(turn, self._outlive), turn.key)

    async def look_again(self) -> None:
        """Take up what a failure that nobody foresaw has left; ever more rarely, lest it repeats.

        Whatever a channel does, it is not for ever that a part waits for the next start.
        """
        for pause in self._pace.looks():
            await asyncio.sleep(pause)
            for turn in await insist(self._memory.outbox.owed, self._pace.pauses()):
                if turn.key not in self._wanted:
                    self.follow(turn)

    def follow(self, turn: Turn) -> None:
        """Deliver what is owed to `turn`; what belongs to a channel that is off stays owed."""
        if turn.channel not in self._channels:
            return
        self._wanted[turn.key] = self._wanted.get(turn.key, 0) + 1
        if self._wanted[turn.key] == 1:  # else who follows it already looks once more
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
        looked = 0
        try:
            while looked < self._wanted[turn.key]:
                looked = self._wanted[turn.key]
                await self._through(turn, self._deliver_part)
        finally:
            del self._wanted[turn.key]

    async def _outlive(self, turn: Turn, parcel: Parcel) -> None:
        await asyncio.sleep(max(0.0, self._patience.left(parcel)))
        await self._memory.outbox.insist_on(parcel)
        raise GivenUp(f"{parcel.key}: its channel is not open")

    async def _through(self, turn: Turn, see_to: SeeTo) -> None:
        """Each part in order, until the disk takes what comes of it."""
        await insist(partial(self._each, turn, see_to), self._pace.pauses())

    async def _each(self, turn: Turn, see_to: SeeTo) -> None:
        """The owner is told once of a turn, whatever of it was in vain."""
        in_vain = False
        for parcel in await self._memory.outbox.parcels(turn):
            try:
                await self._memory.outbox.insist_on(parcel)
                await see_to(turn, parcel)
            except GivenUp as end:
                await self._give_up(turn, parcel, end)
                if end.aged and not in_vain:
                    self._patience.tell(turn)
                in_vain = in_vain or end.aged

    async def _deliver_part(self, turn: Turn, parcel: Parcel) -> None:
        if parcel.kind == "ticket":
            await self._deliver_film(turn, parcel)
        elif parcel.kind == "clip":
            await self._deliver_again(turn, parcel)
        elif parcel.kind == "question" and await self._memory.outbox.is_moot(parcel):
            await self._memory.asked.drop_of(turn)
            await self._memory.outbox.drop(turn, parcel)
        else:
            await self._deliver_text(turn, parcel, parcel.text)

    async def _give_up(self, turn: Turn, parcel: Parcel, end: GivenUp) -> None:
        """Owed no longer; a film that is here stays in the library."""
        log.warning("given up: %s", end)
        if parcel.kind == "question":
            await self._memory.asked.drop_of(turn)
        drop = partial(self._memory.outbox.drop, turn, parcel, end.film, end.in_vain)
        await insist(drop, self._pace.pauses())

    async def _deliver_text(self, turn: Turn, parcel: Parcel, text: str) -> None:
        """In as many messages as the channel's limit makes of it; each is noted when it is out."""
        channel, outbox = self._channels[turn.channel], self._memory.outbox
        parts = pieces(text, channel.limits.text_length)
        for i, part in enumerate(parts[parcel.sent_pieces :], parcel.sent_pieces):
            key = f"{parcel.key}:{i}" if i else parcel.key
            send = partial(channel.send_text, turn, part, key=key)
            await self._insist(turn, parcel, send, _now)
            if i + 1 < len(parts):
                await insist(partial(outbox.piece_sent, parcel, i + 1), self._pace.pauses())
        await self._note_sent(turn, parcel, said=text)

    async def _deliver_film(self, turn: Turn, parcel: Parcel) -> None:
        film = await self._films.of(turn, parcel)
        if isinstance(film, str):
            return await self._deliver_text(turn, parcel, film)
        await self._send_film(turn, parcel, film, self._quiet.over)

    async def _deliver_again(self, turn: Turn, parcel: Parcel) -> None:
        """Send what the room has seen before; it may have been forgotten in the meantime."""
        film = await self._memory.outbox.clip(Room.of(turn), parcel.job_id or "")
        if film is None:
            return await self._deliver_text(turn, parcel, wording.FORGOTTEN)
        await self._send_film(turn, parcel, film, _now)

    async def _send_film(self, turn: Turn, parcel: Parcel, film: Clip, ready: Send) -> None:
        channel = self._channels[turn.channel]
        try:
            file = await fit(film, channel.limits, self._pace.pauses())
        except TooLarge as error:
            log.warning("%s: film %s cannot be sent: %s", turn.key, parcel.job_id, error)
            return await self._deliver_text(turn, parcel, wording.too_large(film.makes))

        async def send() -> None:
            if film.makes == "image":
                return await channel.send_image(turn, file, key=parcel.key)
            await channel.send_video(turn, file, poster=film.poster, key=parcel.key)

        try:
            await self._insist(turn, parcel, send, ready)
        except GivenUp as end:
            end.film = film
            raise
        try:
            if film.note:
                await self._mention(turn, film.note, f"{parcel.key}:note")
        finally:  # whatever became of the words, the film is out
            await self._note_sent(turn, parcel, said=film.note, clip=film)
        waited = (datetime.now(UTC) - parcel.since).total_seconds()
        log.info("%s: film %s sent after %.1f s", turn.key, parcel.job_id, waited)

    async def _note_sent(
        self, turn: Turn, parcel: Parcel, *, said: str = "", clip: Clip | None = None
    ) -> None:
        """Insisted on by itself, so that a full disk never makes a message go out again."""
        outbox = self._memory.outbox
        await insist(lambda: outbox.sent(turn, parcel, said, clip), self._pace.pauses())

    async def _mention(self, turn: Turn, said: str, key: str) -> None:
        """Words beside a film: they may be missed, the film may not."""
        with suppress(SendError, TimeoutError):
            async with asyncio.timeout(MENTION_S):
                await self._channels[turn.channel].send_text(turn, said, key=key)

    async def _insist(self, turn: Turn, parcel: Parcel, send: Send, ready: Send) -> None:
        """Send as soon as it is `ready` to go, however often it takes."""
        with self._doors.changes(Room.of(turn)) as bell:
            for tries, pause in enumerate(self._pace.pauses(), parcel.attempts):
                await ready()
                await self._memory.outbox.insist_on(parcel)
                bell.clear()  # before the try: who speaks during it is heard
                try:
                    async with asyncio.timeout(SEND_S):
                        return await send()
                except (SendError, TimeoutError) as error:
                    level = logging.DEBUG if tries else logging.WARNING
                    log.log(level, "%s: not sent yet: %r", parcel.key, error)
                    await self._memory.outbox.missed(parcel, error)
                    closed = isinstance(error, CannotSendNow)
                self._patience.check(parcel)
                if not closed:
                    await asyncio.sleep(self._pace.first)
                await self._door(bell, self._pace.closed_door if closed else pause)

    async def _door(self, bell: asyncio.Event, longest: float) -> None:
        """Until the room speaks or the channel is back, at most `longest` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await bell.wait()


async def _now() -> None:  # words, and what was asked for again, wake whoever asked
    """Nothing is waited for."""
