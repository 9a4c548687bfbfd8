"""What an intent is, and the tools it may use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from intents.dialogue import Dialogue, Reply
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


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything a handler may touch. `llm` is None while no language model is configured.

    `committing` is called before an order that somebody will carry out: from there on its answer
    is waited for, so that nothing is made which nobody is told of.
    """

    name: str
    llm: Llm | None
    video: VideoClient
    committing: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Intent(Generic[S]):
    """One thing 小爱 can do: its name, what it needs to know, and how it answers."""

    name: str
    slots: type[S]
    answer: Callable[[Dialogue, S, Tools], Awaitable[Reply]]


AnyIntent = Intent[Any]
