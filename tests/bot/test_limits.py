"""A day's limits, as a family meets them: gently, and still there after a restart."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.limits import wording
from bot.limits.settings import LimitsSettings
from bot.settings import BotSettings
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.family import Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
DRAW = "小爱 画一只猫"
USED_UP = wording.PERSON["video"].format(count=2)
DRAWN_UP = wording.PERSON["image"].format(count=1)


@pytest.fixture
def home(studio_home: Family) -> Family:
    """Two clips and one picture a day each, three clips for the room."""
    limits = LimitsSettings(person_clips=2, person_pictures=1, room_clips=3)
    studio_home.settings = BotSettings(limits=limits, admins=("fake:妈妈",))
    return studio_home


async def asks(family: Family, who: str, said: str, room: str = "family") -> str:
    await family.says(who, said, room=room)
    return (await family.hears()).text


async def test_who_has_used_up_the_day_is_told_when_it_goes_on(
    home: Family, cameraman: Cameraman
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA)
        await a_clip(family, "小明", "小爱 再来一个")
        assert await asks(family, "小明", "小爱 慢一点") == USED_UP
        assert (await asks(family, "小明", "小爱 你好")) != USED_UP  # talk goes on
        await a_clip(family, "奶奶", PANDA)  # others have their own
        assert await family.quiet()


async def test_the_limit_holds_in_every_room_and_after_a_restart(
    home: Family, cameraman: Cameraman
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA, note=True)
        await a_clip(family, "小明", PANDA, note=True)
    async with cameraman.at_work(), home.living() as family:
        assert await asks(family, "小明", PANDA, room="school") == USED_UP


async def test_the_room_has_a_limit_of_its_own(home: Family, cameraman: Cameraman) -> None:
    async with cameraman.at_work(), home.living() as family:
        for who in ("小明", "小明", "奶奶"):
            await a_clip(family, who, PANDA)
        assert await asks(family, "爸爸", PANDA) == wording.ROOM["video"].format(count=3)


async def test_finishing_is_free_and_joining_too(home: Family, cameraman: Cameraman) -> None:
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA)
        await a_clip(family, "小明", PANDA)
        await a_clip(family, "小明", "小爱 循环播放")
        await a_clip(family, "小明", "小爱 把这两段接起来")
        assert await asks(family, "小明", "小爱 我的额度") == own(clips=2, left=0)


async def test_what_came_to_nothing_is_given_back(home: Family, cameraman: Cameraman) -> None:
    async with home.living() as family:
        await family.says("小明", PANDA)
        await family.hears()
        assert await asks(family, "小明", "小爱 我的额度") == own(clips=1, left=1)
        assert family.memory
        assert family.client
        (waiting,) = await family.memory.register.under_way()
        await family.client.cancel(waiting.job)
        await family.hears()
        await family.quiet()
        assert await asks(family, "小明", "小爱 我的额度") == own(clips=0, left=2)


async def test_a_turn_that_is_taken_up_again_counts_once(
    home: Family, cameraman: Cameraman, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the order, before the answer stood on disk."""
    async with home.living() as family:
        assert family.memory

        async def killed(*_: object) -> None:
            raise SystemError("kill -9")

        monkeypatch.setattr(family.memory, "answered", killed)
        await family.says("小明", PANDA)
        assert (await cameraman.claim())["id"]
    async with home.living() as family:
        assert (await family.hears()).text
        assert await asks(family, "小明", "小爱 我的额度") == own(clips=1, left=1)
        await cameraman.call_all_off()


async def test_pictures_are_counted_apart(home: Family, cameraman: Cameraman) -> None:
    async with home.living() as family:
        assert await asks(family, "小明", DRAW) not in ("", DRAWN_UP)
        assert await asks(family, "小明", DRAW) == DRAWN_UP
        assert await asks(family, "小明", PANDA) not in ("", USED_UP)
        told = await asks(family, "小明", "小爱 我的额度")
        assert told == own(clips=1, left=1, drawn=1, to_draw=0)
        await cameraman.call_all_off()


async def test_thirty_wishes_in_a_row_are_not_answered_thirty_times(
    home: Family, cameraman: Cameraman
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA)
        await a_clip(family, "小明", PANDA)
        for _ in range(28):
            await family.says("小明", PANDA)
        assert (await family.hears()).text == USED_UP
        assert (await family.hears()).text == wording.PERSON_BRIEF
        assert await family.quiet()
        assert (await asks(family, "奶奶", PANDA)).startswith(("好", "前", "这"))


async def test_who_asks_again_every_few_minutes_is_not_met_with_silence_for_ever(
    home: Family, cameraman: Cameraman
) -> None:
    now, said = datetime.now(UTC), []
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA)
        await a_clip(family, "小明", PANDA)
        for minute in range(0, 28, 4):
            await family.says("小明", PANDA, at=now + timedelta(minutes=minute))
            if not await family.quiet():
                said.append((await family.hears()).text)
    assert len(said) > 3
    assert said[:2] == [USED_UP, wording.PERSON_BRIEF]


async def test_an_admin_gives_somebody_more_and_it_lasts(
    home: Family, cameraman: Cameraman
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA, note=True)
        assert "4" in await asks(family, "妈妈", "小爱 额度 @小明 4")
        await family.quiet()
    async with cameraman.at_work(), home.living() as family:
        assert await asks(family, "小明", "小爱 我的额度") == own(clips=1, left=3)


def own(clips: int, left: int, drawn: int = 0, to_draw: int = 1) -> str:
    """What 我的额度 tells."""
    return f"今天你拍了{clips}段，还能有{left}段；画了{drawn}张，还能有{to_draw}张。"


def test_every_refusal_is_short_and_calm() -> None:
    said = [value for name, value in vars(wording).items() if name.isupper()]
    lines = [line for it in said for line in (it.values() if isinstance(it, dict) else [it])]
    for line in lines:
        assert not re.search(r"[A-Za-z!！]", re.sub(r"\{\w+\}", "", line)), line
        assert all(len(it) <= 40 for it in re.split(r"(?<=[。？])", line)), line
