"""The family's own places in what it asks: whose they are, and where."""

from pathlib import Path

import pytest

from tests import map_bodies
from tests.fake_llm import FakeLlm
from tests.fake_maps import FakeMaps
from tests.intents.outings import Outing

BUS, PLACES = "公交规划", "地点推荐"


@pytest.mark.parametrize("words", ["家", "我家", "咱家", "家里", "我们家", "家附近"])
async def test_home_has_many_names(outing: Outing, words: str) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    told = await outing.asks("爸爸", f"从{words}怎么去断桥", BUS, origin=words, destination="断桥")
    assert told.startswith("从家到断桥，")


async def test_a_place_saved_under_another_name_for_it_is_found(outing: Outing) -> None:
    await outing.saves("妈妈", "我家", "文三路100号")
    await outing.saves("妈妈", "单位", "武林广场")
    told = await outing.asks("妈妈", "从家去公司", BUS, origin="家", destination="公司")
    assert told.startswith("从家到公司，")


async def test_ones_own_home_stands_before_the_rooms(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    await outing.saves("姑姑", "家", "武林广场", private=True)
    await outing.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    await outing.asks("姑姑", "从我家去断桥", BUS, origin="我家", destination="断桥")
    starts = [q["origin"] for q in outing.world.asked("/v5/direction/driving")]
    assert starts == ["120.132400,30.276300", "120.163127,30.272459"]


async def test_a_private_place_is_nobody_elses(outing: Outing) -> None:
    await outing.saves("姑姑", "公司", "武林广场", private=True)
    asked = await outing.asks("妈妈", "怎么去公司", BUS, origin="断桥", destination="公司")
    assert asked == "我还不知道公司在哪。说个地址或小区名就行。"
    told = await outing.asks("姑姑", "怎么去公司", BUS, origin="断桥", destination="公司")
    assert told.startswith("从断桥到公司，")


async def test_where_another_one_started_from_is_not_where_one_is(outing: Outing) -> None:
    await outing.saves("姑姑", "家", "武林广场", private=True)
    await outing.asks("姑姑", "怎么去断桥", BUS, destination="断桥")
    assert await outing.asks("妈妈", "怎么去西湖", BUS, destination="西湖") == "从哪里出发？"


async def test_what_was_forgotten_does_not_come_back(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    await outing.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert outing.family.memory
    assert outing.last
    assert await outing.family.memory.notebook.forget(outing.last, "家")
    assert await outing.asks("妈妈", "怎么去西湖", BUS, destination="西湖") == "从哪里出发？"


async def test_another_room_knows_nothing_of_it(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    outing.llm.script([{"intent": BUS, "destination": "断桥", "confidence": 0.9}])
    assert await outing.says("妈妈", "小爱 怎么去断桥", room="colleagues") == "从哪里出发？"


async def test_a_place_of_the_family_that_nobody_saved_is_asked_for(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    asked = await outing.asks("妈妈", "怎么去奶奶家", BUS, destination="奶奶家")
    assert asked == "我还不知道奶奶家在哪。说个地址或小区名就行。"
    told = await outing.says("妈妈", "小爱 武林广场")
    assert told.startswith("从家到武林广场，")


async def test_an_address_that_the_map_does_not_know_is_said_so(outing: Outing) -> None:
    outing.replies("/v5/place/text", map_bodies.none("pois"))
    await outing.saves("妈妈", "家", "火星大道一号")
    asked = await outing.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert asked == "记着的家在地图上没找到，换个详细点的地址告诉我。"


async def test_the_saved_places_are_offered_where_one_is_asked_from(outing: Outing) -> None:
    await outing.saves("妈妈", "公司", "武林广场")
    await outing.saves("妈妈", "奶奶家", "文三路100号")
    asked = await outing.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert asked.splitlines() == ["从哪里出发？", "1. 公司", "2. 奶奶家"]
    assert (await outing.says("妈妈", "2")).startswith("从奶奶家到断桥，")


async def test_a_saved_place_can_be_the_middle_of_a_search(outing: Outing) -> None:
    await outing.saves("妈妈", "奶奶家", "武林广场")
    told = await outing.asks("妈妈", "奶奶家附近的药店", PLACES, keyword="药店", near="奶奶家附近")
    assert told.startswith("奶奶家附近的药店，")
    assert outing.world.asked("/v5/place/around")[-1]["location"] == "120.163127,30.272459"


async def test_the_town_a_room_has_named_stands_before_the_configured_one(
    tmp_path: Path, server: FakeLlm, world: FakeMaps
) -> None:
    async with Outing.of(tmp_path, server, world).living(city="杭州") as outing:
        await outing.saves("妈妈", "城市", "上海")
        told = await outing.asks("妈妈", "推荐个公园", PLACES, keyword="公园")
        assert told.startswith("上海的公园，")
        asked = await outing.asks("妈妈", "怎么去人民广场", BUS, destination="人民广场")
        assert asked == "从哪里出发？"  # the town is no place to start from
        told = await outing.asks("妈妈", "去人民广场", BUS, origin="断桥", destination="人民广场")
        assert told.startswith("从断桥到人民广场，")  # Shanghai's, without a question
