"""A family on an ordinary day, without a language model: what is said next, and how it is built.

The sentences are what people typed on the page; each stands for the many that are built like it.
"""

from typing import Any

import pytest

from intents.patterns import Patterns
from intents.registry import INTENTS
from intents.spots.listed import PLACES

PATTERNS = Patterns(INTENTS)
WALK, CYCLE, DRIVE, RIDE = "步行规划", "骑行规划", "驾车规划", "公交规划"
PICTURE = "图片生成"


def understood(said: str, after: str = "") -> tuple[str, dict[str, Any]]:
    found = PATTERNS.find(said, after=after)
    return found.intent.name, found.slots.model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("第二个电话多少", PLACES), ("第二家的电话是多少", RIDE), ("第一个几点关门", PLACES),
        ("最后一家地址在哪里", "天气"), ("第三个贵不贵", PLACES), ("哪个最近", PLACES),
        ("最近的是哪个", PLACES), ("最便宜的是哪家", PLACES), ("评分最高的呢", PLACES),
        ("有电话吗", PLACES), ("人均多少", PLACES), ("便宜点的有吗", PLACES),
    ],
)  # fmt: skip
def test_what_was_recommended_can_be_asked_about(said: str, after: str) -> None:
    assert understood(said, after) == (PLACES, {})


@pytest.mark.parametrize("said", ["好的", "多少", "第二名是谁", "最好别去", "那个电话打了吗"])
def test_other_words_after_a_list_are_talk(said: str) -> None:
    assert understood(said, PLACES)[0] == "聊天"


@pytest.mark.parametrize(
    ("said", "slots"),
    [("那回来呢", {}), ("返程要多久", {}), ("回来怎么走", {}), ("那往回走的话", {})],
)
@pytest.mark.parametrize("after", [WALK, CYCLE, DRIVE, RIDE])
def test_after_a_way_there_one_asks_for_the_way_back(
    said: str, slots: dict[str, Any], after: str
) -> None:
    assert understood(said, after) == (RIDE, slots)


def test_having_come_back_is_no_wish() -> None:
    assert understood("回来了", DRIVE) == ("聊天", {})
    assert understood("回家呢", DRIVE) == (DRIVE, {"destination": "家", "way": "驾车"})


@pytest.mark.parametrize(
    ("said", "style"),
    [("要水彩的", "水彩"), ("卡通一点", "卡通"), ("油画的呢", "油画"), ("来个铅笔画", "铅笔画")],
)
def test_a_style_alone_goes_on_from_the_picture(said: str, style: str) -> None:
    assert understood(said, PICTURE) == (PICTURE, {"again": "换风格", "style": style})
    assert understood(said)[0] != PICTURE


@pytest.mark.parametrize("said", ["画", "帮我画一张", "给我画个吧"])
def test_to_draw_without_saying_what_is_a_wish_to_ask_about(said: str) -> None:
    assert understood(said) == (PICTURE, {})


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("画只胖胖的橘猫在打盹", "胖胖的橘猫在打盹"),
        ("画个孙悟空翻跟头", "孙悟空翻跟头"),
        ("画只有一条腿的小鸟", "只有一条腿的小鸟"),
        ("画一个戴草帽的老爷爷", "一个戴草帽的老爷爷"),
    ],
)
def test_what_is_drawn_does_not_begin_with_half_a_number(said: str, wish: str) -> None:
    assert understood(said) == (PICTURE, {"wish": wish})


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("我想走路去图书馆，怎么走", WALK, {"destination": "图书馆"}),
        ("走路到最近的地铁站要多久", WALK, {"destination": "最近的地铁站"}),
        ("走着去呢", WALK, {}),
        ("我骑车去接娃，到实验小学要多久", CYCLE, {"destination": "实验小学"}),
        ("不走高速去苏州怎么开", DRIVE, {"destination": "苏州"}),
        ("从南昌开车到赣州过路费多少", DRIVE, {"origin": "南昌", "destination": "赣州"}),
        ("地铁到天安门在哪站下", RIDE, {"destination": "天安门"}),
        ("奶奶要去复查，去省人民医院怎么坐车", RIDE, {"destination": "省人民医院"}),
    ],
)
def test_a_way_begins_and_ends_at_places_and_at_nothing_else(
    said: str, intent: str, slots: dict[str, str]
) -> None:
    found, told = understood(said, RIDE)
    assert found == intent
    assert {name: it for name, it in told.items() if name != "way"} == slots


@pytest.mark.parametrize(
    ("said", "keyword"),
    [
        ("找个能停车的火锅店", "停车的火锅店"),
        ("奶奶想喝羊肉汤，附近哪家好", "羊肉汤"),
        ("这附近能不能洗车", "洗车"),
        ("公司楼下有啥吃的", "吃的"),
        ("最近哪里有厕所", "厕所"),
    ],
)
def test_what_is_looked_for_is_the_thing_itself(said: str, keyword: str) -> None:
    found, slots = understood(said)
    assert (found, slots.get("keyword")) == (PLACES, keyword)


@pytest.mark.parametrize("said", ["囡囡明天春游，会落雨伐", "今天热唔热", "西宁晚上冷不"])
def test_dialects_ask_for_the_weather_too(said: str) -> None:
    assert understood(said)[0] == "天气"


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("东京明天冷吗", "东京"),
        ("千岛湖明天会下雨吗", "千岛湖"),
        ("青海湖这几天天气怎么样", "青海湖"),
        ("帮我查一下泸沽湖明天的天气", "泸沽湖"),
        ("公园明天会下雨吗", None),
        ("明天去草原冷不冷", None),
    ],
)
def test_a_place_that_is_no_town_is_not_passed_over_for_another(said: str, place: str) -> None:
    found, slots = understood(said)
    assert (found, slots.get("place")) == ("天气", place)


def test_a_town_alone_goes_on_from_the_weather() -> None:
    assert understood("北京", "天气") == ("天气", {"place": "北京"})
    assert understood("北京") == ("聊天", {})
    assert understood("知道了", "天气") == ("聊天", {})


def test_a_whole_way_stands_for_itself_also_after_another() -> None:
    slots = {"origin": "成都", "destination": "重庆", "way": "驾车"}
    assert understood("从成都到重庆开车多久", RIDE) == (DRIVE, slots)
    assert understood("从学校出发呢", RIDE) == (RIDE, {"origin": "学校"})


def test_to_ask_the_way_without_saying_where_is_a_wish_to_ask_about() -> None:
    assert understood("怎么走") == (RIDE, {})


def test_a_parcel_on_its_way_is_no_place() -> None:
    assert understood("帮我看看快递到哪了") == ("聊天", {})
