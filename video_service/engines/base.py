"""What an engine is: synchronous, one shot at a time, in its own process.

EngineError          it failed for a reason with a name (`code`), told to the log in English
└── CardLost         the card answers this process no more: only a new process can film
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from numpy import uint8
from numpy.typing import NDArray

from video_service.engines.specs import Makes, Tier

Frames = NDArray[uint8]  # [frames, height, width, 3], RGB
Code = Literal[  # the chat has words for each: a new one needs some, too
    "out_of_memory", "card_failed", "not_finite", "wrong_shape", "flat_video", "flat_image",
    "model_load_failed", "film_failed", "encode_failed", "finish_failed", "disk_full",
    "cloud_auth", "cloud_arrears", "cloud_rate_limited", "cloud_bad_request", "cloud_unavailable",
    "cloud_expired", "cloud_timeout", "moderated",
]  # fmt: skip


class Report(Protocol):
    """Told after every step; raises `Cancelled` when the job is to stop."""

    def __call__(self, stage: str, fraction: float) -> None:
        """`fraction` runs from 0 to 1 within the stage."""


class Cancelled(BaseException):
    """Raised out of `Report` to stop filming. Not an Exception, so no handler swallows it."""


class EngineError(Exception):
    """Failed for a reason we can name: `code` is stable and goes into the job."""

    def __init__(self, code: Code, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.code, self.retry = code, retry


class CardLost(EngineError):
    """A CUDA error stays: whatever this process asks of the card from here on fails as well."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One order, resolved against its engine's rules: sizes in pixels, seed fixed."""

    model: str
    prompt: str
    width: int
    height: int
    frames: int
    fps: int
    steps: int
    guidance: float
    seed: int
    negative_prompt: str = ""
    makes: Makes = "video"
    tier: Tier = "standard"


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip or picture that came finished from somebody else's machines, in their format."""

    content: bytes


class Engine(Protocol):
    """Loads once, films many; closes before another engine takes the card."""

    name: str

    def load(self) -> None: ...

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames | Footage:
        """What `shot` became (a picture: one frame); EngineError, or Cancelled out of `report`."""

    def facts(self) -> dict[str, Any]:
        """What the sidecar tells of the last shot: weights, profile, versions, `step_downs`."""

    def close(self) -> None: ...
