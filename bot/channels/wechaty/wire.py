"""What is said to a wechaty gateway: one gRPC call each, with a deadline."""

import json
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grpclib.client import Channel
from wechaty_grpc.wechaty import PuppetStub

from bot.channels.wechaty.boxes import Boxes
from bot.channels.wechaty.errors import Refused, asked, translated

CALL_S = 10.0
START_S = 20.0  # the gateway itself gives WeChat fifteen
SEND_S = 30.0
MILLISECONDS = 10**11  # a moment above this is in milliseconds; puppets do not agree
ARTWORK = 3  # the picture as it was sent, not a small one
# Kinds of events, and of messages, as the gateway numbers them (wechaty-puppet 1.x, types/message)
MESSAGE, FAULT, SCAN, LOGIN, LOGOUT = 2, 16, 22, 25, 26
ATTACHMENT, AUDIO, IMAGE, TEXT = 1, 2, 6, 7
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the gateway has it; `room` is empty in a private chat."""

    id: str
    kind: int
    text: str
    sender: str
    room: str
    at: datetime
    mentions: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody; `remark` is what the account's owner calls them."""

    id: str
    name: str
    remark: str = ""


class Wire:
    """Calls over one connection. All raise GatewayError.

    `token`: None where the connection brings it along, as that of somebody else's bot does; `near`:
    hosts in the house that pictures may be fetched from.
    """

    def __init__(self, line: Channel, token: str | None = None, near: Iterable[str] = ()) -> None:
        told = {"authorization": f"Wechaty {token}"} if token else None
        self._calls = PuppetStub(line, timeout=CALL_S, metadata=told)
        self._start = PuppetStub(line, timeout=START_S, metadata=told)
        self._events = PuppetStub(line, metadata=told)
        self._boxes = Boxes(line, told, near)

    async def ping(self) -> None:
        """Whether the gateway lives and takes our token; not every service knows this call."""
        with suppress(Refused):
            await asked("Version", self._calls.version())

    async def start(self) -> None:
        """Start the puppet, unless it runs: never stop it first, that would log WeChat out."""
        await asked("Start", self._start.start())

    async def events(self) -> AsyncIterator[tuple[int, dict[str, Any]]]:
        """What happens from now on, each with its kind, until the gateway ends it.

        To be read in a task of its own, as everything of grpclib: see errors.asked.
        """
        with translated("Event"):
            async with aclosing(self._events.event()) as stream:
                async for event in stream:
                    yield int(event.type), _payload(event.payload)

    async def message(self, message_id: str) -> Message:
        it = await asked("MessagePayload", self._calls.message_payload(id=message_id))
        return Message(
            id=it.id or message_id,
            kind=int(it.type),
            text=it.text,
            sender=it.from_id,
            room=it.room_id,
            at=_moment(it.timestamp),
            mentions=tuple(it.mention_ids),
            file=it.filename,
        )

    async def contact(self, contact_id: str) -> Contact:
        it = await asked("ContactPayload", self._calls.contact_payload(id=contact_id))
        return Contact(contact_id, it.name, it.alias)

    async def alias(self, room: str, contact_id: str) -> str:
        """What somebody calls themselves in one room; mostly empty."""
        ask = self._calls.room_member_payload(id=room, member_id=contact_id)
        return str((await asked("RoomMemberPayload", ask)).room_alias)

    async def topic(self, room: str) -> str:
        return str((await asked("RoomPayload", self._calls.room_payload(id=room))).topic)

    async def send_text(self, conversation: str, text: str) -> None:
        """Many puppets give no id for what was sent, so none is asked for."""
        ask = self._calls.message_send_text(
            conversation_id=conversation, text=text, mentonal_ids=[]
        )
        await asked("MessageSendText", ask)

    async def send_file(self, conversation: str, file: Path) -> None:
        """The name decides what WeChat makes of it: *.mp4 plays, *.jpg and *.png show."""
        await self._boxes.send(conversation, file)

    async def picture(self, message_id: str) -> bytes:
        """The picture of a message as it was sent; the few puppets without it have the file."""
        try:
            ask = self._calls.message_image(id=message_id, type=ARTWORK)
            box = await asked("MessageImage", ask)
        except Refused:
            return await self.file(message_id)
        return await self._boxes.open(box.filebox)

    async def file(self, message_id: str) -> bytes:
        """What else came with a message: a voice, a picture sent as a file."""
        box = await asked("MessageFile", self._calls.message_file(id=message_id))
        return await self._boxes.open(box.filebox)


def fault(told: dict[str, Any]) -> str:
    """The first line of an error event: JSON in gerror from gateways of 1.x, data from older."""
    text = str(told.get("gerror") or told.get("data") or "no details")
    with suppress(ValueError, AttributeError):
        text = str(json.loads(text).get("details") or text)
    return text.partition("\n")[0][:200]


def _payload(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        log.warning("an event of the gateway is not JSON")
        return {}
    return told if isinstance(told, dict) else {}


def _moment(stamp: int) -> datetime:
    """When it was said; now, where the puppet does not tell, and never later than now."""
    now = datetime.now(UTC)
    seconds = stamp / 1000 if stamp > MILLISECONDS else stamp
    return min(datetime.fromtimestamp(seconds, UTC), now) if seconds else now
