"""Quiet hours: a film that is ready at night waits for the morning, words do not."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import wording as bot
from bot.admin import wording as admin
from bot.limits import quiet, wording
from bot.limits.quiet import Quiet, read_hours
from bot.limits.settings import LimitsSettings
from bot.memory import Memory
from bot.records import Answer
from bot.settings import BotSettings
from intents.dialogue import Text, Ticket
from intents.tools import beijing
from tests.bot.cameraman import Cameraman
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat, Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
NIGHT = wording.NIGHT.format(start="22点", end="7点")


class Clock:
    """Beijing's, as the test sets it."""

    def __init__(self, hour: int, minute: int = 0) -> None:
        self.set(hour, minute)

    def set(self, hour: int, minute: int = 0) -> None:
        self.now = datetime(2026, 11, 21, hour, minute, tzinfo=beijing.BEIJING)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(23)
    monkeypatch.setattr(beijing, "now", lambda: clock.now)
    monkeypatch.setattr(quiet, "LOOK_S", 0.02)
    return clock


@pytest.fixture
def home(studio_home: Family) -> Family:
    studio_home.settings = BotSettings(limits=LimitsSettings(quiet_hours="22:00-07:00"))
    return studio_home


async def ready(memory: Memory | None) -> None:
    """Until her film lies on this machine."""
    assert memory
    async with asyncio.timeout(30):
        while not list(memory.shelf.folder.glob("*.mp4")):  # noqa: ASYNC110 - it rings no event
            await asyncio.sleep(0.02)


async def test_a_film_of_the_night_comes_in_the_morning(
    home: Family, cameraman: Cameraman, clock: Clock
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await family.says("小明", PANDA)
        assert (await family.hears()).text.endswith(NIGHT)
        await ready(family.memory)
        await family.says("奶奶", "小爱 你好")  # words are not held
        assert (await family.hears()).text
        assert family.chat.sent.empty()
        clock.set(7)
        assert (await family.hears()).video
        assert await family.quiet()


async def test_a_restart_in_the_night_wakes_nobody(
    home: Family, cameraman: Cameraman, clock: Clock
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await family.says("小明", PANDA)
        await family.hears_and_notes()
        await ready(family.memory)
    async with home.living() as family:
        await family.says("奶奶", "小爱 你好")
        assert (await family.hears()).text
        assert family.chat.sent.empty()
        clock.set(8, 30)
        assert (await family.hears_and_notes()).video
        assert await family.quiet()
    async with home.living() as family:  # and another one sends it no second time
        assert await family.quiet()


@pytest.mark.parametrize(("hour", "told"), [(23, []), (12, [bot.LATER.format(minutes=5)])])
async def test_at_night_nobody_is_told_that_it_takes_longer(
    tmp_path: Path, clock: Clock, hour: int, told: list[str]
) -> None:
    clock.set(hour)
    chat, looks = FakeChat(), [{"status": "queued", "eta_s": eta} for eta in (100, 290, 290)]
    studio = Studio([*looks, {"status": "completed"}])
    night = Quiet(read_hours("22:00-07:00"))
    async with delivering(tmp_path, studio, chat, quiet=night) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        await ready(memory)
        clock.set(12)
        await until_nothing_is_owed(memory)
    said = [chat.sent.get_nowait() for _ in range(chat.sent.qsize())]
    assert [it.text for it in said] == ["好嘞。", *told, ""]


async def test_an_admin_is_told_what_waits_for_the_morning(
    home: Family, cameraman: Cameraman, clock: Clock
) -> None:
    home.settings = home.settings.model_copy(update={"admins": ("fake:妈妈",)})
    async with cameraman.at_work(), home.living() as family:
        await family.says("小明", PANDA)
        await family.hears()
        await ready(family.memory)
        await family.says("妈妈", "小爱 状态")
        told = (await family.hears()).text
        assert f"排队0段。{admin.READY.format(ready=1)}" in told
        await family.says("妈妈", "小爱 取消 1")
        assert (await family.hears()).text == admin.OVER.format(n=1)
        clock.set(7)
        assert (await family.hears()).video


async def test_by_day_nothing_is_said_or_held(
    home: Family, cameraman: Cameraman, clock: Clock
) -> None:
    clock.set(12)
    async with cameraman.at_work(), home.living() as family:
        await family.says("小明", PANDA)
        assert NIGHT not in (await family.hears()).text
        assert (await family.hears()).video


async def test_what_failed_at_night_is_said_at_once(
    home: Family, cameraman: Cameraman, clock: Clock
) -> None:
    async with home.living() as family:
        ask = await family.says("小明", PANDA)
        await family.hears()
        assert "取消" in await family.calls_off(ask)


@pytest.mark.parametrize(
    ("hours", "hour", "minute", "left"),
    [
        ("22:00-07:00", 22, 0, 9 * 3600),
        ("22:00-07:00", 21, 59, 0),
        ("22:00-07:00", 6, 59, 60),
        ("22:00-07:00", 7, 0, 0),
        ("13:00-14:30", 14, 0, 1800),
        ("13:00-14:30", 22, 0, 0),
        ("", 3, 0, 0),
    ],
)
def test_the_hours_go_over_midnight_and_end_on_the_minute(
    hours: str, hour: int, minute: int, left: float
) -> None:
    assert Quiet(read_hours(hours)).left(Clock(hour, minute).now) == left


def test_a_clock_that_is_set_back_only_waits_again() -> None:
    night = Quiet(read_hours("22:00-07:00"))
    morning = Clock(7).now
    assert night.left(morning) == 0
    assert night.left(morning - timedelta(hours=1)) == 3600


@pytest.mark.parametrize("told", ["22-7", "25:00-07:00", "22:00", "22:00-22:00", "夜里"])
def test_hours_that_mean_nothing_are_refused(told: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        LimitsSettings(quiet_hours=told)


def test_the_hours_are_told_as_one_says_them(clock: Clock) -> None:
    clock.set(13, 10)
    told = Quiet(read_hours("13:05-14:00")).told(Answer((Text("好。"), Ticket("video_1"))))
    said = "好。13点05分到14点不吵大家，那会儿做好的，14点再发。"
    assert told.parts == (Text(said), Ticket("video_1"))
