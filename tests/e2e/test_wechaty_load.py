"""A small run of the load benchmark: its counts hold, whatever the machine is busy with."""

from benchmarks.wechaty_load import run


async def test_many_rooms_at_once_lose_nothing_repeat_nothing_and_keep_their_order() -> None:
    load = await run(rooms=8, messages=48, seconds=3)
    assert (load.said, load.lost, load.twice, load.disordered) == (48, 0, 0, 0)
    assert len(load.waits) == 48
