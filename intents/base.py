"""What an intent is, and the tools it may use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from intents.dialogue import Dialogue, Photo, Reply, Turn
from intents.gate import Gate, OpenGate
from intents.settings import HomeSettings
from intents.shots import Library, Speaker, Styles
from intents.tools.forecast import Forecaster
from intents.tools.maps import Maps
from video_service.client import VideoClient

Shape = TypeVar("Shape", bound=BaseModel)
S = TypeVar("S", bound=BaseModel)
Messages = list[dict[str, Any]]


class Llm(Protocol):
    """A language model that answers in time or raises `intents.tools.llm.LlmError`."""

    async def fill(self, shape: type[Shape], messages: Messages, *, deadline: float) -> Shape:
        """A validated `shape`; everything, repairs included, within `deadline` seconds."""

    async def say(self, messages: Messages, *, deadline: float) -> str:
        """Plain words, never empty, within `deadline` seconds."""


class Speech(Protocol):
    """Turns what was spoken into words, in time, or raises `intents.tools.failures.LlmError`."""

    async def words(self, sound: bytes, kind: str, *, deadline: float) -> str:
        """What is said in `sound`, a file with the ending `kind`; never blank."""


class Vision(Protocol):
    """A model that looks at pictures, or raises `intents.tools.llm.LlmError`."""

    async def look(
        self, shape: type[Shape], told: str, said: str, picture: bytes, *, deadline: float
    ) -> Shape:
        """A validated `shape` about the picture; everything within `deadline` seconds."""


class Moderator(Protocol):
    """A guard model that reads what is to be filmed."""

    async def passes(self, text: str, *, deadline: float) -> bool:
        """Whether `text` may be filmed, or `intents.tools.failures.LlmError`."""


class Album(Protocol):
    """The photos of a room by a key that stands in slots: see `intents.dialogue.Sent`."""

    async def photo(self, ask: Turn, key: str) -> Photo | None:
        """The photo kept under `key` in the room of `ask`; None when it is forgotten."""

    async def sent_since(self, ask: Turn) -> str | None:
        """The key of a photo that the asker has sent after `ask`: the words came first."""


class Notebook(Protocol):
    """The places a family wants kept, by what they call them: 家, 公司, 奶奶家."""

    async def places(self, ask: Turn) -> dict[str, str]:
        """Name to address; the asker's own stand before the room's."""

    async def keep(self, ask: Turn, name: str, address: str, *, private: bool) -> None:
        """Keep it for the asker alone, or for the whole room; an earlier one is replaced."""

    async def forget(self, ask: Turn, name: str) -> bool:
        """Forget the asker's own, else the room's; False when there was none."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything a handler may touch. `llm` is None while no language model is configured.

    `maps` is None while no map key is set; `forecasters` stand in order of preference.
    `speech` is None while nobody is set up to hear voice messages.

    `committing` is called before an order that somebody will carry out: from there on its answer
    is waited for, so that nothing is made which nobody is told of.

    `vision` is None while no model that sees is configured; `album` is the room's own.
    `gate` is asked before anything is ordered; `moderator` reads along where one is set up.

    `library` and `styles` are the room's own; `speaker` is None while no voice is set up.
    """

    name: str
    llm: Llm | None
    video: VideoClient
    committing: Callable[[], None] = lambda: None
    maps: Maps | None = None
    forecasters: tuple[Forecaster, ...] = ()
    notebook: Notebook | None = None
    speech: Speech | None = None
    album: Album | None = None
    vision: Vision | None = None
    library: Library | None = None
    styles: Styles | None = None
    speaker: Speaker | None = None
    moderator: Moderator | None = None
    gate: Gate = field(default_factory=OpenGate)
    home: HomeSettings = field(default_factory=HomeSettings)


@dataclass(frozen=True, slots=True)
class Intent(Generic[S]):
    """One thing 小爱 can do: its name, what it needs to know, and how it answers."""

    name: str
    slots: type[S]
    answer: Callable[[Dialogue, S, Tools], Awaitable[Reply]]


AnyIntent = Intent[Any]
