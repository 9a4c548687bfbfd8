"""The page's own chat: one simulated family group, `web:family`, seen by every open tab."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.base import Hear, Limits
from bot.web.photos import clean_photo
from intents.dialogue import Photo, Quote, Turn

ROOM = "web:family"
INBOX = 20
REMEMBERED_IDS = 500
HEARD_S = 10.0
TYPING_S = 20.0


class Overrun(Exception):
    """More is said than is heard."""


class NotOurPage(Exception):
    """A message that our own page cannot have made: unknown member, or an id that is no UUID."""


class WebChannel:
    """`members` are the people one can speak as."""

    name = "web"
    limits = Limits()

    def __init__(self, members: Sequence[str]) -> None:
        self.members = tuple(members)
        self._inbox: asyncio.Queue[tuple[Turn, asyncio.Event]] = asyncio.Queue(maxsize=INBOX)
        self._taken: deque[str] = deque(maxlen=REMEMBERED_IDS)
        self._typing_until = 0.0
        self._on_typing: list[Callable[[], None]] = []

    async def run(self, hear: Hear) -> None:
        while True:
            turn, heard = await self._inbox.get()
            await hear(turn)
            heard.set()

    async def post(
        self,
        member: str,
        text: str,
        photos: Sequence[bytes] = (),
        quote_id: str | None = None,
        message_id: str = "",
    ) -> bool:
        """Take one message from the browser; False when this id was taken before.

        It is on disk when this returns. Raises BadPhoto, Overrun or NotOurPage; then the browser
        keeps the message and may send it again under the same id.
        """
        if member not in self.members or not _is_uuid(message_id):
            raise NotOurPage(f"member {member!r}, message id {message_id!r}")
        if message_id in self._taken:
            return False
        cleaned = [await asyncio.to_thread(clean_photo, raw) for raw in photos]
        if message_id in self._taken:  # the same click again, while this one was being looked at
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
        heard = asyncio.Event()
        try:
            self._inbox.put_nowait((turn, heard))
            self._taken.append(message_id)
            async with asyncio.timeout(HEARD_S):
                await heard.wait()
        except (asyncio.QueueFull, TimeoutError) as error:
            raise Overrun(f"{self._inbox.qsize()} messages are waiting") from error
        return True

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
