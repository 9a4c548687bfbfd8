"""What the service and its workers say to each other (/internal/jobs/…)."""

from importlib.metadata import version
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from video_service.engines.base import Shot
from video_service.engines.specs import Lane
from video_service.schema import Finish

MOST_CLIPS = 10
VERSION: Final = version("qunying")
Slot = Annotated[str, Field(pattern=r"^[\w.-]{1,64}/\d{1,3}$")]
Token = Annotated[int, Field(ge=0, lt=2**63)]  # SQLite's integers end there


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Leave(Said):
    """A worker ends."""

    worker: Slot


class Claim(Said):
    """A worker is free and waits, `wait_s` seconds at most. Its name is its slot."""

    worker: Slot
    lane: Lane = "card"
    wait_s: float = Field(20, ge=0, le=30)
    version: str = Field(VERSION, max_length=40, description="the service's own, or it gets no job")


class Errand(Said):
    """A job handed to a worker. `token` proves in all that follows that it is still his."""

    id: str
    token: Token
    attempt: int
    shot: Shot
    photo: bool
    finish: Finish = Field(Finish(mark=False), description="what is done to it afterwards")
    music: bool = False
    voice: bool = False
    clips: int = Field(0, ge=0, le=MOST_CLIPS, description="made of so many clips, not filmed")
    joined: list[str] = []
    lease_s: float
    beat_s: float


class Offer(Said):
    """The answer to a claim; None: nothing to do, claim again."""

    errand: Errand | None


class Beat(Said):
    token: Token
    stage: str | None = Field(None, max_length=40)
    progress: int = Field(0, ge=0, le=100)


class Pulse(Said):
    """The answer to a beat; `go_on` False: stop, the job is not yours any more."""

    go_on: bool


class Done(Said):
    token: Token
    step_downs: list[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]] = Field([], max_length=20)


class Failure(Said):
    token: Token
    code: str = Field(pattern=r"^[a-z0-9_]{1,64}$")
    message: str = Field(max_length=2000)
    retry: bool = False
