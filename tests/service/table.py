"""A job table for tests, with a clock that only they turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from video_service.engines.base import Shot
from video_service.engines.specs import Lane
from video_service.job_table import Job, JobTable
from video_service.jobs import JobStore, Order
from video_service.leases import Leases
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings

SHOT = Shot("draft", "a panda", 720, 480, 81, 16, 0, 0.0, 7)


class Clock:
    """Wall seconds, and steady ones, which a `jump` leaves alone."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self._jumped = 0.0

    def __call__(self) -> float:
        return self.now

    def steady(self) -> float:
        return self.now - self._jumped

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.now += seconds
        self._jumped += seconds


@dataclass(frozen=True, slots=True)
class Table:
    store: JobStore
    clock: Clock

    @property
    def leases(self) -> Leases:
        return self.store.leases

    def order(
        self,
        name: str,
        owner: str | None = None,
        key: str | None = None,
        fingerprint: str = "same",
        lane: Lane = "card",
        **shot: Any,
    ) -> Job:
        request = VideoRequest(prompt=name, user=owner)
        looks = replace(SHOT, prompt=name, **shot)
        return self.store.submit(
            Order(f"video_{name}", request, looks, False, fingerprint, key, lane=lane)
        )

    def claim(self, worker: str = "local/0", lane: Lane = "card") -> Job:
        job = self.leases.claim(worker, lane)
        assert job is not None
        return job

    def get(self, job: Job) -> Job:
        found = self.store.get(job.id)
        assert found is not None
        return found

    def film(self, seconds: float = 10) -> Job:
        """Play a worker once."""
        job = self.claim()
        self.clock.now += seconds
        return self.leases.complete(job.id, job.lease_token)


@contextmanager
def open_table(path: Path, clock: Clock, **rules: Any) -> Iterator[Table]:
    settings = ServiceSettings(**{"lease_s": 30, "attempts": 3, **rules})
    store = JobStore(JobTable(path), settings, clock, clock.steady)
    try:
        yield Table(store, clock)
    finally:
        store.close()
