"""What is not filmed: by nobody, by the family's own list, or by a guard that reads along."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.limits import wording
from bot.limits.settings import LimitsSettings
from bot.limits.words import unwanted
from bot.settings import BotSettings
from intents.settings import ModerationSettings
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.fake_guard import FakeGuard, running_guard
from tests.family import Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
OWN = ("鬼", "snake", "大灰狼")


@pytest.fixture
async def family(studio_home: Family, cameraman: Cameraman) -> AsyncIterator[Family]:
    studio_home.settings = BotSettings(limits=LimitsSettings(words=OWN))
    async with cameraman.at_work(), studio_home.living() as living:
        yield living


@pytest.mark.parametrize("wish", ["一个鬼在跳舞", "大 灰 狼来了", "血腥的场面", "脱*光的人"])
async def test_a_wish_with_such_a_word_is_not_filmed(
    family: Family, cameraman: Cameraman, wish: str
) -> None:
    await family.says("小明", f"小爱 生成一个{wish}的视频")
    assert (await family.hears()).text == wording.UNWANTED
    assert await family.quiet()
    assert cameraman.claims == []
    await a_clip(family, "小明", PANDA)  # the next wish is as good as any


async def test_a_change_is_a_wish_too(family: Family) -> None:
    await a_clip(family, "小明", PANDA)
    await family.says("小明", "小爱 把熊猫换成大灰狼")
    assert (await family.hears()).text == wording.UNWANTED
    await family.says("小明", "小爱 画一个鬼")
    assert (await family.hears()).text == wording.UNWANTED_BRIEF
    assert await family.quiet()


async def test_talk_about_it_is_talk(family: Family) -> None:
    await family.says("小明", "小爱 我怕鬼")
    assert (await family.hears()).text not in ("", wording.UNWANTED)


@pytest.mark.parametrize(
    "said",
    [
        "一只黄色的小鸭子", "小狗舔爪子", "打架的小猫", "装修房子", "A toy gun on a shelf",
        "decorated with ribbons", "sand dunes, a desert rattlesnake plant", "切开西瓜",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_filmed(said: str) -> None:
    assert unwanted(said, OWN) is None


@pytest.mark.parametrize(
    "said",
    ["一个人自杀", "全 裸", "裸体画", "A murder in the dark", "a NUDE figure", "Ａ Ｓnake", "鬼屋"],
)
def test_what_is_meant_is_found_however_it_is_spelled(said: str) -> None:
    assert unwanted(said, OWN)


@pytest.mark.parametrize("words", [("",), ("鬼", " ")])
def test_an_empty_word_would_stand_in_everything(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="empty"):
        LimitsSettings(words=words)


@pytest.fixture
def guard() -> Iterator[FakeGuard]:
    with running_guard() as guard:
        yield guard


@pytest.fixture
async def guarded(
    studio_home: Family, cameraman: Cameraman, guard: FakeGuard
) -> AsyncIterator[Family]:
    """A family whose films a guard model reads along."""
    studio_home.moderation = ModerationSettings(
        provider="compatible", base_url=guard.url, model="guard"
    )
    async with cameraman.at_work(), studio_home.living() as living:
        yield living


async def test_the_guard_reads_the_wish_and_the_prompt_that_was_written(
    guarded: Family, guard: FakeGuard
) -> None:
    guard.says("Safety: Safe")
    job = await a_clip(guarded, "小明", PANDA)
    assert [text for text, _ in guard.read] == [f"熊猫吃竹子\n{job.prompt}"]


async def test_what_the_guard_refuses_is_not_filmed(
    guarded: Family, guard: FakeGuard, cameraman: Cameraman
) -> None:
    guard.says("Safety: Unsafe")
    await guarded.says("小明", PANDA)
    assert (await guarded.hears()).text == wording.UNWANTED
    assert cameraman.claims == []
    await guarded.says("小明", "小爱 我的额度")
    assert (await guarded.hears()).text.startswith("今天你拍了0段")


async def test_a_guard_who_is_away_stops_films_and_no_talk(
    guarded: Family, guard: FakeGuard, cameraman: Cameraman
) -> None:
    guard.fault = 500
    await guarded.says("小明", PANDA)
    assert (await guarded.hears()).text == wording.UNCHECKED
    await guarded.says("小明", "小爱 你好")
    assert (await guarded.hears()).text not in ("", wording.UNCHECKED)
    assert cameraman.claims == []
    guard.fault = 0
    guard.says("safe")
    await a_clip(guarded, "小明", PANDA)
