"""How long a film takes is learnt from the films this machine has finished."""

from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

from tests.service.table import Clock, Table, open_table
from video_service.estimate import LEARN_FROM, Outlook, fair_order


def outlook(table: Table, name: str) -> Outlook:
    return table.store.outlooks()[f"video_{name}"]


def test_without_history_nobody_claims_to_know(table: Table) -> None:
    table.order("one")
    table.order("two")
    assert outlook(table, "one") == Outlook(0, None)
    assert outlook(table, "two") == Outlook(1, None)


def test_the_median_of_the_same_look_is_the_estimate(table: Table) -> None:
    for number, seconds in enumerate((10, 100, 12)):
        table.order(f"old{number}")
        table.film(seconds)
    table.order("new")
    assert outlook(table, "new") == Outlook(0, 12)


def test_only_the_newest_films_count(table: Table) -> None:
    for number in range(LEARN_FROM + 5):
        table.order(f"old{number}")
        table.film(100 if number < 5 else 10)
    table.order("new")
    assert outlook(table, "new").eta_s == 10


def test_another_length_is_scaled_by_its_work(table: Table) -> None:
    table.order("old", frames=40)
    table.film(10)
    table.order("new", frames=80)
    assert outlook(table, "new").eta_s == 20


def test_another_engine_teaches_nothing(table: Table) -> None:
    table.order("old", model="cogvideox-2b")
    table.film(600)
    table.order("new")
    assert outlook(table, "new").eta_s is None


def test_failures_and_cancellations_teach_nothing(table: Table) -> None:
    table.order("bad")
    held = table.claim()
    table.leases.fail(held.id, held.lease_token, "x", "x", retry=False)
    table.order("cancelled")
    table.store.cancel(table.claim().id)
    table.order("new")
    assert outlook(table, "new").eta_s is None


def test_the_line_and_the_running_jobs_progress_are_counted(table: Table) -> None:
    table.order("old")
    table.film(100)
    for name in ("running", "next", "last"):
        table.order(name)
    held = table.claim()
    table.leases.heartbeat(held.id, held.lease_token, "draw", 60)
    assert outlook(table, "running") == Outlook(0, 40)
    assert outlook(table, "next") == Outlook(1, 140)
    assert outlook(table, "last") == Outlook(2, 240)


def test_the_first_of_its_kind_is_judged_by_its_own_pace_and_not_by_its_loading(
    table: Table,
) -> None:
    table.order("running")
    held = table.claim()

    def beat(after: float, stage: str, percent: int) -> int | None:
        table.clock.now += after
        table.leases.heartbeat(held.id, held.lease_token, stage, percent)
        return outlook(table, "running").eta_s

    assert beat(10, "load", 0) is None
    assert beat(20, "embed", 2) is None
    assert beat(20, "denoise", 5) is None
    assert beat(5, "denoise", 10) is None
    assert beat(10, "denoise", 20) == 80
    assert beat(60, "decode", 80) == 20


def test_the_place_in_the_line_is_the_fair_one(table: Table) -> None:
    table.order("g1", owner="grandpa")
    table.order("g2", owner="grandpa")
    table.order("m1", owner="mum")
    assert [outlook(table, name).position for name in ("g1", "m1", "g2")] == [0, 1, 2]
    taken = [table.claim(f"far/{number}").request.prompt for number in range(3)]
    assert taken == ["g1", "m1", "g2"]


def test_deleting_a_film_does_not_unteach_its_time(table: Table) -> None:
    table.order("old")
    table.store.remove(table.film(10).id)
    table.order("new")
    assert outlook(table, "new").eta_s == 10


def test_who_had_many_turns_waits_for_who_had_few(table: Table) -> None:
    queue = [table.order(f"{owner}{n}", owner=owner) for n in range(3) for owner in ("a", "b")]
    order = fair_order(queue, Counter({"a": 2}))
    assert [job.request.prompt for job in order] == ["b0", "b1", "a0", "b2", "a1", "a2"]


def clouds(tmp_path: Path, parallel: int) -> AbstractContextManager[Table]:
    return open_table(tmp_path / "jobs.db", Clock(), cloud_parallel=parallel)


def learn(table: Table, seconds: float) -> None:
    """One film from the cloud that took so long."""
    table.order("old", lane="cloud")
    job = table.claim("local/10", "cloud")
    table.clock.now += seconds
    table.leases.complete(job.id, job.lease_token)


def test_several_clouds_at_a_time_shorten_the_line(tmp_path: Path) -> None:
    with clouds(tmp_path, 2) as table:
        learn(table, 60)
        for name in ("a", "b", "c", "d", "e"):
            table.order(name, lane="cloud")
        assert [outlook(table, name) for name in ("a", "b", "c", "d", "e")] == [
            Outlook(0, 60), Outlook(0, 60), Outlook(1, 120), Outlook(2, 120), Outlook(3, 180),
        ]  # fmt: skip
        for slot in (10, 11):
            table.claim(f"local/{slot}", "cloud")
        table.clock.now += 45
        assert [outlook(table, name) for name in ("a", "c", "e")] == [
            Outlook(0, 15), Outlook(1, 75), Outlook(3, 135),
        ]  # fmt: skip


def test_the_cards_line_is_not_the_clouds_line(tmp_path: Path) -> None:
    with clouds(tmp_path, 1) as table:
        learn(table, 60)
        for number in range(3):
            table.order(f"card{number}", model="cogvideox-2b")
        table.order("cloud", lane="cloud")
        assert outlook(table, "cloud") == Outlook(0, 60)
        assert outlook(table, "card2") == Outlook(2, None)
        assert table.leases.claim("local/10", "cloud") is not None
        assert table.leases.claim("local/10", "cloud") is not None  # the same one: it lost it
        assert table.claim("local/0").request.prompt == "card0"


def test_one_unknown_film_does_not_hide_when_another_worker_is_free(tmp_path: Path) -> None:
    with clouds(tmp_path, 2) as table:
        learn(table, 60)
        table.order("strange", lane="cloud", model="dashscope-wan")
        table.claim("local/10", "cloud")
        table.order("usual", lane="cloud")
        assert outlook(table, "strange") == Outlook(0, None)
        assert outlook(table, "usual") == Outlook(0, 60)


def test_turns_at_the_card_do_not_count_against_anybody_in_the_cloud(tmp_path: Path) -> None:
    with clouds(tmp_path, 1) as table:
        for number in range(3):
            table.order(f"old{number}", owner="mum")
            table.film()
        table.order("m", owner="mum", lane="cloud")
        table.order("d", owner="dad", lane="cloud")
        assert table.claim("local/10", "cloud").request.prompt == "m"


def test_two_that_are_filmed_at_once_mean_that_there_are_two_workers(table: Table) -> None:
    table.order("old")
    table.film(10)
    for name in ("one", "two", "three"):
        table.order(name)
    table.claim("far/0")
    table.claim("far/1")
    assert outlook(table, "two") == Outlook(0, 10)
    assert outlook(table, "three") == Outlook(1, 20)
