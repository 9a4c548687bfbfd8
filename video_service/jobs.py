"""What callers do with jobs: accept once, look, list, cancel, forget.

queued ──claim──▶ in_progress ──complete──▶ completed
  ▲                   │  └──fail, cancel──▶ failed          (cancelled = failed, code `cancelled`)
  └────lease lost─────┘                                     (too often: failed, code `worker_lost`)

JobRefused
├── KeyReused        this Idempotency-Key belongs to another request
├── QueueFull        the house is full
└── OwnerQueueFull   this owner has enough open jobs
"""

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from video_service.engines.base import Shot
from video_service.engines.specs import Lane, Makes
from video_service.estimate import Outlook, outlooks
from video_service.job_table import Ending, Event, Job, JobTable, shot_json
from video_service.leases import Leases
from video_service.schema import Status, VideoRequest
from video_service.schema.settings import ServiceSettings

OPEN = "status IN ('queued', 'in_progress')"
DAY_S = 86_400.0


class JobRefused(Exception):
    """This job is not taken."""


class KeyReused(JobRefused):
    """The key was used for another request: `job` is what that one became."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"this Idempotency-Key already made {job.id} out of another request")
        self.job = job


class QueueFull(JobRefused):
    """The house is full."""


class OwnerQueueFull(JobRefused):
    """This owner has enough open jobs."""


@dataclass(frozen=True, slots=True)
class Order:
    """What becomes a job. A repeated order with the same `key` finds the first one's job."""

    id: str
    request: VideoRequest
    shot: Shot
    photo: bool
    fingerprint: str
    key: str | None = None
    remixed_from: str | None = None
    lane: Lane = "card"
    clips: int = 0
    joined: tuple[str, ...] = ()
    music: bool = False
    voice: bool = False


class Call(NamedTuple):
    """A job for which a worker is called; after every start that went wrong, anew."""

    id: str
    lane: Lane
    attempt: int


class JobStore:
    """Verbs over the table; one thread calls them. `clock` gives wall seconds."""

    def __init__(
        self,
        table: JobTable,
        rules: ServiceSettings,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table, self._rules, self._now, self._steady = table, rules, clock, steady
        self.leases = Leases(table, rules, clock, steady)

    def close(self) -> None:
        self._table.close()

    def submit(self, order: Order) -> Job:
        """The job of this order: a new one, or the one its key already made."""
        return self.submit_all([order])[0]

    def submit_all(self, orders: Sequence[Order]) -> list[Job]:
        """The jobs of these orders, or none of them: half a house full takes no half order."""
        with self._table.transaction():
            return [self._submit(order) for order in orders]

    def _submit(self, order: Order) -> Job:
        if order.key and (known := self.by_key(order.key, order.fingerprint)):
            return known
        owner, now = order.request.user or "", self._now()
        self._check_room(owner)
        (job,) = self._table.change(
            "queued", now,
            "INSERT INTO jobs(id, owner, request_key, fingerprint, request, shot, photo,"
            " remixed_from, makes, lane, clips, joined, music, voice, status, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)",
            order.id, owner, order.key, order.fingerprint,
            order.request.model_dump_json(exclude_none=True), shot_json(order.shot),
            int(order.photo), order.remixed_from, order.shot.makes, order.lane, order.clips,
            json.dumps(order.joined), int(order.music), int(order.voice), now,
        )  # fmt: skip
        return job

    def _check_room(self, owner: str) -> None:
        queued, running = self.counts()
        if queued + running >= self._rules.max_open:
            raise QueueFull(f"{queued + running} jobs are open")
        # nobody in particular has no share of his own: only the house's limit holds for him
        sql = f"SELECT count(*) FROM jobs WHERE owner=? AND {OPEN}"
        mine = self._table.rows(sql, owner)[0][0] if owner else 0
        if mine >= self._rules.max_open_per_owner:
            raise OwnerQueueFull(f"{mine} jobs of this user are open")

    def by_key(self, key: str, fingerprint: str | None = None) -> Job | None:
        """The job that `key` made; KeyReused when it was made from another request."""
        found = self._table.jobs("SELECT * FROM jobs WHERE request_key=?", key)
        if found and fingerprint and found[0].fingerprint != fingerprint:
            raise KeyReused(found[0])
        return found[0] if found else None

    def get(self, job_id: str) -> Job | None:
        found = self._table.jobs("SELECT * FROM jobs WHERE id=?", job_id)
        return found[0] if found else None

    def page(
        self,
        after: Job | None,
        limit: int,
        order: Literal["asc", "desc"],
        makes: Makes = "video",
    ) -> list[Job]:
        """At most `limit` films (or pictures) beyond `after`, by arrival, without hidden ones."""
        sign, edge = (">", 0) if order == "asc" else ("<", 2**62)
        there = f"NOT hidden AND makes=? AND seq {sign} ?"
        sql = f"SELECT * FROM jobs WHERE {there} ORDER BY seq {order} LIMIT ?"
        return self._table.jobs(sql, makes, after.seq if after else edge, limit)

    def events(self, job_id: str, after: int) -> list[Event]:
        """What happened to the job after event number `after`."""
        return self._table.events(job_id, after)

    def cancel(self, job_id: str) -> Job | None:
        """End an open job now; None when it is already over.

        The worker that still films it has an old lease from here on: its next beat is told to stop.
        """
        now = self._now()
        cancelled = Ending(
            Status.failed, now, now + self._rules.keep_days * DAY_S,
            "cancelled", "the job was deleted before it was done", hidden=True,
        )  # fmt: skip
        with self._table.transaction():
            ended = self._table.end(cancelled, f"id=? AND {OPEN}", job_id)
            return ended[0] if ended else None

    def remove(self, job_id: str) -> None:
        """Forget a job that is over."""
        with self._table.transaction():
            self._table.rows(f"DELETE FROM jobs WHERE id=? AND NOT {OPEN}", job_id)

    def wipe(self) -> None:
        """Leave no byte of what was forgotten."""
        self._table.empty_log()

    def counts(self) -> tuple[int, int]:
        """How many are queued, and how many are being filmed."""
        sql = f"SELECT status, count(*) FROM jobs WHERE {OPEN} GROUP BY status"
        found = {row[0]: int(row[1]) for row in self._table.rows(sql)}
        return found.get("queued", 0), found.get("in_progress", 0)

    def open_jobs(self) -> dict[tuple[Lane, Status], int]:
        """How many are open, by what they wait for and how far they are."""
        sql = f"SELECT lane, status, count(*) FROM jobs WHERE {OPEN} GROUP BY lane, status"
        return {(row[0], Status(row[1])): int(row[2]) for row in self._table.rows(sql)}

    def waits(self, lane: Lane) -> bool:
        """Whether anything is queued in this lane."""
        sql = "SELECT 1 FROM jobs WHERE status='queued' AND lane=? LIMIT 1"
        return bool(self._table.rows(sql, lane))

    def due(self, lanes: Collection[Lane]) -> list[Call]:
        """The queued jobs of these lanes that a worker may start now, by arrival."""
        may_start = "status='queued' AND not_before<=?"
        sql = f"SELECT id, lane, attempt FROM jobs WHERE {may_start} ORDER BY seq"
        found = self._table.rows(sql, self._steady())
        return [
            Call(row["id"], row["lane"], row["attempt"]) for row in found if row["lane"] in lanes
        ]

    def ids(self) -> set[str]:
        return {row["id"] for row in self._table.rows("SELECT id FROM jobs")}

    def expired(self) -> list[str]:
        """Jobs that are over and were kept long enough."""
        found = self._table.rows("SELECT id FROM jobs WHERE expires_at<=?", self._now())
        return [row["id"] for row in found]

    def photos_over_since(self, seconds: float) -> list[str]:
        """Jobs with a photo that have been over for `seconds`, or since when no clock can know."""
        sql = "SELECT id FROM jobs WHERE photo AND NOT finished_at BETWEEN ? AND ?"
        now = self._now()
        return [row["id"] for row in self._table.rows(sql, now - seconds, now + DAY_S)]

    def outlooks(self) -> dict[str, Outlook]:
        """Place and waiting time of every open job."""
        return outlooks(self._table, self._now(), self._rules.cloud_parallel)
