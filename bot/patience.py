"""How long what is owed is tried to be sent: after that it is given up, and the owner is told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.records import Parcel
from intents.dialogue import Turn

KEEP = timedelta(days=7)
log = logging.getLogger(__name__)


class GivenUp(Exception):
    """This part goes out no more. `aged`: nobody decided it, it only took too long."""

    def __init__(self, why: str, *, aged: bool = True) -> None:
        super().__init__(why)
        self.aged = aged


def nobody(turn: Turn) -> None:  # where no terminal listens
    """The owner reads the log."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`tell` hears of every turn to which something was owed in vain."""

    keep: timedelta = KEEP
    tell: Callable[[Turn], None] = nobody

    def check(self, parcel: Parcel) -> None:
        """GivenUp when `parcel`, which just failed to go out, has been owed too long."""
        owed = datetime.now(UTC) - parcel.since
        if owed > self.keep:
            raise GivenUp(f"{parcel.key}: owed for {owed.days} days")

    def note(self, turn: Turn, end: GivenUp) -> None:
        log.warning("given up: %s", end)
        if end.aged:
            self.tell(turn)
