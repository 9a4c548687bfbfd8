"""Whatever happens in whatever order, a job has one holder, one outcome, and is never lost."""

from contextlib import ExitStack
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.service.table import Clock, open_table
from video_service.job_table import Job
from video_service.jobs import OwnerQueueFull
from video_service.leases import LeaseLost
from video_service.schema import Status

WORKERS = st.sampled_from(["local/0", "far/0", "far/1"])


class JobLife(RuleBasedStateMachine):
    """A model beside the table: who holds what, and what was recorded as its end."""

    lived = 0
    grants = Bundle("grants")  # every lease ever handed out, also the old ones

    def __init__(self) -> None:
        super().__init__()
        JobLife.lived += 1
        self._folders = ExitStack()
        self._clock = Clock()
        self._open(self._fresh())
        self.accepted: set[str] = set()
        self.outcome: dict[str, Status] = {}

    def _fresh(self) -> Path:
        return Path(self._folders.enter_context(TemporaryDirectory()))

    def _open(self, folder: Path) -> None:
        self._folder = folder
        self._opened = open_table(folder / "jobs.db", self._clock, attempts=2)
        self.table = self._opened.__enter__()

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)
        self._folders.close()

    @rule(killed=st.booleans())
    def the_service_starts_again(self, killed: bool) -> None:
        """Killed, it leaves the files as they lie there, with a log that was never folded in."""
        folder = copytree(self._folder, self._fresh(), dirs_exist_ok=True) if killed else None
        self._opened.__exit__(None, None, None)
        self._open(folder or self._folder)

    @rule(owner=st.sampled_from(["mum", "dad"]), key=st.integers(0, 8))
    def order(self, owner: str, key: int) -> None:
        try:
            job = self.table.order(f"{owner}{key}", owner=owner, key=f"{owner}{key}")
        except OwnerQueueFull:
            return
        self.accepted.add(job.id)

    @rule(target=grants, worker=WORKERS)
    def claim(self, worker: str) -> object:
        job = self.table.leases.claim(worker)
        if job is None:
            return multiple()
        assert job.id not in self.outcome
        return job

    @rule(grant=grants, percent=st.integers(0, 100))
    def beat(self, grant: Job, percent: int) -> None:
        mine = self.is_mine(grant)
        beat = self.table.leases.heartbeat(grant.id, grant.lease_token, "draw", percent)
        assert beat == mine

    @rule(grant=consumes(grants))
    def complete(self, grant: Job) -> None:
        mine = self.is_mine(grant)
        try:
            self.table.leases.complete(grant.id, grant.lease_token)
        except LeaseLost:
            assert not mine
        else:
            assert mine
            self.outcome[grant.id] = Status.completed

    @rule(grant=grants, retry=st.booleans())
    def fail(self, grant: Job, retry: bool) -> None:
        mine = self.is_mine(grant)
        try:
            after = self.table.leases.fail(grant.id, grant.lease_token, "x", "x", retry=retry)
        except LeaseLost:
            assert not mine
        else:
            assert mine
            assert after.status in (Status.failed, *((Status.queued,) if retry else ()))

    @rule(grant=grants)
    def cancel(self, grant: Job) -> None:
        if self.table.store.cancel(grant.id):
            self.outcome[grant.id] = Status.failed

    @rule(seconds=st.sampled_from([1, 20, 40]))
    def time_passes(self, seconds: int) -> None:
        self.table.clock.now += seconds
        self.table.leases.reap()

    @rule(worker=WORKERS)
    def worker_dies(self, worker: str) -> None:
        self.table.leases.release(worker)

    def is_mine(self, grant: Job) -> bool:
        now = self.table.get(grant)
        return now.status is Status.in_progress and now.lease_token == grant.lease_token

    @invariant()
    def nothing_accepted_is_lost_and_no_outcome_changes(self) -> None:
        assert self.table.store.ids() == self.accepted
        for job_id in self.accepted:
            job = self.table.store.get(job_id)
            assert job is not None
            if job.status.final:
                assert self.outcome.setdefault(job_id, job.status) is job.status
                assert job.expires_at is not None
            else:
                assert job_id not in self.outcome
            assert job.attempt <= 2
            assert (job.status is Status.in_progress) == (job.lease_owner is not None)
            ends = [e for e in self.table.store.events(job_id, 0) if e.job.status.final]
            assert len(ends) == int(job.status.final)

    @invariant()
    def a_worker_holds_one_job_at_most(self) -> None:
        jobs = [job for i in self.accepted if (job := self.table.store.get(i))]
        held = [job.lease_owner for job in jobs if job.lease_owner]
        assert len(held) == len(set(held))


def live(lives: int, steps: int) -> None:
    run_state_machine_as_test(
        JobLife,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_table_keeps_its_promises_in_any_order_of_events() -> None:
    live(50, 25)
    assert JobLife.lived >= 50


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_table_keeps_its_promises_over_a_thousand_lives() -> None:
    live(1000, 40)
    assert JobLife.lived >= 1000
