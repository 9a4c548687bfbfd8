"""以后都用水彩风格: a room's style, over films and pictures, until somebody takes it back."""

import pytest

from intents.video import change_wording as words
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.fake_llm import FakeLlm
from tests.family import Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
KEPT = words.STYLE_KEPT.format(style="水彩")


async def says(family: Family, who: str, said: str, room: str = "family") -> str:
    await family.says(who, f"小爱 {said}", room=room)
    return (await family.hears()).text


async def test_it_is_added_to_every_film_until_it_is_cleared(filmed: Family) -> None:
    assert await says(filmed, "妈妈", "以后都用水彩风格") == KEPT
    first = await a_clip(filmed, "爸爸", PANDA)
    second = await a_clip(filmed, "小明", "小爱 生成一个海边日出的视频")
    assert (first.prompt, second.prompt) == ("熊猫吃竹子，水彩风格", "海边日出，水彩风格")
    assert await says(filmed, "奶奶", "现在是什么风格") == words.STYLE_NOW.format(style="水彩")
    assert await says(filmed, "奶奶", "别用水彩了") == words.STYLE_GONE.format(style="水彩")
    assert (await a_clip(filmed, "爸爸", PANDA)).prompt == "熊猫吃竹子"
    assert await says(filmed, "奶奶", "现在是什么风格") == words.STYLE_NONE


async def test_pictures_are_drawn_in_it_too(studio_home: Family, cameraman: Cameraman) -> None:
    async with studio_home.living() as family:
        assert await says(family, "妈妈", "以后的图都用油画风格") == words.STYLE_KEPT.format(
            style="油画"
        )
        await family.says("小明", "小爱 画一张窗台上的小猫")
        await family.hears()
        errand = await cameraman.claim()
        assert errand["shot"]["prompt"] == "窗台上的小猫，油画风格"
        assert family.client
        await family.client.cancel_image(errand["id"])
        await family.hears()


async def test_a_wish_that_names_a_style_keeps_its_own(filmed: Family) -> None:
    await says(filmed, "妈妈", "以后都用水彩风格")
    job = await a_clip(filmed, "妈妈", "小爱 生成一个国画风格的熊猫的视频")
    assert job.prompt == "国画风格的熊猫"


async def test_a_new_style_takes_the_old_ones_place(filmed: Family) -> None:
    await says(filmed, "妈妈", "以后都用水彩风格")
    await says(filmed, "小明", "以后都用卡通风格")
    assert await says(filmed, "妈妈", "现在是什么风格") == words.STYLE_NOW.format(style="卡通")


async def test_it_belongs_to_the_room_and_survives_a_restart(home: Family) -> None:
    async with home.living():
        await says(home, "妈妈", "以后都用水彩风格")
        assert await home.quiet()
    async with home.living():
        assert await says(home, "爸爸", "现在是什么风格") == words.STYLE_NOW.format(style="水彩")
        other = await says(home, "爸爸", "现在是什么风格", room="office")
        assert other == words.STYLE_NONE


@pytest.mark.parametrize("said", ["取消水彩风格", "不要水彩风格了", "以后别再用水彩了"])
async def test_it_is_taken_back_in_many_words(home: Family, said: str) -> None:
    async with home.living():
        await says(home, "妈妈", "以后都用水彩风格")
        assert await says(home, "小明", said) == words.STYLE_GONE.format(style="水彩")


async def test_a_style_is_kept_by_its_bare_name(filmed: Family, llm: FakeLlm) -> None:
    slots = {"change": "定风格", "style": "动漫风格的那种"}
    llm.script([{"intent": "视频生成", "confidence": 0.9, **slots}])
    said = await says(filmed, "妈妈", "往后就动漫的那种吧")
    assert said == words.STYLE_KEPT.format(style="动漫")
