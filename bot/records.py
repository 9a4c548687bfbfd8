"""What memory keeps, as the rest of the bot sees it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from intents.dialogue import Choice, Part, Question, Turn

Outcome = Literal["ok", "declined", "broken"]
End = Literal[Outcome, "forgotten"]  # the last: of a turn of which nothing is left
Makes = Literal["video", "image"]


@dataclass(frozen=True, slots=True)
class Room:
    """One chat of one channel; rooms know nothing of each other."""

    channel: str
    id: str

    @classmethod
    def of(cls, turn: Turn) -> "Room":
        return cls(turn.channel, turn.room)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one turn, before a word of it is sent."""

    parts: tuple[Part, ...]
    intent: str = ""
    slots: str = "{}"  # JSON of the intent's slots
    outcome: Outcome = "ok"


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished film or picture in the media folder; `draft` when it is marked 草稿.

    `note`: what is said beside it.
    """

    file: Path
    poster: Path | None = None
    sidecar: Path | None = None
    draft: bool = False
    makes: Makes = "video"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One part of one answer on its way out. `key` names the delivery for ever."""

    id: int
    key: str
    kind: Literal["text", "ticket", "question", "clip"]
    text: str
    job_id: str | None
    since: datetime
    attempts: int
    promised_s: float | None  # the wait as it looked when it was first known
    told_late: bool
    makes: Makes = "video"
    sent_pieces: int = 0  # of a text too long for one message


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for `sender`; `turn` is the one that made 小爱 ask."""

    id: int
    turn: Turn
    intent: str
    slots: str
    question: Question
    due: datetime | None  # None until the question is out


@dataclass(frozen=True, slots=True)
class Chosen:
    """The question a turn answers, and the value that goes into its slot."""

    asked: Asked
    choice: Choice


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a room as the page shows it. `n` orders the lines and pages through them."""

    n: int
    id: str
    at: datetime
    sender: str
    name: str
    mine: bool
    kind: Literal["text", "photo", "video"]
    text: str = ""
    media: Path | None = None
    poster: Path | None = None
    draft: bool = False
    quote: str = ""  # the words this line answers to


@dataclass(frozen=True, slots=True)
class Waiting:
    """A clip or a picture that is promised and not there yet, made as job `job_id`."""

    job_id: str
    asked_by: str
    since: datetime
    text: str  # what was asked for
    makes: Makes = "video"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one part of an answer ended, or that it has not."""

    kind: Literal["text", "ticket", "question", "clip"]
    state: Literal["pending", "sent", "failed", "dropped"]
    job_id: str | None
