"""What a channel is: turns come in, parts go out. Nothing else crosses this line.

NotHeard             a message in could not be written down; it may be given again
SendError            this message did not go out; it is tried again, later
└── CannotSendNow    it cannot go out before the room speaks again or the channel is back
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from intents.dialogue import Turn

Hear = Callable[[Turn], Awaitable[None]]  # on disk when it returns, else NotHeard


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may weigh: bytes, characters, and messages per incoming one."""

    video_bytes: int = 10 * 2**20
    picture_bytes: int = 10 * 2**20
    text_length: int = 1000


class NotHeard(Exception):
    """Nothing is known of the message; the channel says so, or gives it again under its id."""


class SendError(Exception):
    """The channel could not deliver; the text says where to and why."""


class CannotSendNow(SendError):
    """Kept in the outbox until the room's next message or the channel's return."""


class Channel(Protocol):
    """One way into a chat. Replies take the turn they answer; `key` names one delivery for ever,
    so that a channel which can drop duplicates by a client id does."""

    name: str
    limits: Limits

    async def run(self, hear: Hear) -> None:
        """Listen until cancelled (or, for a one-shot channel, until there is nothing more)."""

    async def send_text(self, to: Turn, text: str, *, key: str) -> None: ...

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None: ...

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None: ...

    async def typing(self, to: Turn) -> None:
        """Show that an answer is on its way; channels without such a sign do nothing."""
