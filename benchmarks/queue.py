"""How soon is a job begun, and how soon again after its worker was killed? Four queues, one Redis.

    python -m benchmarks.queue [--patience 90]

Needs redis-server and the extras bench and cluster. Every queue gets one worker and short jobs,
one after the other; then a long one, in the middle of which the worker and all its children are
killed (-9) and started anew a second later. Ours also with another worker in place of the dead.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import queue_systems as systems
from benchmarks.queue_systems import System, kill, running
from benchmarks.table import table

SHORT_JOBS = 20
WARM_UP_S, LONG_S, AWAY_S = 60.0, 4.0, 1.0
HEAD = ("queue", "start p50 ms", "start max ms", "after kill -9, s", "starts")


@dataclass(frozen=True, slots=True)
class Diary:
    """What the jobs of one queue wrote."""

    file: Path

    def starts(self, name: str) -> list[float]:
        """When this job began, each time."""
        if not self.file.exists():
            return []
        lines = [line.split() for line in self.file.read_text().splitlines()]
        return [float(at) for what, job, at in lines if (what, job) == ("start", name)]

    def started(self, name: str, times: int, seconds: float) -> float | None:
        """When it began for the `times`-th time; None when it does not in so many seconds."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if len(seen := self.starts(name)) >= times:
                return seen[times - 1]
            time.sleep(0.005)
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patience", type=float, default=90, help="seconds for a killed job")
    patience = parser.parse_args().patience
    with systems.redis() as redis, tempfile.TemporaryDirectory() as name:
        rows = list(_rows(redis, Path(name), patience))
    for line in table(HEAD, rows):
        sys.stdout.write(f"{line}\n")


def _rows(redis: str, folder: Path, patience: float) -> Iterator[tuple[str, ...]]:
    log = folder / "ours.log"
    with systems.ours(f"{redis}/0", folder / "data", log) as system:
        yield _row(system, Diary(log), patience)
        again, starts = _killed(system, Diary(log), patience, "heir", heir=1)
        yield f"{system.name}, another worker", "", "", again, starts
    rivals = (systems.plain_celery, systems.rq, systems.dramatiq)
    for number, rival in enumerate(rivals, 1):
        log = folder / f"{number}.log"
        yield _row(rival(f"{redis}/{number}", log), Diary(log), patience)


def _row(system: System, diary: Diary, patience: float) -> tuple[str, ...]:
    with running(system.worker(0), system.environment):
        waits = list(_waits(system, diary))
    again, starts = _killed(system, diary, patience, "killed", heir=0)
    p50, most = statistics.median(waits) * 1000, max(waits) * 1000
    return system.name, f"{p50:.1f}", f"{most:.1f}", again, starts


def _waits(system: System, diary: Diary) -> Iterator[float]:
    """Seconds from asking to beginning, with nothing else to do; the first job only warms up."""
    for number in range(-1, SHORT_JOBS):
        asked = time.time()
        system.enqueue(f"short{number}", 0)
        began = diary.started(f"short{number}", 1, WARM_UP_S)
        if began is None:
            raise SystemExit(f"{system.name}: no worker came")
        if number >= 0:
            yield began - asked
        time.sleep(0.3)  # idle again


def _killed(system: System, diary: Diary, patience: float, name: str, heir: int) -> tuple[str, str]:
    """Seconds from the kill to the next start, and how often the job began in all."""
    with ExitStack() as stack:
        victim = stack.enter_context(running(system.worker(0), system.environment))
        system.enqueue(name, LONG_S)
        if diary.started(name, 1, WARM_UP_S) is None:
            raise SystemExit(f"{system.name}: no worker came")
        time.sleep(LONG_S / 2)
        kill(victim)
        killed = time.time()
        time.sleep(AWAY_S)
        stack.enter_context(running(system.worker(heir), system.environment))
        again = diary.started(name, 2, patience)
        if again is None:
            return f"not in {patience:.0f}", str(len(diary.starts(name)))
        time.sleep(LONG_S + 1)  # time to begin it once too often
        return f"{again - killed:.1f}", str(len(diary.starts(name)))


if __name__ == "__main__":
    main()
