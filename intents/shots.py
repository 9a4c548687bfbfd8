"""What the room has been sent and what is being made for it, as handlers may ask for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from intents.dialogue import Turn


@dataclass(frozen=True, slots=True)
class Shot:
    """One film or picture that somebody of the room wished for, made as job `job`.

    `turn`: the message that wished for it; `words`: what was said; `wish`: what of it was to be
    seen; `kept`: what the answer left (`intents.dialogue.Keep`); `line`: the message it was sent
    in at `shown`, if it is out.
    """

    job: str
    makes: Literal["video", "image"]
    state: Literal["making", "sent", "failed"]
    sender: str
    name: str
    words: str
    wish: str
    at: datetime
    turn: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)
    line: str = ""
    shown: datetime | None = None


def quoted_shot(ask: Turn, shots: Iterable[Shot]) -> Shot | None:
    """The one that `ask` quotes: itself, the words that wished for it, or her answer to them."""
    told = ask.quote.id if ask.quote else ""
    if not told:
        return None
    return next((it for it in shots if told in (it.line, it.turn) or _answers(told, it)), None)


def _answers(line: str, shot: Shot) -> bool:
    return bool(shot.turn) and line.startswith(f"{shot.turn}:re:")


class Library(Protocol):
    """The read side of what was made for each room."""

    async def shots(self, ask: Turn, *, most: int = 500) -> tuple[Shot, ...]:
        """Everything the room of `ask` was promised, newest first."""

    async def sidecar(self, shot: Shot) -> Mapping[str, object]:
        """What the service wrote about it, kept beside the file; empty when nothing is left."""


class Styles(Protocol):
    """The style that a room wants everything in."""

    async def of(self, ask: Turn) -> str | None:
        """Such as 水彩; None when the room has named none."""

    async def keep(self, ask: Turn, style: str) -> None:
        """From now on everything of this room is made in `style`."""

    async def clear(self, ask: Turn) -> bool:
        """No style any more; False when there was none."""


class Speaker(Protocol):
    """A voice that reads words aloud."""

    async def speak(self, words: str, *, deadline: float) -> bytes:
        """The sound as an mp3 or wav file, or `intents.tools.tts.TtsError`."""
