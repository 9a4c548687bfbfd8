"""The channel: one process, several members, each with a private chat of their own."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.channels.base import CannotSendNow, Channel, Hear, Limits, SendError
from bot.channels.ilink.doors import MOST_REPLIES, WINDOW_S
from bot.channels.ilink.heard import peer_of
from bot.channels.ilink.member import CHANNEL, Member, Post
from bot.channels.ilink.mouth import Mouth
from bot.channels.ilink.signs import TypingSigns
from bot.channels.pulse import Pulse
from intents.dialogue import Turn

READABLE = 2000  # characters of one message; the server takes 4000


class IlinkChannel(Channel):
    """`pulse` is the one that the board in `post` beats."""

    name = CHANNEL
    limits = Limits(text_length=READABLE, replies_per_message=MOST_REPLIES, window_s=WINDOW_S)

    def __init__(self, members: Sequence[str], post: Post, pulse: Pulse) -> None:
        self.pulse, self._post = pulse, post
        self._members = {name: Member(name, post) for name in members}
        self._mouths = {
            name: Mouth(member, post.accounts, post.cdn, post.tempo)
            for name, member in self._members.items()
        }
        self._signs = {name: TypingSigns(post.tempo) for name in members}
        self._tasks: asyncio.TaskGroup | None = None
        self._polls: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Take up the stored logins; OSError when they cannot be stored here."""
        await self._post.accounts.open()
        for member in self._members.values():
            await member.open()

    async def run(self, hear: Hear) -> None:
        async with asyncio.TaskGroup() as self._tasks:
            self._polls = [
                self._tasks.create_task(member.run(hear, self._tokens))
                for member in self._members.values()
            ]
        await asyncio.Event().wait()  # closed: whoever runs this ends it in a moment

    async def close(self) -> None:
        """Stop listening and tell the server so, while there is still a line to it."""
        for poll in self._polls:
            poll.cancel()
        if self._polls:
            await asyncio.wait(self._polls)
        await asyncio.gather(*(member.farewell() for member in self._members.values()))

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        await self._say(to, key, {"type": 1, "text_item": {"text": text}})

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        file = await self._mouth(to).put(to, key, "image", await _read(image))
        item = {"type": 2, "image_item": {"media": file.media, "mid_size": file.size}}
        await self._say(to, key, item)

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        # no poster: their own client sends none, and the phone makes its own
        file = await self._mouth(to).put(to, key, "video", await _read(video))
        item = {"type": 5, "video_item": {"media": file.media, "video_size": file.size}}
        await self._say(to, key, item)

    async def typing(self, to: Turn) -> None:
        member, peer = peer_of(to.room)
        if self._tasks is None or member not in self._members:
            return
        door = self._mouth(to).door(to)
        self._signs[member].show(self._members[member].wire, peer, door.context, self._tasks)

    async def fetch(self, ref: str) -> bytes:
        return await self._post.cdn.fetch(ref)

    async def _say(self, to: Turn, key: str, item: dict[str, Any]) -> None:
        await self._mouth(to).say(to, key, item)
        member, peer = peer_of(to.room)
        self._signs[member].stop(peer)
        self._mouth(to).forget_upload(key)

    def _mouth(self, to: Turn) -> Mouth:
        if mouth := self._mouths.get(peer_of(to.room)[0]):
            return mouth
        raise CannotSendNow(f"{to.key}: this member is no longer in the settings")

    def _tokens(self) -> list[str]:
        return [it.account.token for it in self._members.values() if it.account.token]


async def _read(file: Path) -> bytes:
    try:
        return await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise SendError(f"{file.name} cannot be read: {error.strerror}") from error
