"""How providers are asked: in turn, not twice, not when they are spent, and never with our key out.

The answers themselves are tried in test_amap.py and test_open_meteo.py.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from intents.tools import amap_codes, http
from intents.tools.beijing import BEIJING, next_midnight
from intents.tools.cache import Answers
from intents.tools.http import Provider, ProviderBusy, ProviderSilent, open_client
from intents.tools.limiter import Limiter
from intents.tools.quota import Quota
from tests.fake_maps import FakeMaps

PATH = "/v3/geocode/geo"
STATION = {"address": "杭州东站"}
NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=BEIJING)


class Clock:
    """A time that only tests move."""

    def __init__(self, now: datetime = NIGHT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose time jumps over every wait: for what waits for the clock alone."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0
        wait = self._selector.select  # type: ignore[attr-defined]

        def select(timeout: float | None = None) -> object:
            self._ahead += timeout or 0.0
            return wait(0)

        self._selector.select = select  # type: ignore[attr-defined]

    def time(self) -> float:
        return self._ahead


@pytest.fixture
async def client(world: FakeMaps) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(world.url, world.key) as client:
        yield client


def provider(client: httpx.AsyncClient, quota: Quota | None = None) -> Provider:
    return Provider("amap", client, amap_codes.judge, Limiter(50), quota)


async def passed(per_second: float, callers: int) -> list[float]:
    """When each of so many callers, all there at once, was let through."""
    limiter, clock = Limiter(per_second), asyncio.get_running_loop().time
    order: list[int] = []
    times: list[float] = []

    async def ask(n: int) -> None:
        await limiter.wait()
        order.append(n)
        times.append(clock())

    await asyncio.gather(*(ask(n) for n in range(callers)))
    assert order == [*range(callers)]  # nobody overtakes
    return times


@pytest.mark.parametrize("per_second", [1, 3, 10])
def test_never_more_than_allowed_in_any_second(per_second: int) -> None:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        times = runner.run(passed(per_second, 4 * per_second))
    assert times[0] == times[per_second - 1]  # the first ones wait for nothing
    for first, next_ in zip(times, times[per_second:], strict=False):
        assert next_ - first >= 1


def test_one_in_two_seconds_is_one_in_two_seconds() -> None:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        times = runner.run(passed(0.5, 3))
    assert times[1] - times[0] >= 2


def test_who_gives_up_waiting_takes_nobodys_place() -> None:
    async def story() -> float:
        limiter, clock = Limiter(1), asyncio.get_running_loop().time
        await limiter.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await limiter.wait()
        await limiter.wait()
        return clock()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        assert runner.run(story()) < 1.1


async def test_a_question_is_asked_once_while_its_answer_holds_good(
    client: httpx.AsyncClient, world: FakeMaps
) -> None:
    amap = provider(client)
    for _ in range(3):
        assert await amap.ask(PATH, STATION, keep_s=60)
    await amap.ask(PATH, {"address": "断桥"}, keep_s=60)
    assert len(world.asked(PATH)) == 2


async def test_a_failure_is_not_remembered(client: httpx.AsyncClient, world: FakeMaps) -> None:
    amap = provider(client)
    world.fault = "html"
    with pytest.raises(ProviderSilent):
        await amap.ask(PATH, STATION, keep_s=60)
    world.fault = None
    assert await amap.ask(PATH, STATION, keep_s=60)


def test_an_answer_is_kept_for_as_long_as_it_was_told_and_no_longer() -> None:
    now = 0.0
    answers = Answers(most=2, clock=lambda: now)
    answers.keep("weather", {"it": "rains"}, 20)
    answers.keep("place", {"it": "stands"}, 90)
    now = 19.0
    assert answers.find("weather") == {"it": "rains"}
    now = 21.0
    assert answers.find("weather") is None
    assert answers.find("place") == {"it": "stands"}


def test_the_shelf_of_answers_is_bounded() -> None:
    answers = Answers(most=2)
    for n in range(5):
        answers.keep(n, n, 60)
    assert [answers.find(n) for n in range(5)] == [None, None, None, 3, 4]


@pytest.mark.parametrize("fault", ["qps", "server_busy", "reset", "minute"])
async def test_what_may_pass_in_a_moment_is_asked_again(
    fault: str, client: httpx.AsyncClient, world: FakeMaps
) -> None:
    world.script([fault, fault])
    assert await provider(client).ask(PATH, STATION, keep_s=60)
    assert len(world.asked(PATH)) == 3


@pytest.mark.parametrize("fault", ["bad_key", "not_found", "quota", "html", "garbage"])
async def test_what_will_not_pass_is_asked_once(
    fault: str, client: httpx.AsyncClient, world: FakeMaps
) -> None:
    world.fault = fault
    with pytest.raises(http.ProviderError):
        await provider(client).ask(PATH, STATION, keep_s=60)
    assert len(world.asked(PATH)) == 1


def test_the_pause_grows_from_try_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert http.PAUSES_S == (0.4, 0.8)
    assert sum(http.PAUSES_S) < http.DEADLINE_S == 5


@pytest.mark.parametrize("fault", ["quota", "user_quota"])
async def test_a_spent_day_is_not_asked_again_before_midnight_in_beijing(
    fault: str, client: httpx.AsyncClient, world: FakeMaps
) -> None:
    clock = Clock()
    amap = provider(client, Quota("amap", clock))
    world.script([fault])
    for _ in range(2):
        with pytest.raises(ProviderBusy) as caught:
            await amap.ask(PATH, STATION, keep_s=60)
        assert caught.value.for_today
    assert len(world.asked(PATH)) == 1
    clock.now += timedelta(minutes=29)
    with pytest.raises(ProviderBusy):
        await amap.ask(PATH, STATION, keep_s=60)
    clock.now += timedelta(minutes=1)
    assert await amap.ask(PATH, STATION, keep_s=60)


async def test_what_was_remembered_is_still_told_on_a_spent_day(
    client: httpx.AsyncClient, world: FakeMaps
) -> None:
    amap = provider(client, Quota("amap", Clock()))
    await amap.ask(PATH, STATION, keep_s=60)
    world.fault = "quota"
    with pytest.raises(ProviderBusy):
        await amap.ask(PATH, {"address": "断桥"}, keep_s=60)
    assert await amap.ask(PATH, STATION, keep_s=60)


async def test_too_many_in_a_minute_rests_for_a_minute(
    client: httpx.AsyncClient, world: FakeMaps
) -> None:
    clock = Clock()
    amap = provider(client, Quota("amap", clock))
    world.script(["minute"] * 3)
    for _ in range(2):
        with pytest.raises(ProviderBusy) as caught:
            await amap.ask(PATH, STATION, keep_s=60)
        assert not caught.value.for_today
    assert len(world.asked(PATH)) == 3
    clock.now += timedelta(seconds=61)
    assert await amap.ask(PATH, STATION, keep_s=60)


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_day_ends_at_midnight_in_beijing_wherever_the_computer_stands(hour: int) -> None:
    moment = datetime(2026, 11, 21, hour, 30, tzinfo=BEIJING)
    ends = datetime(2026, 11, 22, tzinfo=BEIJING)
    assert next_midnight(moment) == next_midnight(moment.astimezone()) == ends


@pytest.mark.parametrize("fault", ["slow", "drip"])
async def test_a_server_that_keeps_one_waiting_is_given_up(
    fault: str, client: httpx.AsyncClient, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "DEADLINE_S", 0.2)
    world.fault = fault
    with pytest.raises(ProviderSilent, match=r"no answer within 0\.2 s"):
        await provider(client).ask(PATH, STATION, keep_s=60)


async def test_a_key_does_not_follow_a_redirect(world: FakeMaps, client: httpx.AsyncClient) -> None:
    world.fault = "redirect"
    with pytest.raises(ProviderSilent):
        await provider(client).ask(PATH, STATION, keep_s=60)
    assert len(world.keys) == 1
