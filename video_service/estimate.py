"""Who is next, and how long it takes: learnt from the films this machine has finished."""

import math
import statistics
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

from video_service.engines.base import Shot
from video_service.engines.specs import Lane
from video_service.job_table import Job, JobTable

FAIR_WINDOW_S = 3600.0  # an owner's turns of the last hour count against him
LEARN_FROM = 20  # the newest films of the same look
KEEP = 500
FINISH_S = 8.0
OWN_PACE = 10  # per cent filmed: from here on a running job's own pace is worth something
BEFORE = "('starting', 'load', 'embed')"  # a first load takes minutes and says nothing of the film


@dataclass(frozen=True, slots=True)
class Outlook:
    """`position`: jobs that come before. `eta_s`: seconds until done; None = nobody knows yet."""

    position: int
    eta_s: int | None


def waiting(table: JobTable, lane: Lane) -> list[Job]:
    """The queue of one lane by arrival."""
    return table.jobs("SELECT * FROM jobs WHERE status='queued' AND lane=? ORDER BY seq", lane)


def recent_starts(table: JobTable, now: float, lane: Lane = "card") -> Counter[str]:
    """How often each owner had the card (or a cloud) within the last hour."""
    sql = "SELECT owner, count(*) AS starts FROM jobs WHERE started_at>? AND lane=? GROUP BY owner"
    found = table.rows(sql, now - FAIR_WINDOW_S, lane)
    return Counter({row["owner"]: row["starts"] for row in found})


def fair_order(queue: list[Job], starts: Counter[str]) -> Iterator[Job]:
    """Who had the card least goes first, then who came first: one eager person blocks nobody."""
    mine: defaultdict[str, deque[Job]] = defaultdict(deque)
    for job in queue:
        mine[job.owner].append(job)
    turns = [(starts[owner], jobs[0].seq, owner) for owner, jobs in mine.items()]
    heapify(turns)
    while turns:
        had, _, owner = heappop(turns)
        yield mine[owner].popleft()
        if mine[owner]:
            heappush(turns, (had + 1, mine[owner][0].seq, owner))


def remember_time(table: JobTable, job: Job) -> None:
    """A finished film teaches how long its kind takes; deleting the film does not unteach it."""
    seconds = (job.finished_at or 0) - (job.started_at or 0)
    if seconds <= 0:  # the clock was set back in between
        return
    table.rows(
        "INSERT INTO timings(model, look, work, seconds) VALUES (?, ?, ?, ?)",
        job.kind, look(job.shot), work(job.shot), seconds,
    )  # fmt: skip
    table.rows("DELETE FROM timings WHERE seq<=(SELECT max(seq) FROM timings)-?", KEEP)


def look(shot: Shot) -> str:
    """What must be equal for two films to take equally long on one engine."""
    return f"{shot.width}x{shot.height} {shot.frames}f {shot.steps}s"


def work(shot: Shot) -> float:
    """What the time of a film grows with: pixels x frames x steps."""
    return float(shot.width * shot.height * shot.frames * max(shot.steps, 1))


def learnt_seconds(table: JobTable, job: Job) -> float | None:
    """Median seconds of the newest films that look the same, else scaled by work, else None.

    Nobody waits long for a finish: the first one's time is guessed.
    """
    shot = job.shot
    newest = "SELECT seconds, work FROM timings WHERE model=? {} ORDER BY seq DESC LIMIT ?"
    same = table.rows(newest.format("AND look=?"), job.kind, look(shot), LEARN_FROM)
    if same:
        return statistics.median(float(row["seconds"]) for row in same)
    alike = table.rows(newest.format(""), job.kind, LEARN_FROM)
    if alike:
        pace = statistics.median(float(row["seconds"] / row["work"]) for row in alike)
        return pace * work(shot)
    return FINISH_S if job.clips else None


def outlooks(table: JobTable, now: float, clouds: int = 1) -> dict[str, Outlook]:
    """Place and waiting time of every open job; `clouds`: how many wait for clouds at a time."""
    workers: dict[Lane, int] = {"card": 1, "cloud": clouds, "finish": 1}
    return {k: v for lane, n in workers.items() for k, v in _outlooks(table, now, lane, n).items()}


def _outlooks(table: JobTable, now: float, lane: Lane, workers: int) -> dict[str, Outlook]:
    """Those of one lane: whichever worker is free first takes the next job."""
    held = "SELECT * FROM jobs WHERE status='in_progress' AND lane=? ORDER BY started_at"
    running = table.jobs(held, lane)
    line = fair_order(waiting(table, lane), recent_starts(table, now, lane))
    found: dict[str, Outlook] = {}
    workers = max(workers, len(running))  # so many there are at least: some work from elsewhere
    free = [0.0] * workers  # when each will be
    for job in running:
        left = _known(_left(table, job, now))
        found[job.id] = Outlook(0, _whole(left))
        heapreplace(free, free[0] + left)
    for before, job in enumerate(line, len(running)):
        done = free[0] + _known(learnt_seconds(table, job))
        found[job.id] = Outlook(max(before - workers + 1, 0), _whole(done))
        heapreplace(free, done)
    return found


def _left(table: JobTable, job: Job, now: float) -> float | None:
    """Seconds until a running job is done; a first of its kind goes by its own pace."""
    learnt = learnt_seconds(table, job)
    if job.lane == "cloud":  # its progress is a guess, made from the time itself
        return None if learnt is None else max(learnt - now + (job.started_at or now), 0.0)
    if learnt is not None:
        return learnt * (1 - job.progress / 100)
    for filming in table.rows(
        "SELECT at, json_extract(job, '$.progress') AS done FROM job_events WHERE job_id=?"
        f" AND at>=? AND json_extract(job, '$.stage') NOT IN {BEFORE} ORDER BY seq LIMIT 1",
        job.id, job.started_at,
    ):  # fmt: skip
        if (filmed := job.progress - filming["done"]) >= OWN_PACE:
            return max(now - float(filming["at"]), 0.0) / float(filmed) * (100 - job.progress)
    return None


def _known(seconds: float | None) -> float:
    return math.inf if seconds is None else seconds


def _whole(seconds: float) -> int | None:
    return None if math.isinf(seconds) else max(1, round(seconds))
