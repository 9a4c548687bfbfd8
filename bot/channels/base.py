"""What a channel is: turns come in, parts go out. Nothing else crosses this line.

NotHeard             a message in could not be written down; it may be given again
SendError            this message did not go out; it is tried again, later
└── CannotSendNow    it cannot go out before the room speaks again or the channel is back
ChannelBroken        the channel ends for good until its owner mends something: a wrong token
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.channels.pulse import Pulse
from intents.dialogue import Turn

Hear = Callable[[Turn], Awaitable[None]]  # on disk when it returns, else NotHeard


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may weigh: bytes, characters, and messages per incoming one.

    `replies_per_message` and `window_s` (seconds after a person's last message): None = no limit.
    The channel itself keeps them, with CannotSendNow.
    """

    video_bytes: int = 10 * 2**20
    picture_bytes: int = 10 * 2**20
    text_length: int = 1000
    replies_per_message: int | None = None
    window_s: float | None = None


class NotHeard(Exception):
    """Nothing is known of the message; the channel says so, or gives it again under its id."""


class SendError(Exception):
    """The channel could not deliver; the text says where to and why."""


class CannotSendNow(SendError):
    """Kept in the outbox until the room's next message or the channel's return."""


class ChannelBroken(Exception):
    """The channel cannot go on until its owner mends something; `say` tells them what, in Chinese.

    The text is English, for the log.
    """

    def __init__(self, message: str, *, say: str) -> None:
        super().__init__(message)
        self.say = say


class Channel(Protocol):
    """One way into a chat. Replies take the turn they answer; `key` names one delivery for ever,
    so that a channel which can drop duplicates by a client id does."""

    name: str
    limits: Limits
    pulse: Pulse  # how it is, for doctor and page

    async def run(self, hear: Hear) -> None:
        """Listen until cancelled (or, for a one-shot channel, until there is nothing more).

        It connects again by itself; it ends with ChannelBroken alone.
        """

    async def send_text(self, to: Turn, text: str, *, key: str) -> None: ...

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None: ...

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None: ...

    async def typing(self, to: Turn) -> None:
        """Show that an answer is on its way; channels without such a sign do nothing."""
        return

    async def fetch(self, ref: str) -> bytes:
        """The bytes of a photo or voice message by the `ref` it came with, also after a restart.

        Raises OSError (FileNotFoundError when it is gone for good).
        """
        raise FileNotFoundError(ref)
