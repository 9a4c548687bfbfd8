"""A channel that could not be opened: it says why, and what is owed to it stays owed."""

from pathlib import Path

from bot.channels.base import CannotSendNow, Channel, ChannelBroken, Hear, Limits
from bot.channels.pulse import Pulse
from intents.dialogue import Turn


class ShutChannel(Channel):
    """Stands for the channel `name` in `why`'s place until the process is started again."""

    limits = Limits()

    def __init__(self, name: str, why: ChannelBroken) -> None:
        self.name, self._why = name, why
        self.pulse = Pulse(name)

    async def run(self, hear: Hear) -> None:
        raise self._why

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        raise CannotSendNow(str(self._why))

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        raise CannotSendNow(str(self._why))

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        raise CannotSendNow(str(self._why))
