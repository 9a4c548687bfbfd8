"""Asking for places: whole conversations through the real app and the real map client."""

import re
from pathlib import Path

import pytest

from bot import wording as bot_wording
from intents.places import wording
from intents.tools import http
from tests import map_bodies
from tests.fake_llm import FakeLlm
from tests.fake_maps import FAULTS, FakeMaps
from tests.intents.outings import PLACES, Outing, many
from tests.intents.providers import body, recorded

HOTPOT = [
    "1. 老城火锅(1店)：4.7分，人均96元，120米，延安路500号4层，电话0571-00000003",
    "2. 巷口火锅(2店)：4.3分，420米，中山北路233号",
    "3. 社区火锅(3店)：720米，拱墅区",
]


def names(text: str) -> list[str]:
    return re.findall(r"^\d\. ([^：\n]+)", text, re.M)


async def test_the_city_is_no_part_of_what_is_looked_for(outing: Outing) -> None:
    told = await outing.asks("妈妈", "推荐大理的民宿", PLACES, keyword="大理的民宿", city="大理")
    assert told.startswith("大理的民宿，看看这几个：\n1. 老城民宿(1店)")


async def test_a_few_places_are_told_by_number(outing: Outing) -> None:
    told = await outing.asks("妈妈", "西湖附近有什么火锅", PLACES, keyword="火锅", near="西湖")
    assert told.splitlines() == ["西湖附近的火锅，看看这几个：", *HOTPOT, wording.HINT]


async def test_in_a_city_they_are_told_without_a_distance(outing: Outing) -> None:
    told = await outing.asks("妈妈", "推荐个公园", PLACES, keyword="公园")
    assert told.splitlines()[:2] == [
        "杭州的公园，看看这几个：",
        "1. 老城公园(1店)：4.7分，人均96元，延安路500号4层，电话0571-00000003",
    ]
    told = await outing.asks("妈妈", "上海有什么书店", PLACES, keyword="书店", city="上海")
    assert told.startswith("上海的书店")
    assert outing.world.asked("/v5/place/text")[-1]["region"] == "上海"
    told = await outing.asks("妈妈", "北京有什么书店", PLACES, keyword="书店", near="北京")
    assert outing.world.asked("/v5/place/text")[-1]["region"] == "北京"


async def test_nearby_means_home(outing: Outing) -> None:
    await outing.saves("爸爸", "家", "文三路100号")
    told = await outing.asks("妈妈", "附近有什么好吃的", PLACES, keyword="好吃的")
    assert told.startswith("家附近的美食，看看这几个：")
    assert outing.world.asked("/v5/place/around")[-1]["location"] == "120.132400,30.276300"


async def test_where_nearby_is_must_be_asked_when_nobody_knows(outing: Outing) -> None:
    asked = await outing.asks("妈妈", "附近有药店吗", PLACES, keyword="药店")
    assert asked == wording.WHERE_ABOUT
    told = await outing.says("妈妈", "小爱 我在武林广场附近")
    assert told.startswith("武林广场附近的药店，")
    again = await outing.asks("妈妈", "附近有超市吗", PLACES, keyword="超市")
    assert again.startswith("武林广场附近的超市，")


async def test_what_to_look_for_is_asked_when_nobody_said(outing: Outing) -> None:
    assert await outing.asks("妈妈", "西湖边有什么推荐", PLACES, near="西湖") == wording.WHAT
    assert (await outing.says("妈妈", "小爱 茶馆")).startswith("西湖附近的茶馆，")


async def test_more_is_told_until_there_is_no_more(outing: Outing) -> None:
    outing.replies("/v5/place/around", many(12))
    told = await outing.asks("妈妈", "西湖有什么面馆", PLACES, keyword="面馆", near="西湖")
    assert names(told) == [f"第{n}号面馆" for n in range(1, 6)]
    told = await outing.asks("妈妈", "还有吗", PLACES)
    assert told.splitlines()[0] == "面馆还有这些："
    assert names(told) == [f"第{n}号面馆" for n in range(6, 11)]
    told = await outing.asks("爸爸", "换几家", PLACES, keyword="面馆")
    assert names(told) == ["第11号面馆", "第12号面馆"]
    told = await outing.asks("妈妈", "附近还有吗", PLACES)
    assert told == "面馆就这些了，换个地方我再找找。"
    told = await outing.asks("妈妈", "西湖有什么面馆", PLACES, keyword="面馆", near="西湖")
    assert names(told)[0] == "第1号面馆"  # a new question is answered from the start


async def test_a_search_is_gone_on_from(outing: Outing) -> None:
    await outing.asks("妈妈", "西湖有什么火锅", PLACES, keyword="火锅", near="西湖")
    told = await outing.asks("妈妈", "武林广场那边呢", PLACES, near="武林广场")
    assert told.startswith("武林广场附近的火锅，")
    told = await outing.asks("妈妈", "那附近有停车的地方吗", PLACES, keyword="停车的地方")
    assert told.startswith("武林广场附近的停车场，")
    told = await outing.asks("妈妈", "有药店吗", PLACES, keyword="药店")
    assert told.startswith("杭州的药店，")


async def test_the_nearest_comes_first_when_it_is_the_nearest_that_is_wanted(
    outing: Outing,
) -> None:
    far_first = many(3)
    far_first["pois"].reverse()
    outing.replies("/v5/place/around", far_first)
    told = await outing.asks("妈妈", "离西湖最近的面馆", PLACES, keyword="面馆", near="西湖")
    assert names(told) == ["第1号面馆", "第2号面馆", "第3号面馆"]


async def test_nothing_found_is_looked_for_farther_away_once(outing: Outing) -> None:
    told = await outing.asks("妈妈", "西湖有不存在店吗", PLACES, keyword="不存在店", near="西湖")
    assert told == "西湖附近没找到不存在店，换个地方或换个说法再问我。"
    assert [q["radius"] for q in outing.world.asked("/v5/place/around")] == ["3000", "10000"]
    assert await outing.outcome() == "declined"
    told = await outing.asks("妈妈", "有不存在店吗", PLACES, keyword="不存在店")
    assert told == "杭州没找到不存在店，换个说法再问我一次。"


async def test_places_farther_away_are_told_as_such(outing: Outing) -> None:
    sane = outing.world.reply

    def only_wide(path: str, params: dict[str, str]) -> tuple[int, map_bodies.Body | None, None]:
        sane(path, dict(params))
        found = many(2) if params.get("radius") == "10000" else map_bodies.none("pois")
        return 200, found if "place" in path else map_bodies.geocodes(params["address"]), None

    vars(outing.world)["reply"] = only_wide
    told = await outing.asks("妈妈", "西湖有面馆吗", PLACES, keyword="面馆", near="西湖")
    assert told.splitlines()[0] == "西湖跟前没有面馆，远一点的有："


async def test_a_place_that_is_nowhere_is_asked_for_again(outing: Outing) -> None:
    outing.replies("/v5/place/text", map_bodies.none("pois"))
    asked = await outing.asks("妈妈", "瑞金路有火锅吗", PLACES, keyword="火锅", near="瑞金路八号")
    assert asked == "地图上没找到瑞金路八号，换个说法或者说详细点？"
    assert (await outing.says("妈妈", "小爱 断桥")).startswith("断桥附近的火锅，")


async def test_here_is_home_too(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    told = await outing.asks("妈妈", "这附近有火锅吗", PLACES, keyword="火锅", near="这附近")
    assert told.startswith("家附近的火锅，")


async def test_without_a_key_she_says_so_and_promises_nothing(
    tmp_path: Path, server: FakeLlm, world: FakeMaps
) -> None:
    world.key = ""
    async with Outing.of(tmp_path, server, world).living() as keyless:
        assert await keyless.asks("妈妈", "附近有火锅吗", PLACES, keyword="火锅") == wording.NO_MAP
        assert await keyless.outcome() == "declined"
    assert world.requests == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_the_map_does_the_answer_is_polite(
    outing: Outing, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(http, "DEADLINE_S", 0.4)
    outing.world.fault = fault
    said = await outing.asks("妈妈", "推荐个公园", PLACES, keyword="公园")
    assert said.endswith(("。", "？"))
    assert said not in (bot_wording.SURPRISED, bot_wording.SLOW)
    assert not re.search(r"[A-Za-z0-9{\[]", said)


@pytest.mark.parametrize("name", recorded("amap", "place_*") + recorded("amap", "error_*"))
async def test_a_recorded_answer_becomes_places_or_a_polite_word(outing: Outing, name: str) -> None:
    outing.replies("/v5/place", body("amap", name))
    for slots in ({}, {"near": "西湖"}):
        told = await outing.asks("妈妈", "有什么公园", PLACES, keyword="公园", **slots)
        assert told.splitlines()[0].endswith(("。", "？", "："))
        assert not re.search(r"None|nan|\[\]|null|\{", told)
        assert told != bot_wording.SURPRISED


async def test_one_word_alone_is_looked_for_near_home_without_a_language_model(
    outing: Outing,
) -> None:
    outing.llm.fault = "down"
    assert await outing.says("妈妈", "小爱 药店") == wording.WHERE_ABOUT
    assert (await outing.says("妈妈", "小爱 西湖")).startswith("西湖附近的药店，看看这几个：")
    await outing.saves("爸爸", "家", "文三路100号")
    assert (await outing.says("奶奶", "小爱 超市呢")).startswith("家附近的超市，看看这几个：")
    await outing.family.says("奶奶", "超市")  # calls nobody
    assert await outing.family.quiet()
