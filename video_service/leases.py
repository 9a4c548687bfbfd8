"""What workers do with jobs: claim one, keep it by beating, end it.

A claim hands out a lease and a fencing token. Whoever comes with an older token is a zombie: his
beats are answered with "stop", his results are refused. Execution is at least once; the outcome
is recorded exactly once.

What decides over a job (a lease, the pause before a retry) is measured by the steady clock: the
wall clock jumps when a laptop wakes or learns the time. Steady moments mean nothing after a
restart, so `take_over` comes first.

LeaseLost            somebody else has the job, or it is over
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from video_service.engines.specs import Lane
from video_service.estimate import fair_order, recent_starts, remember_time, waiting
from video_service.job_table import Ending, Job, JobTable
from video_service.schema import Status
from video_service.schema.settings import ServiceSettings

DAY_S = 86_400.0
RETRY_S = 1.0  # an engine that fell over gets a moment
MINE = "id=? AND lease_token=? AND status='in_progress'"


class LeaseLost(Exception):
    """The job is no longer the caller's."""


class Leases:
    """Verbs over the table; one thread calls them. `clock` gives wall seconds, `steady` others."""

    def __init__(
        self,
        table: JobTable,
        rules: ServiceSettings,
        clock: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self._table, self._rules, self._now, self._steady = table, rules, clock, steady

    def take_over(self) -> list[Job]:
        """At start: our own workers died with the service before us, others get a fresh lease."""
        with self._table.transaction():
            self._table.rows("UPDATE jobs SET not_before=0 WHERE status='queued'")
            self._renew()
            return self._take_back("lease_owner LIKE 'local/%'")

    def renew(self) -> None:
        """A fresh lease for everybody: no beat could be heard or written down."""
        with self._table.transaction():
            self._renew()

    def claim(self, worker: str, lane: Lane = "card") -> Job | None:
        """The next job of this `lane`. A worker does one at a time: what it still held, it lost."""
        now = self._now()
        with self._table.transaction():
            self._take_back("lease_owner=?", worker)
            ready = [job for job in waiting(self._table, lane) if job.not_before <= self._steady()]
            chosen = next(fair_order(ready, recent_starts(self._table, now, lane)), None)
            if chosen is None:
                return None
            (job,) = self._table.change(
                "started", now,
                "UPDATE jobs SET status='in_progress', stage='starting', progress=0,"
                " attempt=attempt+1, lease_owner=?, lease_token=lease_token+1, lease_until=?,"
                " started_at=? WHERE seq=?",
                worker, self._steady() + self._rules.lease_s, now, chosen.seq,
            )  # fmt: skip
            return job

    def heartbeat(
        self, job_id: str, token: int, stage: str | None = None, progress: int = 0
    ) -> bool:
        """Extend the lease and note how far the job is; False = stop, it is not yours any more."""
        with self._table.transaction():
            held = self._table.rows(
                f"UPDATE jobs SET lease_until=? WHERE {MINE} RETURNING seq",
                self._steady() + self._rules.lease_s, job_id, token,
            )  # fmt: skip
            if held and stage is not None:
                self._table.change(
                    "progress", self._now(),
                    "UPDATE jobs SET stage=?, progress=max(progress, ?)"
                    f" WHERE {MINE} AND (stage IS NOT ? OR progress<?)",
                    stage, progress, job_id, token, stage, progress,
                )  # fmt: skip
        return bool(held)

    def holds(self, job_id: str, token: int) -> bool:
        """Whether this token still has the job."""
        return bool(self._table.rows(f"SELECT seq FROM jobs WHERE {MINE}", job_id, token))

    def complete(self, job_id: str, token: int, step_downs: Sequence[str] = ()) -> Job:
        """The film is there: done. LeaseLost when it is not the caller's to say."""
        with self._table.transaction():
            told = json.dumps(list(step_downs))
            self._table.rows(f"UPDATE jobs SET step_downs=? WHERE {MINE}", told, job_id, token)
            ended = self._end(Status.completed, MINE, job_id, token)
            if not ended:
                raise LeaseLost(job_id)
            remember_time(self._table, ended[0])
        return ended[0]

    def fail(self, job_id: str, token: int, code: str, message: str, *, retry: bool) -> Job:
        """It did not work; with `retry` it is tried again while it has attempts left."""
        values = job_id, token
        with self._table.transaction():
            changed: list[Job] = []
            if retry:
                few = f"{MINE} AND attempt<{self._rules.attempts}"
                changed = self._requeue(few, *values, wait_s=RETRY_S)
            changed = changed or self._end(Status.failed, MINE, *values, code=code, message=message)
        if not changed:
            raise LeaseLost(job_id)
        return changed[0]

    def release(self, worker: str) -> list[Job]:
        """Take back what `worker` holds: it died."""
        with self._table.transaction():
            return self._take_back("lease_owner=?", worker)

    def give_back(self, worker: str) -> list[Job]:
        """`worker` ends because it was told to: what it holds goes back, nobody is to blame."""
        with self._table.transaction():
            held = "status='in_progress' AND lease_owner=?"
            return self._requeue(held, worker, blame=False)

    def hand_back(self) -> list[Job]:
        """The house is closing: its own workers' jobs go back, and nobody is to blame."""
        with self._table.transaction():
            return self._requeue("status='in_progress' AND lease_owner LIKE 'local/%'", blame=False)

    def reap(self) -> list[Job]:
        """Take back the jobs whose worker was silent for a lease."""
        with self._table.transaction():
            return self._take_back("lease_until<=?", self._steady())

    def _renew(self) -> None:
        self._table.rows(
            "UPDATE jobs SET lease_until=? WHERE status='in_progress'",
            self._steady() + self._rules.lease_s,
        )

    def _take_back(self, where: str, *values: Any) -> list[Job]:
        """Back into the queue, but a job that keeps killing its workers is failed."""
        held = f"status='in_progress' AND {where}"
        lost = self._end(
            Status.failed, f"{held} AND attempt>={self._rules.attempts}", *values,
            code="worker_lost", message="the filming process died again and again",
        )  # fmt: skip
        return lost + self._requeue(held, *values)

    def _requeue(
        self, where: str, *values: Any, wait_s: float = 0, blame: bool = True
    ) -> list[Job]:
        return self._table.change(
            "requeued", self._now(),
            "UPDATE jobs SET status='queued', stage=NULL, progress=0, lease_owner=NULL,"
            " lease_until=NULL, started_at=NULL, not_before=?, attempt=attempt-?"
            f" WHERE {where}",
            self._steady() + wait_s, int(not blame), *values,
        )  # fmt: skip

    def _end(
        self, status: Status, where: str, *values: Any, code: str | None = None,
        message: str | None = None,
    ) -> list[Job]:  # fmt: skip
        now = self._now()
        kept = now + self._rules.keep_days * DAY_S
        return self._table.end(Ending(status, now, kept, code, message), where, *values)
