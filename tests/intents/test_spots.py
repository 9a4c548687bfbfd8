"""What a family calls a place: its own names, places just told, towns, kinds of place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.places.kinds import kind, wider
from intents.spots import names
from intents.spots.bias import NATION, city_named
from intents.spots.listed import Listed, counted, pack, pick, unpack_place, unpack_spot
from intents.tools.maps import Place, Spot

TOLD = Listed(
    places=(
        Place("巴蜀火锅(湖滨店)", (120.16, 30.25)),
        Place("海底捞火锅(西湖店)", (120.15, 30.26)),
        Place("西湖文化广场", (120.17, 30.28)),
    ),
    keyword="火锅",
)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("我家", "家"), ("家里", "家"), ("咱家", "家"), ("咱们家里", "家"), ("从家出发", "家"),
        ("家附近", "家"), ("我们单位", "公司"), ("公司门口", "公司"), ("从公司出发吧", "公司"),
        ("从公司回来", "公司"),
        ("我奶奶家", "奶奶家"), ("奶奶家里", "奶奶家"), ("在武林广场附近", "武林广场"),
        ("我在武林广场", "武林广场"), ("就去西湖吧", "西湖"), ("火车站那边", "火车站"),
        ("星光酒吧", "星光酒吧"), ("从化", "从化"), ("上海", "上海"), ("中国美术馆", "中国美术馆"),
        ("外婆家(万达店)", "外婆家(万达店)"), ("家", "家"), ("屋里", "家"),
        ("我屋头", "家"), ("我屋在学院路8号哈", "学院路8号"), ("我家在学院路8号", "学院路8号"),
    ],
)  # fmt: skip
def test_many_words_are_one_name(words: str, name: str) -> None:
    assert names.canonical(words) == name


@pytest.mark.parametrize(
    "words", ["这里", "我这里", "我这儿", "这附近", "附近", "我的位置", "当前位置", "现在的位置"]
)
def test_nobody_can_see_where_here_is(words: str) -> None:
    assert names.is_here(names.canonical(words))


@pytest.mark.parametrize(
    "words", ["家", "公司", "奶奶家", "大舅家", "爸妈家", "我女儿公司", "老家"]
)
def test_only_the_family_knows_its_own_places(words: str) -> None:
    assert names.is_ours(names.canonical(words))


@pytest.mark.parametrize("words", ["西湖", "宜家", "外婆家(万达店)", "公司注册处", "国家大剧院"])
def test_what_stands_on_the_map_is_not_asked_of_the_family(words: str) -> None:
    name = names.canonical(words)
    assert not names.is_ours(name)
    assert not names.is_here(name)


@pytest.mark.parametrize(
    ("words", "what"),
    [("最近的地铁站", "地铁站"), ("附近的加油站", "加油站"), ("离我最近的药店", "药店"),
     ("附近最近的厕所", "厕所"), ("地铁站", None), ("最近的", None)],
)  # fmt: skip
def test_any_near_one_will_do(words: str, what: str | None) -> None:
    assert names.any_of(words) == what


@given(st.text(max_size=60))
def test_any_words_have_some_name(words: str) -> None:
    assert names.canonical(words) or not words.strip() or names.plain(words) == ""


@pytest.mark.parametrize(
    ("words", "index"),
    [("第二个", 1), ("第2家", 1), ("那第一家", 0), ("第二家火锅店", 1), ("最后一个", 2),
     ("第三个", 2), ("第四个", -1), ("第十二个", -1), ("第二人民医院", None), ("第一百货", None),
     ("第五大道", None), ("西湖", None), ("二", None)],
)  # fmt: skip
def test_a_place_is_meant_by_its_number(words: str, index: int | None) -> None:
    assert counted(words, 3) == index


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("第二个", [1]), ("第九个", [0, 1, 2]), ("那家海底捞", [1]), ("刚才那家巴蜀火锅", [0]),
        ("那家火锅店", [0, 1, 2]), ("那家", [0, 1, 2]), ("海底捞", [1]), ("巴蜀火锅", [0]),
        ("海底捞火锅(西湖店)", [1]), ("那里", [0, 1, 2]),
        ("西湖", []), ("西湖文化广场", [2]), ("火锅", []), ("那家书店", []), ("杭州东站", []),
    ],
)  # fmt: skip
def test_a_place_just_told_is_meant_by_its_name(words: str, places: list[int]) -> None:
    assert pick(words, TOLD) == tuple(TOLD.places[i] for i in places)


def test_what_is_kept_comes_back_as_it_was() -> None:
    place = Place("海底捞", (120.15, 30.26), rating=4.7, cost=None, metres=320, phone="0571-1")
    spot = Spot("家", (120.1, 30.2), city="杭州市", citycode="0571")
    assert unpack_place(pack(place) | {"at": [*place.at], "new": 1}) == place
    assert unpack_spot(pack(spot) | {"at": [*spot.at]}) == spot


@pytest.mark.parametrize(
    ("words", "city"),
    [
        ("北京南站", "北京市"), ("西安北站", "西安市"), ("杭州东站", "杭州"), ("萧山机场", "杭州"),
        ("上海", NATION), ("安徽芜湖", NATION), ("北京市朝阳区", NATION), ("朝阳", NATION),
        ("浙江省博物馆", NATION), ("西湖", "杭州"), ("西湖区文三路", "杭州"),
        ("南京东路", None), ("北京路", None), ("北京烤鸭", None), ("兰州拉面", None),
        ("长沙臭豆腐", None), ("中山公园", None), ("朝阳公园", None), ("故宫", None),
        ("新华书店", None), ("瑞金路二号", None),
    ],
)  # fmt: skip
def test_a_name_may_tell_in_which_city_it_is(words: str, city: str | None) -> None:
    assert city_named(words, "杭州") == city


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("火锅", "火锅"), ("好吃的", "美食"), ("好玩", "景点"),
        ("吃饭的地方", "美食"), ("好吃的火锅店", "火锅店"),
        ("附近的加油站", "加油站"), ("好玩的地方", "景点"), ("有什么好玩的", "景点"),
        ("适合孩子玩的地方", "亲子乐园"), ("适合老人的饭店", "美食"),
         ("散步的地方", "公园"), ("最近的地铁站", "地铁站"),
        ("别的药店", "药店"), ("上厕所", "公共厕所"), ("买菜的地方", "菜市场"),
        ("便宜点的", None), ("别的", None), ("其他的", None), ("近一点的", None), ("第二个", None),
        ("停车的火锅店", "火锅店"), ("离家近一点的药店", "药店"), ("停车", "停车场"),
        (None, None),
    ],
)  # fmt: skip
def test_what_is_looked_for_has_a_name_on_the_map(words: str | None, what: str | None) -> None:
    assert kind(words) == what


def test_a_kind_can_be_said_in_fewer_words() -> None:
    assert wider("酸菜鱼店") == "酸菜鱼"
    assert wider("书店") == "书店"
