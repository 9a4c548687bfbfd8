"""The WeCom AI bot as a channel: hears room by room, answers to the callback or to the chat."""

import asyncio
import hashlib
import logging
import time
from collections import defaultdict
from pathlib import Path

from bot.channels.base import Channel, ChannelBroken, Hear, Limits, NotHeard, SendError
from bot.channels.pulse import Pulse
from bot.channels.wecom.frames import (
    MESSAGE,
    NOT_SUBSCRIBED,
    PUSH,
    RESPOND,
    Body,
    Frame,
    Refused,
    WecomError,
)
from bot.channels.wecom.hearing import Address, NotForUs, turn_of
from bot.channels.wecom.line import Line
from bot.channels.wecom.link import Credentials, Link, Pace
from bot.channels.wecom.media import Media
from bot.channels.wecom.upload import Kind, TooLarge, upload
from intents.dialogue import Turn

WINDOW_S = 23 * 3600  # a callback may be answered for 24 hours
HEAR_TRIES = 5
log = logging.getLogger(__name__)


class WecomChannel(Channel):
    """`limits`: 20480 bytes of text, at most four a character; ten megabytes a file."""

    name = "wecom"
    limits = Limits(text_length=5000)

    def __init__(self, url: str, bot: Credentials, media: Media, pace: Pace | None = None) -> None:
        self._media, self._pace = media, pace or Pace()
        self.pulse = Pulse(self.name)
        self._line = Line(url, bot, self.pulse, self._pace)
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def run(self, hear: Hear) -> None:
        """Listen until cancelled; ends with ChannelBroken alone."""
        broken: ChannelBroken
        async with asyncio.TaskGroup() as tasks:

            def take(frame: Frame, link: str) -> None:
                if frame.cmd == MESSAGE:
                    tasks.create_task(self._hear(frame, link, hear))

            try:
                await self._line.stay(take)
            except ChannelBroken as error:  # outside of the group it keeps its own name
                broken = error
        raise broken

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        # the same stream for the same delivery: sent again, it replaces what is there
        stream = {"id": hashlib.sha256(key.encode()).hexdigest()[:32], "finish": True}
        answer = {"msgtype": "stream", "stream": {**stream, "content": text}}
        message = {"msgtype": "markdown", "markdown": {"content": text}}
        try:
            await self._send(await self._line.link(), Address.of(to), answer, message)
        except WecomError as error:
            raise SendError(f"{to.key}: {error}") from error

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        await self._send_file(to, image, "image")

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        await self._send_file(to, video, "video")

    async def _hear(self, frame: Frame, link: str, hear: Hear) -> None:
        try:
            turn = turn_of(self.name, frame.body, frame.req_id, link, self._media.fetch)
        except NotForUs as why:
            log.info("not heard: %s", why)
            return
        pauses = self._pace.pauses()
        async with self._lanes[turn.room]:  # who waits for it comes on in the order of asking
            for _ in range(HEAR_TRIES):
                try:
                    return await hear(turn)
                except NotHeard:  # WeCom will not say it again
                    await asyncio.sleep(next(pauses))
        log.error("%s: could not be written down", turn.key)

    async def _send_file(self, to: Turn, file: Path, kind: Kind) -> None:
        link = await self._line.link()
        try:
            media_id = await upload(link, file, kind)
            message = {"msgtype": kind, kind: {"media_id": media_id}}
            await self._send(link, Address.of(to), message, message)
        except (WecomError, TooLarge, OSError) as error:
            raise SendError(f"{to.key}: {error}") from error

    async def _send(self, link: Link, to: Address, answer: Body, message: Body) -> None:
        """As an answer to the callback, where that is still open; else into the chat."""
        try:
            if to.link == link.id and time.time() - to.at < WINDOW_S:
                try:
                    await link.ask(RESPOND, answer, req_id=to.req_id)
                    return
                except Refused as error:
                    log.info("an answer goes into the chat instead: %s", error)
            await link.ask(PUSH, {"chatid": to.chatid, **message})
        except Refused as error:
            if error.code == NOT_SUBSCRIBED:  # it looks open, and is not
                await link.hang_up()
            raise
