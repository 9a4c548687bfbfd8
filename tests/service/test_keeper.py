"""The service's own worker is kept, and kept on, also while the disk is full."""

import asyncio
import errno
import logging
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.service.house import House, open_house
from tests.service.running import running_service
from tests.service.table import Clock
from video_service import chores
from video_service.board import Board
from video_service.dispatch import local
from video_service.dispatch.posts import Post
from video_service.leases import Leases


def full(*_: object) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


async def test_a_worker_that_dies_while_the_disk_is_full_is_replaced(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[str] = []
    third = asyncio.Event()

    async def run(service: str, post: Post, environment: Mapping[str, str]) -> int:
        starts.append(service)
        if len(starts) == 3:
            third.set()
            await asyncio.Event().wait()
        return 137

    monkeypatch.setattr(local, "_run", run)
    monkeypatch.setattr(local, "PAUSES_S", (0.0,))
    monkeypatch.setattr(Leases, "release", full)
    keeper = asyncio.ensure_future(local.keep_worker(house.studio, "http://x", tmp_path))
    async with asyncio.timeout(30):
        await third.wait()
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeper


async def test_a_machine_without_memory_for_a_worker_is_asked_again(
    house: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, second = list[object](), asyncio.Event()

    async def start(*command: object, **_: object) -> None:
        asked.append(command)
        if len(asked) == 2:
            second.set()
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    monkeypatch.setattr(local, "PAUSES_S", (0.0,))
    keeper = asyncio.ensure_future(local.keep_worker(house.studio, "http://x", tmp_path))
    async with asyncio.timeout(30):
        await second.wait()
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeper
    assert "worker local/0 cannot be started: [Errno 12] Cannot allocate memory" in caplog.text


class Rounds:
    """Counts the rounds of `keep_house`.

    `full`: the next ones fail on the disk; `stopped`: seconds that pass after the next one.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
        self._reap, self._bell, self._clock = chores._reap, asyncio.Event(), clock
        self.full, self.stopped = False, 0
        monkeypatch.setattr(chores, "_reap", self.reap)
        monkeypatch.setattr(chores, "REAP_EVERY_S", 0.01)

    async def reap(self, board: Board) -> None:
        self._bell.set()
        if self.full:
            full()
        await self._reap(board)
        self._clock.now += self.stopped
        self.stopped = 0

    async def two(self) -> None:
        for _ in range(3):  # the first may have begun before
            self._bell.clear()
            async with asyncio.timeout(10):
                await self._bell.wait()


async def test_who_could_not_be_heard_keeps_the_job(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    rounds = Rounds(monkeypatch, clock)
    monkeypatch.setattr(house.studio.board._store.leases, "_steady", clock.steady)
    monkeypatch.setattr(chores, "time", SimpleNamespace(monotonic=clock.steady))
    await rounds.two()
    await house.order()
    errand = await house.claim("far/0")
    assert errand is not None
    rounds.stopped = 3600
    await rounds.two()
    assert await house.beat(errand, "draw", 10)
    rounds.full = True  # beats could not be written
    for _ in range(10):
        clock.now += 4
        await rounds.two()
    rounds.full = False
    await rounds.two()
    assert await house.beat(errand, "draw", 20)
    for _ in range(10):  # silent, while everything is well
        clock.now += 4
        await rounds.two()
    assert not await house.beat(errand, "draw", 30)


async def test_a_house_closes_also_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with open_house(tmp_path) as house:
            await house.order()
            await house.claim()
            monkeypatch.setattr(Leases, "hand_back", full)
        assert "could not put the open jobs back" in caplog.text
    monkeypatch.undo()
    async with open_house(tmp_path) as house:
        errand = await house.claim()
    assert errand is not None
    assert errand["attempt"] == 2


def test_a_photo_that_a_killed_worker_left_is_gone_when_the_next_one_comes(tmp_path: Path) -> None:
    left = tmp_path / "service/scratch/slot0/photo"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"a family's photo")
    with running_service(tmp_path) as service:
        ends = time.monotonic() + 60
        while 'qunying_workers{lane="card"} 1.0' not in service.http.get("/metrics").text:
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert not left.exists()
