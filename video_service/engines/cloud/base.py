"""What a provider's file says of it: how to order, how to ask, how to stop.

Provider                     one model of one provider
├── ZhipuVideo, DashScopeVideo, SiliconFlowVideo      order a task and ask how it stands
└── ZhipuImage, SiliconFlowImage, OpenAIImages        the answer to the order is the picture
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

from video_service.engines.base import Shot
from video_service.engines.cloud.errors import Codes
from video_service.engines.cloud.line import Line
from video_service.engines.specs import Mode


@dataclass(frozen=True, slots=True)
class Task:
    """An order that is being made: its number at the provider's."""

    number: str

    @property
    def path(self) -> str:
        """The number as a part of an address: it came from outside."""
        return quote(self.number, safe="")


@dataclass(frozen=True, slots=True)
class Made:
    """An order that is done: a link to it, or the thing itself. `facts` go into the sidecar."""

    link: str = ""
    content: bytes = b""
    facts: Mapping[str, object] = field(default_factory=dict)


class Provider(Protocol):
    """`models`: what the provider calls its model, by mode. Everything may raise CloudError."""

    codes: ClassVar[Codes] = {}
    models: Mapping[Mode, str]

    def __init__(self, models: Mapping[Mode, str]) -> None:
        self.models = models

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Task | Made:
        """Order `shot`; this is what costs."""

    async def look(self, line: Line, task: Task) -> Made | None:
        """The result, or None while it is being made."""
        raise line.broken(f"it has no task {task.number}")

    async def cancel(self, line: Line, task: Task) -> None:
        """Stop it where that is offered and not too late."""

    def model(self, photo: bytes | None) -> str:
        """The model that films from this photo, or without one."""
        return self.models["text" if photo is None else "photo"]


def number_of(line: Line, told: Mapping[str, Any], name: str) -> Task:
    """The task that an answer to an order names."""
    if not (number := told.get(name)):
        raise line.broken("the order has no number")
    return Task(str(number))


def link_of(line: Line, results: object) -> str:
    """The `url` of the first of several results."""
    match results:
        case [{"url": str(url)}, *_] if url:
            return url
    raise line.broken("it is done, and there is no link to it")
