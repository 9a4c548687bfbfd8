"""How long what is owed is tried to be sent: after that it is given up, and the owner is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.records import Clip, Parcel
from intents.dialogue import Turn

KEEP = timedelta(days=7)


class GivenUp(Exception):
    """This part goes out no more. `aged`: nobody decided it, it only took too long.

    `film`: what was to be sent, where it is here already.
    """

    def __init__(self, why: str, *, aged: bool = True) -> None:
        super().__init__(why)
        self.aged = aged
        self.film: Clip | None = None

    @property
    def in_vain(self) -> str:
        """Why nobody was to be had; empty when somebody decided it."""
        return str(self) if self.aged else ""


def nobody(turn: Turn) -> None:  # where no terminal listens
    """The owner reads the log."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`tell` hears of every turn to which something was owed in vain."""

    keep: timedelta = KEEP
    tell: Callable[[Turn], None] = nobody

    def left(self, parcel: Parcel) -> float:
        """For how many seconds `parcel` may still be owed."""
        return (self.keep - (datetime.now(UTC) - parcel.since)).total_seconds()

    def check(self, parcel: Parcel) -> None:
        """GivenUp when `parcel`, which just failed to go out, has been owed too long."""
        if self.left(parcel) < 0:
            days = (datetime.now(UTC) - parcel.since).days
            raise GivenUp(f"{parcel.key}: owed for {days} days, no answer")
