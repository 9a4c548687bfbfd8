"""What `benchmarks.load` counts: who was answered when, what is missing, what came twice, memory.

The notes are numbers in arrays, so that a soak weighs the bot and not its examiner.
"""

import sqlite3
import statistics
import time
from array import array
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

MIB = 2**20
TICKETS = """
    SELECT turns.id FROM outbox JOIN turns ON turns.n = outbox.turn
    WHERE outbox.kind = 'ticket'
"""


class Notes:
    """What was said and sent, by the number of the message, with waits in seconds."""

    def __init__(self) -> None:
        self._waiting: dict[int, float] = {}
        self.waits = array("d")
        self.keys = array("q")  # the hash of the key of each send
        self.words, self.films = array("q"), array("q")  # to which messages

    def said(self, n: int) -> None:
        self._waiting[n] = time.monotonic()

    def sent(self, key: str, to: int, *, film: bool) -> None:
        """One thing under `key` reached the chat; the first one to a message ends its wait."""
        if said := self._waiting.pop(to, None):
            self.waits.append(time.monotonic() - said)
        self.keys.append(hash(key))
        (self.films if film else self.words).append(to)


@dataclass
class Load:
    """One run: what was said, what is lost or came twice, how long it took, what it weighed."""

    notes: Notes
    rooms: int
    said: int = 0
    wishes: int = 0
    films: int = 0  # films that arrived
    declined: int = 0  # wishes answered with words alone: the cap, or a day's limit
    unanswered: int = 0
    owed: int = 0  # films that were promised and did not come
    twice: int = 0
    spoken_s: float = 0
    began: float = field(default_factory=time.monotonic)
    memory: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    handles: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    status: list[float] = field(default_factory=list)  # seconds of each look at a job

    @property
    def lost(self) -> int:
        return self.unanswered + self.owed

    def count(self, db: Path) -> None:
        """Compare what was sent with what was said, and with the promises in `db`."""
        notes = self.notes
        self.twice = len(notes.keys) - len({*notes.keys})
        self.unanswered = self.said - len({*notes.words})
        filmed = {*notes.films}
        with closing(sqlite3.connect(db)) as file:
            promised = {int(turn) for (turn,) in file.execute(TICKETS)}
        self.films, self.declined = len(filmed), self.wishes - len(promised)
        self.owed = len(promised - filmed)

    def rows(self) -> list[tuple[str, object]]:
        weighed = [(name, it) for name, it in self.memory.items() if it]
        return [
            ("messages said", f"{self.said} in {self.spoken_s:.0f} s, {self.rooms} rooms"),
            ("wishes for a film, films that came, declined", _slash(self, "wishes films declined")),
            ("lost: messages unanswered, films promised", _slash(self, "unanswered owed")),
            ("sent twice", self.twice),
            ("message to first reply: p50, p99, longest ms", _spread(self.notes.waits)),
            (f"GET a job, {len(self.status)} times: p50, p99, longest ms", _spread(self.status)),
            *((f"memory of the {name}, MiB", f"{it[-1] / MIB:.0f}") for name, it in weighed),
            *((f"growth of the {name}", f"{growth(it):+.1%}") for name, it in weighed),
            *((f"open files of the {name}", _ends(it)) for name, it in self.handles.items()),
        ]


def growth(memory: list[int]) -> float:
    """By which share the last tenth lies above the second one; the first is a warming up."""
    tenth = max(1, len(memory) // 10)
    second = statistics.median(memory[tenth : 2 * tenth] or memory)
    return statistics.median(memory[-tenth:]) / second - 1


def _slash(load: Load, names: str) -> str:
    return " / ".join(str(getattr(load, name)) for name in names.split())


def _spread(seconds: Sequence[float]) -> str:
    waits = sorted(seconds) or [0.0]
    chosen = (statistics.median(waits), waits[int(len(waits) * 0.99)], waits[-1])
    return " / ".join(f"{1000 * it:.0f}" for it in chosen)


def _ends(counts: list[int]) -> str:
    """In the middle of the run, and at its end."""
    return f"{counts[len(counts) // 2]} / {counts[-1]}" if counts else "-"
