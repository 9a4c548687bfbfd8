"""How long is waited between two tries of what has to come about."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between tries, first and longest; until a closed door is tried again; per look;
    until what nobody follows any more is looked for, first and longest."""

    first: float = 1
    longest: float = 300
    closed_door: float = 600
    look: float = 25
    again: float = 3600
    rarest: float = 86400

    def pauses(self) -> Iterator[float]:
        return doubling(self.first, self.longest)

    def looks(self) -> Iterator[float]:
        return doubling(self.again, self.rarest)


def doubling(pause: float, longest: float) -> Iterator[float]:
    """`pause`, and twice as much each time, `longest` at most."""
    while True:
        yield pause
        pause = min(pause * 2, longest)
