"""The channel of `qunying ask`: one message in, its replies collected, then it ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.channels.base import CannotSendNow, Channel, Hear, Limits
from bot.channels.pulse import Pulse
from intents.dialogue import Turn


@dataclass(frozen=True, slots=True)
class Said:
    """One reply: its words, or the file of its picture or clip."""

    kind: str  # text, image or video
    text: str = ""
    file: Path | None = None


class AskChannel(Channel):
    """Says `turn` once; `until` returns when the turn has all its answers."""

    name = "ask"
    limits = Limits()

    def __init__(
        self,
        turn: Turn,
        until: Callable[[Turn], Awaitable[object]],
        show: Callable[[Said], None],
    ) -> None:
        self.turn, self._until, self._show = turn, until, show
        self.replies: list[Said] = []
        self.pulse = Pulse(self.name)
        self.pulse.up()

    async def run(self, hear: Hear) -> None:
        await hear(self.turn)
        await self._until(self.turn)

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        self._take(to, Said("text", text))

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        self._take(to, Said("image", file=image))

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self._take(to, Said("video", file=video))

    async def typing(self, to: Turn) -> None:  # the command draws its own progress bar
        """Show nothing."""

    def _take(self, to: Turn, said: Said) -> None:
        if to.id != self.turn.id:
            raise CannotSendNow(f"{to.key}: the command that asked this has ended")
        self.replies.append(said)
        self._show(said)
