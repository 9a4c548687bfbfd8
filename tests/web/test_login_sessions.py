"""Sessions over restarts, and how wrong tries are counted."""

from pathlib import Path

import pytest

from bot.web.sessions import KEPT_S, MOST
from bot.web.tries import FREE, FREE_TOGETHER, Tries
from tests.web.locked import PASSWORD, Clock, started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "web_sessions.json"


def test_many_houses_are_slowed_down_together_and_one_line_is_one_house(clock: Clock) -> None:
    tries = Tries(clock)
    for n in range(FREE):
        tries.wrong(f"2001:db8:1:2::{n + 1}")
    assert tries.wait_s("2001:db8:1:2:3::9") == 2
    assert tries.wait_s("2001:db8:1:3::1") == 0
    for n in range(FREE_TOGETHER):
        tries.wrong(f"10.0.{n}.1")
    assert tries.wait_s("10.9.9.9") > 0
    clock.now += 3601
    assert tries.wait_s("10.9.9.9") == 0


async def test_a_session_outlives_a_restart_and_neither_time_nor_another_password(
    file: Path, clock: Clock
) -> None:
    token = await (await started(file, clock)).open()
    assert file.stat().st_mode & 0o077 == 0
    kept = file.read_text()
    assert token not in kept
    assert PASSWORD not in kept
    assert (await started(file, clock)).holds(token)
    assert not (await started(file, clock, "another-password")).holds(token)
    clock.now += KEPT_S + 1
    assert not (await started(file, clock)).holds(token)


async def test_only_the_newest_browsers_stay_and_a_spoilt_file_is_a_new_start(
    file: Path, clock: Clock
) -> None:
    sessions = await started(file, clock)
    tokens = []
    for _ in range(MOST + 2):
        clock.now += 1
        tokens.append(await sessions.open())
    assert [sessions.holds(it) for it in tokens] == [False, False] + [True] * MOST
    file.write_text("{")
    assert not (await started(file, clock)).holds(tokens[-1])
