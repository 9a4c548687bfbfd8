"""The page's own chat: one simulated family group, `web:family`, seen by every open tab."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.base import Channel, Hear, Limits, NotHeard
from bot.channels.pulse import Pulse
from bot.web.photos import clean_photo
from intents.dialogue import Photo, Quote, Turn

ROOM = "web:family"
Heard = asyncio.Future[bool]  # whether the message is on disk
INBOX = 20
REMEMBERED_IDS = 500
HEARD_S = 10.0
TYPING_S = 20.0


class Overrun(Exception):
    """More is said than is heard."""


class NotOurPage(Exception):
    """A message that our own page cannot have made: unknown member, or an id that is no UUID."""


class WebChannel(Channel):
    """`members` are the people one can speak as."""

    name = "web"
    limits = Limits()

    def __init__(self, members: Sequence[str]) -> None:
        self.members = tuple(members)
        self.pulse = Pulse(self.name)
        self.pulse.up()
        self._inbox: asyncio.Queue[tuple[Turn, Heard]] = asyncio.Queue(maxsize=INBOX)
        self._taken: dict[str, Heard] = {}  # by message id, the newest last
        self._typing_until = 0.0
        self._on_typing: list[Callable[[], None]] = []

    async def run(self, hear: Hear) -> None:
        while True:
            turn, heard = await self._inbox.get()
            try:
                await hear(turn)
            except NotHeard:
                heard.set_result(False)
            else:
                heard.set_result(True)

    async def post(
        self,
        member: str,
        text: str,
        photos: Sequence[bytes] = (),
        quote_id: str | None = None,
        message_id: str = "",
    ) -> bool:
        """Take one message from the browser; False when this id was taken before.

        It is on disk when this returns. Raises BadPhoto, Overrun, NotHeard or NotOurPage; then the
        browser keeps the message and may send it again under the same id.
        """
        if member not in self.members or not _is_uuid(message_id):
            raise NotOurPage(f"member {member!r}, message id {message_id!r}")
        if heard := self._taken.get(message_id):
            await self._wait(message_id, heard)
            return False
        cleaned = [await asyncio.to_thread(clean_photo, raw) for raw in photos]
        if heard := self._taken.get(message_id):  # clicked again while this was being looked at
            await self._wait(message_id, heard)
            return False
        turn = Turn(
            id=message_id,
            channel=self.name,
            room=ROOM,
            sender=member,
            name=member,
            text=text.strip(),
            at=datetime.now(UTC),
            photos=tuple(_photo(f"{message_id}.{i}", it) for i, it in enumerate(cleaned)),
            quote=Quote(id=quote_id) if quote_id else None,  # memory knows the rest of it
        )
        await self._wait(message_id, self._put(turn))
        return True

    def _put(self, turn: Turn) -> Heard:
        heard: Heard = asyncio.get_running_loop().create_future()
        try:
            self._inbox.put_nowait((turn, heard))
        except asyncio.QueueFull as error:
            raise Overrun(f"{INBOX} messages are waiting") from error
        self._taken[turn.id] = heard
        while len(self._taken) > REMEMBERED_IDS:
            del self._taken[next(iter(self._taken))]
        return heard

    async def _wait(self, message_id: str, heard: Heard) -> None:
        try:
            async with asyncio.timeout(HEARD_S):
                kept = await asyncio.shield(heard)  # others may wait for the same message
        except TimeoutError as error:
            raise Overrun(f"{self._inbox.qsize()} messages are waiting") from error
        if not kept:
            self._taken.pop(message_id, None)
            raise NotHeard(message_id)

    # Sent means stored in the room: the transaction that closes a delivery writes the message into
    # the room's history, and the page shows that. Nothing is left to do here, and nothing can fail.
    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        self._stop_typing()

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        self._stop_typing()

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self._stop_typing()

    async def typing(self, to: Turn) -> None:
        self._typing_until = asyncio.get_running_loop().time() + TYPING_S
        self._tell()

    @property
    def is_typing(self) -> bool:
        """Whether an answer is on its way; the sign goes out by itself after a while."""
        return asyncio.get_running_loop().time() < self._typing_until

    def on_typing(self, tell: Callable[[], None]) -> None:
        """Call `tell` whenever the sign is put up or taken down."""
        self._on_typing.append(tell)

    def _stop_typing(self) -> None:
        self._typing_until = 0.0
        self._tell()

    def _tell(self) -> None:
        for tell in self._on_typing:
            tell()


def _photo(photo_id: str, jpeg: bytes) -> Photo:
    async def read() -> bytes:
        return jpeg

    return Photo(id=photo_id, read=read)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
