"""The rules of a day by themselves: which is met first, and what a clock may do to them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.limits import wording
from bot.limits.rules import Used, judge
from bot.limits.settings import LimitsSettings, uncounted
from bot.settings import BotSettings
from intents.tools import beijing
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.family import Family

NOW = datetime(2026, 11, 21, 20, tzinfo=beijing.BEIJING)
FRESH = Used(paused=False, person=0, room=0, granted=None, last=None)
LIMITS = LimitsSettings(person_clips=12, room_clips=30, cool_down_s=60)
OFF = uncounted(LimitsSettings(quiet_hours="22:00-07:00", words=("鬼",)))


def said(used: Used, limits: LimitsSettings = LIMITS) -> str:
    refusal = judge(used, limits, "video", NOW)
    return refusal.say if refusal else ""


def test_what_is_under_the_limits_is_made() -> None:
    assert said(FRESH) == ""
    assert said(replace(FRESH, person=11, room=29)) == ""


def test_the_person_comes_before_the_room_and_a_pause_before_both() -> None:
    over = replace(FRESH, person=12, room=30)
    assert said(over) == "今天的12段用完了，明天早上再来找我。"
    assert said(replace(over, person=1)) == wording.ROOM["video"].format(count=30)
    assert said(replace(over, paused=True)) == wording.PAUSED


def test_what_was_granted_holds_instead_of_the_limit() -> None:
    assert said(replace(FRESH, person=15, granted=20)) == ""
    assert said(replace(FRESH, person=1, granted=1)) == wording.PERSON["video"].format(count=1)
    assert said(replace(FRESH, granted=0)) == wording.NONE_FOR_PERSON
    assert judge(replace(FRESH, granted=0), LIMITS, "image", NOW) is None  # clips alone


@pytest.mark.parametrize(
    ("ago", "wait"), [(0, "60秒"), (59, "1秒"), (60, ""), (61, ""), (-3600, "")]
)
def test_a_cool_down_ends_and_a_clock_set_back_locks_nobody_out(ago: float, wait: str) -> None:
    told = said(replace(FRESH, last=NOW - timedelta(seconds=ago)))
    assert told == (wording.COOL_DOWN.format(wait=wait) if wait else "")


def test_a_long_cool_down_is_told_in_minutes() -> None:
    limits = LIMITS.model_copy(update={"cool_down_s": 600})
    assert "10分钟" in said(replace(FRESH, last=NOW), limits)


def test_nought_is_no_limit_and_the_owner_has_none() -> None:
    assert said(replace(FRESH, person=10_000, room=10_000, last=NOW), OFF) == ""
    assert (OFF.quiet_hours, OFF.words) == ("", ("鬼",))


async def test_who_has_just_had_one_made_waits_a_little_and_others_do_not(
    studio_home: Family, cameraman: Cameraman, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_home.settings = BotSettings(limits=LimitsSettings(cool_down_s=60))
    clock = [beijing.now().replace(hour=12)]
    monkeypatch.setattr(beijing, "now", lambda: clock[0])
    wish = "小爱 生成一个熊猫吃竹子的视频"
    async with cameraman.at_work(), studio_home.living() as family:
        await a_clip(family, "小明", wish)
        await family.says("小明", wish)
        assert (await family.hears()).text == wording.COOL_DOWN.format(wait="60秒")
        await a_clip(family, "奶奶", wish)
        clock[0] += timedelta(seconds=61)
        await a_clip(family, "小明", wish)


async def test_a_new_day_of_beijing_begins_anew(
    studio_home: Family, cameraman: Cameraman, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_home.settings = BotSettings(limits=LimitsSettings(person_clips=1))
    clock = [datetime(2026, 11, 21, 23, 59, tzinfo=beijing.BEIJING)]
    monkeypatch.setattr(beijing, "now", lambda: clock[0])
    wish = "小爱 生成一个熊猫吃竹子的视频"
    async with cameraman.at_work(), studio_home.living() as family:
        await a_clip(family, "小明", wish)
        await family.says("小明", wish)
        assert (await family.hears()).text == wording.PERSON["video"].format(count=1)
        clock[0] += timedelta(minutes=1)
        await a_clip(family, "小明", wish)


async def test_what_was_filmed_while_the_clock_ran_ahead_is_none_of_todays(
    studio_home: Family, cameraman: Cameraman, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_home.settings = BotSettings(limits=LimitsSettings(person_clips=1, cool_down_s=3600))
    today = datetime(2026, 11, 21, 12, tzinfo=beijing.BEIJING)
    clock = [today + timedelta(days=400)]
    monkeypatch.setattr(beijing, "now", lambda: clock[0])
    wish = "小爱 生成一个熊猫吃竹子的视频"
    async with cameraman.at_work(), studio_home.living() as family:
        await a_clip(family, "小明", wish)
        clock[0] = today  # somebody has set it right
        await a_clip(family, "小明", wish)
        await family.says("小明", wish)
        assert (await family.hears()).text == wording.PERSON["video"].format(count=1)


async def test_of_many_wishes_at_once_no_more_than_the_limit_are_let_through(
    studio_home: Family, cameraman: Cameraman
) -> None:
    """Different people, whose turns do not wait for one another, and the last place of a room."""
    studio_home.settings = BotSettings(limits=LimitsSettings(room_clips=3))
    people = [f"第{n}个人" for n in range(8)]
    async with studio_home.living() as family:
        for who in people:
            await family.says(who, "小爱 生成一个熊猫吃竹子的视频")
        said = [(await family.hears()).text for _ in people]
        assert said.count(wording.ROOM["video"].format(count=3)) == 5
        assert family.memory
        assert sum(it.clips for it in await family.memory.ledger.shares()) == 3
        assert len(await family.memory.register.under_way()) == 3
        await cameraman.call_all_off()
