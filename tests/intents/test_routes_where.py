"""From where to where: what she asks, whom she understands, and which place is meant."""

import sqlite3
from contextlib import closing

from intents.routes import wording
from tests import map_bodies
from tests.intents.outings import BUS, CAR, Outing, head, link_of


async def test_she_asks_where_from_once_and_then_tells_the_way(outing: Outing) -> None:
    assert await outing.asks("妈妈", "怎么去西湖", BUS, destination="西湖") == wording.WHERE_FROM
    told = await outing.says("妈妈", "小爱 武林广场")
    assert head(told) == "从武林广场到西湖，骑车约15分钟，3.8公里。"
    again = await outing.asks("妈妈", "怎么去灵隐寺", BUS, destination="灵隐寺")
    assert head(again).startswith("从武林广场到灵隐寺，")


async def test_silence_about_where_from_drops_the_wish(outing: Outing) -> None:
    await outing.asks("妈妈", "怎么去西湖", BUS, destination="西湖")
    family = outing.family
    assert await family.quiet()
    with closing(sqlite3.connect(family.folder / "bot.db")) as file, file:
        assert file.execute("UPDATE questions SET due = due - 600").rowcount == 1
        file.execute("UPDATE questions SET due = 1")
    await family.says("爸爸", "小爱 在吗", room="other")  # rings the timer's bell
    await family.hears()
    assert await family.quiet()
    with closing(sqlite3.connect(family.folder / "bot.db")) as file:
        states = [row[0] for row in file.execute("SELECT state FROM questions")]
    assert states == ["dropped"]


async def test_where_to_is_asked_when_nobody_said(settled: Outing) -> None:
    assert await settled.asks("妈妈", "帮我查下路线", BUS) == wording.WHERE_TO
    assert head(await settled.says("妈妈", "小爱 西湖")).startswith("从家到西湖，")


async def test_a_name_of_two_towns_is_asked_about_once(settled: Outing) -> None:
    asked = await settled.asks("妈妈", "开车去人民广场", CAR, destination="人民广场", way="驾车")
    assert asked.splitlines() == [
        "有好几个人民广场，是哪一个？",
        "1. 上海市黄浦区人民广场",
        "2. 辽宁省大连市西岗区人民广场",
    ]
    told = await settled.says("妈妈", "第二个")
    assert head(told).startswith("从家到辽宁省大连市西岗区人民广场，开车约")
    assert link_of(told)["to"].startswith("121.610900,38.913400,")


async def test_what_was_left_open_by_a_question_is_not_lost(settled: Outing) -> None:
    await settled.asks("妈妈", "从武林广场开车去西湖", CAR, origin="武林广场", destination="西湖",
                       way="驾车")  # fmt: skip
    await settled.asks("妈妈", "那去人民广场呢", BUS, destination="人民广场")
    told = await settled.says("妈妈", "1")
    assert head(told).startswith("从武林广场到上海市黄浦区人民广场，开车约")
    assert "坐公交地铁" in head(await settled.asks("妈妈", "坐高铁呢", BUS, way="公交"))


async def test_what_is_not_on_the_map_is_named_and_asked_again(settled: Outing) -> None:
    nobody = map_bodies.none("pois")
    settled.replies("/v5/place/text", nobody)
    asked = await settled.asks("妈妈", "怎么去瑞金路八号", BUS, destination="瑞金路八号")
    assert asked == "地图上没找到瑞金路八号，换个说法或者说详细点？"
    assert head(await settled.says("妈妈", "小爱 断桥")).startswith("从家到断桥，")
    asked = await settled.asks("妈妈", "从瑞金路八号去断桥", BUS, origin="瑞金路八号",
                               destination="断桥")  # fmt: skip
    assert "瑞金路八号" in asked


async def test_a_village_of_that_name_is_not_taken_for_the_place(settled: Outing) -> None:
    settled.replies("/v5/place/text", map_bodies.none("pois"))
    asked = await settled.asks("妈妈", "怎么去东京", BUS, destination="东京")
    assert asked.splitlines()[1:] == ["1. 广西壮族自治区贵港市平南县东京"]


async def test_a_shop_without_an_address_of_its_own_is_found_by_its_name(settled: Outing) -> None:
    told = await settled.asks("妈妈", "怎么去老城书店", BUS, destination="老城书店")
    assert head(told).startswith("从家到老城老城书店(1店)，")
    asked = await settled.asks("妈妈", "怎么去旧书", BUS, destination="旧书")
    assert asked.splitlines()[:2] == ["地图上没有正好叫旧书的，是这里面的吗？", "1. 老城旧书(1店)"]
    assert head(await settled.says("妈妈", "第一个")).startswith("从家到老城旧书(1店)，")


async def test_the_nearest_of_a_kind_is_a_goal_too(settled: Outing) -> None:
    there = {"keywords": "加油站", "location": "120.135,30.28"}
    settled.replies("/v5/place/around", map_bodies.places(there))
    told = await settled.asks("妈妈", "去最近的加油站怎么走", BUS, destination="最近的加油站")
    assert head(told).startswith("从家到老城加油站(1店)，走路约")
    assert settled.world.asked("/v5/place/around")[-1]["keywords"] == "加油站"
    settled.replies("/v5/place/around", map_bodies.none("pois"))
    asked = await settled.asks("妈妈", "最近的码头怎么走", BUS, destination="最近的码头")
    assert asked == "家附近没找到码头，换个地方告诉我？"


async def test_where_here_is_must_be_asked(settled: Outing) -> None:
    asked = await settled.asks("妈妈", "从这里怎么去西湖", BUS, origin="这里", destination="西湖")
    assert asked == "你现在在哪儿？说个附近的地名就行。"
    assert head(await settled.says("妈妈", "小爱 我在武林广场")).startswith("从武林广场到西湖，")


async def test_on_the_way_home_one_starts_where_one_went(settled: Outing) -> None:
    assert await settled.asks("妈妈", "回家怎么走", BUS, destination="家") == wording.WHERE_FROM
    await settled.says("妈妈", "算了")
    await settled.asks("妈妈", "怎么去西湖", BUS, destination="西湖")
    told = await settled.asks("妈妈", "回家怎么走", BUS, destination="家")
    assert head(told).startswith("从西湖到家，")


async def test_two_names_of_one_spot_are_no_way(settled: Outing) -> None:
    told = await settled.asks(
        "妈妈", "从家去文三路100号", BUS, origin="家", destination="文三路100号"
    )
    assert told == "家和文三路100号就在一块儿，不用走。"


async def test_the_names_in_a_sentence_tell_in_which_city_to_look(settled: Outing) -> None:
    await settled.asks("妈妈", "从北京南站去故宫", BUS, origin="北京南站", destination="故宫")
    assert {"address": "故宫", "city": "北京市"} in settled.world.asked("/v3/geocode/geo")
    await settled.says("妈妈", "算了")
    await settled.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert {"address": "断桥", "city": "杭州"} in settled.world.asked("/v3/geocode/geo")
