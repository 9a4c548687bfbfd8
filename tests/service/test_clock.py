"""Clocks that jump, services that were away: no job is taken away early, none waits for ever."""

from pathlib import Path

import pytest

from tests.service.table import SHOT, Clock, Table, open_table
from video_service.jobs import DAY_S, Order
from video_service.schema import VideoRequest


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_that_jumps_takes_no_job_away_and_holds_none_up(
    table: Table, seconds: float
) -> None:
    table.order("one")
    held = table.claim()
    table.clock.jump(seconds)
    assert table.leases.reap() == []
    assert table.leases.heartbeat(held.id, held.lease_token)
    table.leases.fail(held.id, held.lease_token, "x", "x", retry=True)
    table.clock.jump(-seconds)
    assert table.leases.claim("local/0") is None
    table.clock.now += 2
    again = table.claim()
    table.clock.jump(seconds)
    table.clock.now += 31
    assert [job.id for job in table.leases.reap()] == [again.id]


def test_a_clock_that_is_set_back_teaches_no_times(table: Table) -> None:
    table.order("one")
    held = table.claim()
    table.clock.jump(-3600)
    table.leases.complete(held.id, held.lease_token)
    table.order("two")
    assert table.store.outlooks()["video_two"].eta_s is None


def test_after_a_long_absence_a_remote_worker_gets_a_fresh_lease(tmp_path: Path) -> None:
    clock = Clock()
    with open_table(tmp_path / "jobs.db", clock) as before:
        before.order("one")
        far = before.claim("far/0")
    clock.now += 100  # its worker waits 120 s for us
    with open_table(tmp_path / "jobs.db", clock) as after:
        assert after.leases.take_over() == []
        clock.now += 29
        assert after.leases.reap() == []
        assert after.leases.heartbeat(far.id, far.lease_token)


def test_after_a_reboot_nothing_waits_for_a_moment_that_never_comes(tmp_path: Path) -> None:
    clock = Clock()
    with open_table(tmp_path / "jobs.db", clock) as before:
        before.order("one")
        held = before.claim()
        before.leases.fail(held.id, held.lease_token, "x", "x", retry=True)
    clock.jump(1e6)  # the steady clock began anew
    with open_table(tmp_path / "jobs.db", clock) as after:
        after.leases.take_over()
        assert after.claim().attempt == 2


def test_a_photo_whose_job_ended_in_the_future_is_not_kept_until_then(tmp_path: Path) -> None:
    clock = Clock()
    with open_table(tmp_path / "jobs.db", clock) as table:
        for name, jump in (("right", 0), ("ahead", 10 * DAY_S)):
            clock.jump(jump)
            made = Order(f"video_{name}", VideoRequest(prompt=name), SHOT, True, "same")
            table.store.submit(made)
            held = table.claim()
            table.leases.complete(held.id, held.lease_token)
            clock.jump(-jump)
        table.store.submit(Order("video_open", VideoRequest(prompt="x"), SHOT, True, "same"))
        assert table.store.photos_over_since(DAY_S) == ["video_ahead"]
        clock.jump(DAY_S + 1)
        assert set(table.store.photos_over_since(DAY_S)) == {"video_right", "video_ahead"}
