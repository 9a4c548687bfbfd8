"""Twenty jobs while everything is killed at random: what must hold, and what happened.

`python -m tests.cluster.chaos SEED …` runs it by hand and prints a line a seed.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from tests.cluster.cell import Cell, Part, open_cell

JOBS, KILLS = 20, 14
PARTS: tuple[Part, ...] = ("service", "w0", "w1", "w0", "w1", "redis")
STUCK_S = 4.0  # with Redis down and both workers idle nothing moves: the next kill comes anyway


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was left; the first five have only one right answer each."""

    completed: int
    completed_twice: int
    acknowledged_lost: int
    partial_files: int
    integrity: str
    films: int
    starts: int
    kills: dict[str, int]
    seconds: float

    @property
    def right(self) -> bool:
        held = (self.completed, self.completed_twice, self.acknowledged_lost, self.partial_files)
        return held == (JOBS, 0, 0, 0) and (self.integrity, self.films) == ("ok", JOBS)


def chaos(folder: Path, seed: int) -> Outcome:
    """Kill by the dice of `seed` while twenty jobs are ordered and filmed."""
    dice, kills, began = Random(seed), Counter[str](), time.monotonic()
    with open_cell(folder, "redis", "service", "w0", "w1", rules={"lease_s": "3"}) as cell:
        orders = iter(range(JOBS))
        accepted = [cell.order(f"clip{next(orders)}") for _ in range(4)]
        for _ in range(KILLS):
            _let_work(cell, dice.randint(1, 6))
            part = dice.choice(PARTS)
            cell.kill(part)
            kills[part] += 1
            if part != "service":  # ordering goes on while anything else is away
                accepted += [cell.order(f"clip{n}") for _, n in zip("xx", orders, strict=False)]
            time.sleep(dice.uniform(0, 0.5))  # how long it stays away
            cell.start(part)
        accepted += [cell.order(f"clip{n}") for n in orders]
        for job in accepted:
            cell.over(job)
        cell.kill("service")
        return _look(cell, set(accepted), dict(kills), time.monotonic() - began)


def _let_work(cell: Cell, steps: int) -> None:
    enough = len(cell.steps_of()) + steps
    with suppress(AssertionError):
        cell.until(lambda: len(cell.steps_of()) >= enough or None, STUCK_S)


def _look(cell: Cell, accepted: set[str], kills: dict[str, int], seconds: float) -> Outcome:
    media = cell.folder / "house" / "service" / "media"
    with closing(cell.table()) as table:
        rows = dict(table.execute("SELECT id, status FROM jobs").fetchall())
        events = table.execute("SELECT job_id, type FROM job_events").fetchall()
        (integrity,) = table.execute("PRAGMA integrity_check").fetchone()
    done = Counter(job for job, kind in events if kind == "completed")
    return Outcome(
        completed=sum(status == "completed" for status in rows.values()),
        completed_twice=sum(times > 1 for times in done.values()),
        acknowledged_lost=len(accepted - set(rows)),
        partial_files=len(list(media.glob("*.part"))),
        integrity=integrity,
        films=sum((media / f"{job}.mp4").is_file() for job in accepted),
        starts=sum(kind == "started" for _, kind in events),
        kills=kills,
        seconds=round(seconds, 1),
    )


if __name__ == "__main__":
    for number in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as name:
            outcome = chaos(Path(name), number)
        sys.stdout.write(json.dumps({"seed": number, "right": outcome.right, **asdict(outcome)}))
        sys.stdout.write("\n")
        sys.stdout.flush()
