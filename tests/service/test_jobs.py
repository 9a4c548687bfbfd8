"""The life of a job in its table: accepted once, leased, fenced, put back, ended once."""

from pathlib import Path

import pytest

from tests.service.table import SHOT, Clock, Table, open_table
from video_service.jobs import KeyReused, Order, OwnerQueueFull, QueueFull
from video_service.leases import LeaseLost
from video_service.schema import Status, VideoRequest


def test_the_same_key_finds_the_same_job(table: Table) -> None:
    first = table.order("one", key="message-1")
    again = table.order("two", key="message-1")
    assert again.id == first.id
    assert table.store.counts() == (1, 0)


def test_the_same_key_with_another_request_is_refused_and_names_the_first_job(
    table: Table,
) -> None:
    first = table.order("one", key="message-1")
    with pytest.raises(KeyReused) as refused:
        table.order("two", key="message-1", fingerprint="another")
    assert refused.value.job.id == first.id


def test_jobs_without_a_key_are_never_mistaken_for_each_other(table: Table) -> None:
    assert table.order("one").id != table.order("two").id


def test_ten_jobs_of_one_person_do_not_hold_up_another(tmp_path: Path) -> None:
    with open_table(tmp_path / "jobs.db", Clock(), max_open_per_owner=20) as table:
        for number in range(10):
            table.order(f"g{number}", owner="grandpa")
        table.order("m0", owner="mum")
        table.order("m1", owner="mum")
        order = [table.film().request.prompt for _ in range(5)]
    assert order == ["g0", "m0", "g1", "m1", "g2"]


def test_a_thousand_queued_jobs_let_another_person_start_second(tmp_path: Path) -> None:
    with open_table(tmp_path / "jobs.db", Clock(), max_open=2000, max_open_per_owner=2000) as table:
        grandpas = VideoRequest(prompt="a panda", user="grandpa")
        heap = [Order(f"video_{n}", grandpas, SHOT, False, "same") for n in range(1000)]
        table.store.submit_all(heap)
        table.order("mum", owner="mum")
        started = [table.claim(f"far/{number}").owner for number in range(3)]
    assert started == ["grandpa", "mum", "grandpa"]


def test_yesterdays_turns_do_not_count_against_anybody(table: Table) -> None:
    table.order("old", owner="grandpa")
    table.film()
    table.clock.now += 7200
    table.order("grandpa", owner="grandpa")
    table.order("mum", owner="mum")
    assert table.claim().request.prompt == "grandpa"


def test_a_full_house_takes_no_more(tmp_path: Path) -> None:
    with open_table(tmp_path / "jobs.db", Clock(), max_open=2) as table:
        table.order("one")
        table.order("two")
        with pytest.raises(QueueFull):
            table.order("three")
        table.film()
        assert table.order("three").status is Status.queued


def test_one_person_may_not_fill_the_house_but_a_known_key_is_still_answered(
    tmp_path: Path,
) -> None:
    with open_table(tmp_path / "jobs.db", Clock(), max_open_per_owner=1) as table:
        first = table.order("one", owner="mum", key="k")
        with pytest.raises(OwnerQueueFull):
            table.order("two", owner="mum")
        assert table.order("one", owner="mum", key="k").id == first.id
        assert table.order("three", owner="dad").status is Status.queued


def test_a_worker_that_falls_silent_loses_the_job_after_its_lease(table: Table) -> None:
    table.order("one")
    held = table.claim()
    table.clock.now += 29
    assert table.leases.reap() == []
    table.clock.now += 2
    assert [job.id for job in table.leases.reap()] == [held.id]
    assert table.get(held).status is Status.queued
    assert table.get(held).progress == 0


def test_a_beating_worker_keeps_its_job_for_ever(table: Table) -> None:
    table.order("one")
    held = table.claim()
    for _ in range(10):
        table.clock.now += 25
        assert table.leases.heartbeat(held.id, held.lease_token)
        assert table.leases.reap() == []


def test_a_zombie_is_told_to_stop_and_his_outcome_is_refused(table: Table) -> None:
    table.order("one")
    zombie = table.claim("far/0")
    table.clock.now += 31
    table.leases.reap()
    heir = table.claim("near/0")
    assert heir.lease_token > zombie.lease_token
    assert not table.leases.heartbeat(zombie.id, zombie.lease_token)
    assert not table.leases.holds(zombie.id, zombie.lease_token)
    with pytest.raises(LeaseLost):
        table.leases.complete(zombie.id, zombie.lease_token)
    with pytest.raises(LeaseLost):
        table.leases.fail(zombie.id, zombie.lease_token, "x", "x", retry=True)
    assert table.leases.complete(heir.id, heir.lease_token).status is Status.completed


def test_a_job_that_keeps_killing_its_worker_is_given_up(table: Table) -> None:
    poison = table.order("one")
    for _ in range(3):
        table.claim()
        table.leases.release("local/0")
    assert table.get(poison).status is Status.failed
    assert table.get(poison).error_code == "worker_lost"
    assert table.leases.claim("local/0") is None


def test_closing_the_house_puts_its_job_back_without_blame(table: Table) -> None:
    job = table.order("one")
    for _ in range(5):
        table.claim()
        assert [put_back.id for put_back in table.leases.hand_back()] == [job.id]
    assert table.get(job).status is Status.queued
    assert table.get(job).attempt == 0


def test_closing_the_house_leaves_remote_workers_alone(table: Table) -> None:
    table.order("one")
    far = table.claim("far/0")
    assert table.leases.hand_back() == []
    assert table.leases.holds(far.id, far.lease_token)


def test_a_worker_that_claims_again_gives_back_what_it_still_held(table: Table) -> None:
    table.order("one")
    held = table.claim()
    again = table.claim()
    assert again.id == held.id
    assert again.attempt == 2
    assert not table.leases.holds(held.id, held.lease_token)


def test_cancelling_ends_the_job_at_once_and_the_worker_learns_it(table: Table) -> None:
    table.order("one")
    held = table.claim()
    cancelled = table.store.cancel(held.id)
    assert cancelled is not None
    problem = cancelled.wire().error
    assert (cancelled.status, problem and problem.code) == (Status.failed, "cancelled")
    assert not table.leases.heartbeat(held.id, held.lease_token, "draw", 50)
    with pytest.raises(LeaseLost):
        table.leases.complete(held.id, held.lease_token)


def test_what_is_over_cannot_be_cancelled(table: Table) -> None:
    table.order("one")
    done = table.film()
    assert table.store.cancel(done.id) is None
    assert table.get(done).status is Status.completed


def test_a_failure_worth_a_retry_is_tried_again_after_a_moment(table: Table) -> None:
    table.order("one")
    held = table.claim()
    table.leases.fail(held.id, held.lease_token, "engine_failed", "boom", retry=True)
    assert table.leases.claim("local/0") is None
    table.clock.now += 2
    assert table.claim().attempt == 2


def test_retries_end(table: Table) -> None:
    job = table.order("one")
    for _ in range(3):
        table.clock.now += 2
        held = table.claim()
        table.leases.fail(held.id, held.lease_token, "engine_failed", "boom", retry=True)
    ended = table.get(job)
    assert (ended.status, ended.error_code) == (Status.failed, "engine_failed")


def test_progress_never_goes_back_and_is_written_down_when_it_changes(table: Table) -> None:
    table.order("one")
    held = table.claim()
    for percent in (10, 10, 5, 20):
        table.leases.heartbeat(held.id, held.lease_token, "draw", percent)
    events = table.store.events(held.id, 0)
    seen = [(event.type, event.job.progress) for event in events]
    assert seen == [("queued", 0), ("started", 0), ("progress", 10), ("progress", 20)]


def test_events_after_a_number_are_only_the_later_ones(table: Table) -> None:
    table.order("one")
    done = table.film()
    first, *later = table.store.events(done.id, 0)
    assert table.store.events(done.id, first.seq) == later
    assert [event.type for event in later] == ["started", "completed"]
    assert later[-1].job.status is Status.completed


def test_pages_follow_each_other_in_both_directions(table: Table) -> None:
    for number in range(5):
        table.order(f"n{number}")
    newest = table.store.page(None, 2, "desc")
    assert [job.request.prompt for job in newest] == ["n4", "n3"]
    assert [job.request.prompt for job in table.store.page(newest[-1], 2, "desc")] == ["n2", "n1"]
    assert [job.request.prompt for job in table.store.page(newest[-1], 9, "asc")] == ["n4"]


def test_what_is_over_expires_and_takes_its_events_along(table: Table) -> None:
    table.order("one")
    done = table.film()
    table.clock.now += 6 * 86_400
    assert table.store.expired() == []
    table.clock.now += 2 * 86_400
    assert table.store.expired() == [done.id]
    table.store.remove(done.id)
    assert table.store.get(done.id) is None
    assert table.store.events(done.id, 0) == []


def test_an_open_job_is_never_removed(table: Table) -> None:
    job = table.order("one")
    table.store.remove(job.id)
    assert table.get(job).status is Status.queued


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    with open_table(tmp_path / "jobs.db", clock) as before:
        job = before.order("one", owner="mum", key="k")
        before.claim()
    with open_table(tmp_path / "jobs.db", clock) as after:
        assert after.get(job).request == job.request
        assert [lost.id for lost in after.leases.take_over()] == [job.id]
        assert after.claim().attempt == 2
