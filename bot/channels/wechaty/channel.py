"""The channel itself: turns in from the gateway, words and clips out through it."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.channels.base import CannotSendNow, Channel, Hear, Limits, NotHeard, SendError
from bot.channels.pulse import Pulse
from bot.channels.wechaty.errors import GatewayError, Refused
from bot.channels.wechaty.gateway import Link
from bot.channels.wechaty.quotes import Lately, Spoken
from bot.channels.wechaty.turns import Scribe
from bot.channels.wechaty.wire import Wire
from intents.dialogue import Turn

NAME = "wechaty"
PAUSES_S = (0.2, 1.0, 3.0)  # between tries to hear one message; then it is given up
log = logging.getLogger(__name__)


class WechatyChannel(Channel):
    """`inbox` holds the ids of messages as the gateway told them, in order."""

    name = NAME
    limits = Limits()

    def __init__(self, link: Link, inbox: asyncio.Queue[str], pulse: Pulse) -> None:
        self._link, self._inbox, self.pulse = link, inbox, pulse
        self._lately = Lately()
        self._scribe = Scribe(NAME, self._lately, self.fetch)

    async def run(self, hear: Hear) -> None:
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(self._read(hear))
            broken = await self._link.run()
            reader.cancel()
        raise broken

    async def _read(self, hear: Hear) -> None:
        """One message after another: what a room says stays in order."""
        while True:
            message_id = await self._inbox.get()
            for pause in (*PAUSES_S, None):
                try:
                    await self._hear(message_id, hear)
                    break
                except (GatewayError, NotHeard) as error:
                    if pause is None:
                        log.warning("message %s is given up: %r", message_id, error)
                        break
                    await asyncio.sleep(pause)

    async def _hear(self, message_id: str, hear: Hear) -> None:
        while not (self._link.wire and self._link.me):
            await self._link.there.wait()
        turn = await self._scribe.turn(self._link.wire, self._link.me, message_id)
        if turn:
            await hear(turn)

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        with self._sending(to) as wire:
            await wire.send_text(to.room, text)
        self._note(to, key, text, "text")

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        with self._sending(to) as wire:
            await wire.send_file(to.room, image)
        self._note(to, key, "", "photo")

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        with self._sending(to) as wire:
            await wire.send_file(to.room, video)
        self._note(to, key, "", "clip")

    async def typing(self, to: Turn) -> None:  # WeChat has no such sign for others
        """Show nothing."""

    async def fetch(self, ref: str) -> bytes:
        asked = json.loads(ref)
        if (wire := self._link.wire) is None:
            raise ConnectionError("the gateway is away")
        read = wire.picture if asked["as"] == "image" else wire.file
        try:
            return await read(asked["message"])
        except GatewayError as error:
            raise OSError(str(error)) from error

    @contextmanager
    def _sending(self, to: Turn) -> Iterator[Wire]:
        if (wire := self._link.wire) is None:
            raise CannotSendNow(f"{to.key}: the gateway is away, or WeChat is not logged in")
        try:
            yield wire
        except Refused as error:
            raise SendError(f"{to.key}: {error}") from error
        except GatewayError as error:
            raise CannotSendNow(f"{to.key}: {error}") from error

    def _note(self, to: Turn, key: str, text: str, shape: str) -> None:
        """Whoever quotes this means the line that memory keeps under the same id."""
        line = f"{to.id}:{key.removeprefix(f'{to.key}:')}"
        names = (self._link.me.name,) if self._link.me else ()
        self._lately.note(to.room, Spoken(line, names, text, shape, mine=True))
