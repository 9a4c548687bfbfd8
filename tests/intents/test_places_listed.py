"""One of the places just listed: asked about, compared, gone to."""

from intents.places import wording
from intents.spots import wording as spots_wording
from tests.intents.outings import BUS, PLACES, Outing, many


async def test_one_of_the_places_is_asked_about(outing: Outing) -> None:
    await outing.asks("妈妈", "西湖有什么火锅", PLACES, keyword="火锅", near="西湖")
    ask = outing.asks
    assert await ask("妈妈", "第一个电话多少", PLACES) == "老城火锅(1店)，电话0571-00000003。"
    assert await ask("妈妈", "第二家在哪", PLACES) == "巷口火锅(2店)，在中山北路233号。"
    assert await ask("妈妈", "第二家电话呢", PLACES) == "巷口火锅(2店)的电话，地图上没写。"
    assert await ask("爸爸", "第一个几点关门", PLACES, keyword="第一个") == (
        "老城火锅(1店)，营业时间周一至周日 10:30到22:00。"
    )
    assert await ask("妈妈", "第三个怎么样", PLACES) == "社区火锅(3店)，720米，拱墅区。"
    assert await ask("妈妈", "第八个电话多少", PLACES) == "刚才只说了3个，是哪一个？"
    told = await ask("妈妈", "电话都是多少", PLACES)
    assert told.splitlines() == [wording.ABOUT_ALL, "1. 老城火锅(1店)：电话0571-00000003"]


async def test_a_question_left_behind_is_not_answered_by_later_talk(outing: Outing) -> None:
    asked = await outing.asks("小明", "去灵隐寺怎么走", BUS, destination="灵隐寺")
    assert asked == "从哪里出发？"
    await outing.asks("小明", "西湖有什么火锅", PLACES, keyword="火锅", near="西湖")
    said = await outing.asks("小明", "真不愧是杭州", "聊天")
    assert "灵隐寺" not in said
    assert "地图" not in said


async def test_open_all_day_is_said_so(outing: Outing) -> None:
    shop = many(1)
    shop["pois"][0]["business"]["opentime_week"] = "周一至周日 00:00-24:00"
    outing.replies("/v5/place/around", shop)
    await outing.asks("妈妈", "西湖有什么药店", PLACES, keyword="药店", near="西湖")
    told = await outing.asks("妈妈", "第一个几点关门", PLACES)
    assert told == "第1号面馆，营业时间周一至周日 全天。"


async def test_which_is_nearest_cheapest_or_best_is_told_from_the_list(outing: Outing) -> None:
    outing.replies("/v5/place/around", many(5))
    await outing.asks("妈妈", "西湖有什么面馆", PLACES, keyword="面馆", near="西湖")
    assert (await outing.asks("妈妈", "哪个最近", PLACES)).startswith("最近的是第1号面馆，4.0分，")
    told = await outing.asks("妈妈", "有便宜点的吗", PLACES, keyword="便宜点的")
    assert told.startswith("人均最低的是第5号面馆，")
    assert (await outing.asks("妈妈", "评分最高的呢", PLACES)).startswith("评分最高的是第5号面馆，")
    assert len(outing.world.asked("/v5/place/around")) == 1


async def test_what_the_map_does_not_say_cannot_be_compared(outing: Outing) -> None:
    await outing.asks("妈妈", "推荐个公园", PLACES, keyword="公园")
    assert await outing.asks("妈妈", "哪个最近", PLACES) == wording.CANNOT_TELL


async def test_the_way_to_one_of_them_is_told(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    outing.replies("/v5/place/around", many(3))
    await outing.asks("妈妈", "附近有什么面馆", PLACES, keyword="面馆")
    told = await outing.asks("妈妈", "第二个怎么走", BUS, destination="第二个")
    assert told.startswith("从家到第2号面馆，")
    told = await outing.asks("爸爸", "最后一家呢", BUS, destination="最后一家")
    assert told.startswith("从家到第3号面馆，")
    asked = await outing.asks("妈妈", "那家面馆怎么走", BUS, destination="那家面馆")
    assert asked.splitlines()[0] == spots_wording.WHICH_LISTED
    assert (await outing.says("妈妈", "1")).startswith("从家到第1号面馆，")


async def test_there_means_the_place_just_spoken_of(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "文三路100号")
    await outing.asks("妈妈", "附近有什么火锅", PLACES, keyword="火锅")
    await outing.asks("妈妈", "第二家评分多少", PLACES)
    assert (await outing.asks("妈妈", "怎么走", BUS)).startswith("从家到巷口火锅(2店)，")
    await outing.asks("妈妈", "附近有什么火锅", PLACES, keyword="火锅")
    await outing.asks("妈妈", "第三家怎么样", PLACES)
    told = await outing.asks("妈妈", "那家怎么去", BUS, destination="那家")
    assert told.startswith("从家到社区火锅(3店)，")


async def test_how_to_go_after_a_list_asks_which(outing: Outing) -> None:
    await outing.asks("妈妈", "西湖有什么火锅", PLACES, keyword="火锅", near="西湖")
    asked = await outing.asks("妈妈", "怎么走", BUS)
    assert asked.splitlines()[1] == "1. 老城火锅(1店)"
    told = await outing.says("妈妈", "第三个")
    assert told.startswith("从西湖到社区火锅(3店)，")


async def test_a_bus_to_a_listed_place_finds_its_city(outing: Outing) -> None:
    await outing.saves("妈妈", "家", "杭州东站")
    await outing.asks("妈妈", "推荐个公园", PLACES, keyword="公园")
    told = await outing.asks("妈妈", "坐车去第一个", BUS, destination="第一个", way="公交")
    assert told.startswith("从家到老城公园(1店)，坐公交地铁约")
    assert outing.world.asked("/v5/direction/transit")[-1]["city2"] == "0571"
