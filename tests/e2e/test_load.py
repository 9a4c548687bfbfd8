"""A small run of the load benchmark: its counts hold, whatever the machine is busy with."""

from benchmarks.load import run
from benchmarks.load_figures import growth


async def test_rooms_at_once_lose_nothing_and_repeat_nothing() -> None:
    load = await run(rooms=8, seconds=3, asked=100)
    assert (load.said, load.wishes) == (60, 6)
    assert (load.unanswered, load.owed, load.twice) == (0, 0, 0)
    assert load.films + load.declined == 6  # where the model is too slow, a wish ends in an excuse
    assert len(load.notes.waits) == 60
    assert len(load.status) == 100


def test_growth_leaves_the_warming_up_out() -> None:
    assert growth([10, 100, 100, 100, 100, 100, 100, 100, 100, 105]) == 105 / 100 - 1
    assert growth([100]) == 0
