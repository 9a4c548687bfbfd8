"""Changing by talking where no language model is there: the common words still do it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from intents.chat import wording as chat_words
from intents.video import change_wording as words
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.family import Family

WISH = "小爱 生成一个熊猫吃竹子的视频"


@pytest.fixture
async def alone(studio_home: Family, cameraman: Cameraman) -> AsyncIterator[Family]:
    """A family without a language model, whose wishes are filmed at once."""
    async with cameraman.at_work(), replace(studio_home, llm_url=None).living() as living:
        yield living


@pytest.mark.parametrize(
    ("said", "prompt"),
    [
        ("加速", "熊猫吃竹子，动作快一点"),
        ("慢一点", "熊猫吃竹子，动作慢一点"),
        ("大一点", "熊猫吃竹子，大一点"),
        ("亮一点", "熊猫吃竹子，画面亮一点"),
        ("太快了", "熊猫吃竹子，动作慢一点"),
        ("不要熊猫，要小猫", "小猫吃竹子"),
        ("换成狗", "狗吃竹子"),
    ],
)
async def test_a_change_is_worked_in(alone: Family, said: str, prompt: str) -> None:
    first = await a_clip(alone, "奶奶", WISH)
    changed = await a_clip(alone, "奶奶", f"小爱 {said}")
    assert (changed.prompt, changed.seed) == (prompt, first.seed)


async def test_it_is_made_shorter_and_longer_as_often_as_asked(alone: Family) -> None:
    first = await a_clip(alone, "奶奶", WISH)
    short = await a_clip(alone, "奶奶", "小爱 短一点")
    shorter = await a_clip(alone, "奶奶", "小爱 再短一点")
    longer = await a_clip(alone, "奶奶", "小爱 太短了")
    assert first.num_frames
    assert short.num_frames
    assert shorter.num_frames
    assert longer.num_frames
    assert first.num_frames > short.num_frames > shorter.num_frames < longer.num_frames
    assert longer.prompt == first.prompt


async def test_giving_up_where_nothing_is_open_is_answered_gently(alone: Family) -> None:
    await a_clip(alone, "奶奶", WISH)
    await alone.says("奶奶", "小爱 算了")
    assert (await alone.hears()).text == chat_words.STOP
    await alone.says("奶奶", "小爱 取消")
    assert (await alone.hears()).text == words.NOTHING_MAKING
    await alone.says("奶奶", "小爱 换个颜色")
    assert (await alone.hears()).text == words.WHAT_CHANGE
    await alone.says("奶奶", "算了")
    assert await alone.quiet()
