"""A way in words: whatever the map knows of it, it is told in a few short lines."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import SURPRISED
from intents.routes.asking import Told
from intents.routes.links import link
from intents.routes.telling import tell
from intents.routes.ways import WAYS, by_distance, crow, said
from intents.tools.maps import Leg, Route, Spot, Way
from tests.intents.outings import Outing
from tests.intents.providers import body, recorded

HOME, LAKE = Spot("家", (120.1324, 30.2763)), Spot("西湖", (120.14229, 30.25275))

some_yuan = st.none() | st.floats(0, 5_000)
legs = st.builds(
    Leg, st.text("沿文三路行驶左转，0123456789米。", max_size=80), st.integers(0, 10**6)
)
routes = st.builds(
    Route,
    way=st.sampled_from(WAYS),
    metres=st.integers(0, 3_000_000),
    seconds=st.integers(0, 400_000),
    legs=st.lists(legs, max_size=30).map(tuple),
    fare=some_yuan,
    tolls=some_yuan,
    taxi=some_yuan,
    walk_metres=st.integers(0, 5_000),
    changes=st.lists(st.text("武林广场北站东口", min_size=1, max_size=20), max_size=6).map(tuple),
)
spots = st.builds(
    Spot,
    st.text(min_size=1, max_size=60),
    st.tuples(st.floats(73, 135), st.floats(3, 53)),
)


@given(routes, st.lists(routes, max_size=3).map(tuple), spots, spots)
def test_any_way_is_told_in_few_lines(
    route: Route, others: tuple[Route, ...], start: Spot, end: Spot
) -> None:
    lines = tell(Told(route, others), HOME, LAKE).splitlines()
    steps = [line for line in lines if re.match(r"\d\. ", line)]
    assert lines[0].startswith("从家到西湖，")
    assert len(steps) == min(5, len(route.legs))
    assert len(lines) - len(steps) <= 4
    assert all(len(line) <= 42 for line in steps)
    assert "None" not in "".join(lines)
    told = tell(Told(route, others), start, end)
    assert told.splitlines()[-1].startswith("在地图里看：https://")


@given(st.sampled_from(WAYS), spots, spots)
def test_a_link_says_what_was_told_whatever_the_names_hold(
    way: Way, start: Spot, end: Spot
) -> None:
    address = link(way, start, end)
    assert re.fullmatch(r"[!-~]+", address)
    told = parse_qs(urlsplit(address).query, keep_blank_values=True)
    for name, spot in (("from", start), ("to", end)):
        longitude, latitude, called = told[name][0].split(",", 2)
        assert abs(float(longitude) - spot.at[0]) < 1e-6
        assert abs(float(latitude) - spot.at[1]) < 1e-6
        assert called == spot.name[:12]
    assert told["mode"] == [{"步行": "walk", "骑行": "ride", "驾车": "car", "公交": "bus"}[way]]
    assert told["callnative"] == ["1"]


def test_the_long_parts_are_told_in_their_order() -> None:
    far = tuple(Leg(f"第{n}段", metres=n % 4 * 100) for n in range(12))
    told = tell(Told(Route("驾车", 9_000, 900, far)), HOME, LAKE)
    shown = re.findall(r"^\d\. (第\d+段)", told, re.M)
    assert shown == ["第2段", "第3段", "第6段", "第7段", "第11段"]


def test_what_costs_nothing_is_not_told() -> None:
    free = Route("驾车", 9_000, 900, tolls=0, taxi=None)
    assert "元" not in tell(Told(free), HOME, LAKE)
    fare = Route("公交", 9_000, 900, fare=4.0, taxi=31)
    assert tell(Told(fare), HOME, LAKE).splitlines()[1] == "票价4元，打车约31元。"


def test_a_train_is_called_one() -> None:
    leg = Leg("坐Z10次火车，19:04从杭州开，第二天08:49到北京", 1_589_000, 49_500)
    told = tell(Told(Route("公交", 1_589_000, 54_180, (leg,), fare=358.5, taxi=3_120)), HOME, LAKE)
    assert told.splitlines()[:2] == ["从家到西湖，坐火车约15小时3分钟，1589公里。", "票价358.5元。"]


@pytest.mark.parametrize(
    ("metres", "way"),
    [(0, "步行"), (1_500, "步行"), (1_501, "骑行"), (5_000, "骑行"), (5_001, "公交")],
)
def test_the_distance_decides_as_agreed(metres: float, way: Way) -> None:
    assert by_distance(metres, "公交") == way
    assert by_distance(1e6, "驾车") == "驾车"


@pytest.mark.parametrize(
    ("words", "way"),
    [("坐地铁去西湖", "公交"), ("打车过去多少钱", "驾车"), ("开车去", "驾车"), ("骑车呢", "骑行"),
     ("骑自行车去", "骑行"), ("走路要多久", "步行"), ("怎么走", None), ("去火车站怎么走", None),
     ("开车还是坐地铁", None), ("怎么去西湖", None)],
)  # fmt: skip
def test_a_way_is_named_by_its_usual_words(words: str, way: Way | None) -> None:
    assert said(words) == way


def test_a_straight_line_is_as_long_as_it_is() -> None:
    assert crow((120.0, 30.0), (120.0, 30.0)) == 0
    assert abs(crow((120.0, 30.0), (120.0, 31.0)) - 111_195) < 10
    assert abs(crow(HOME.at, LAKE.at) - 2_786) < 10


DIRECTIONS = ("walk", "bicyc", "driv", "transit", "route", "error", "v4")


@pytest.mark.parametrize("name", [n for n in recorded("amap") if n.startswith(DIRECTIONS)])
async def test_a_recorded_answer_becomes_a_way_or_a_polite_word(outing: Outing, name: str) -> None:
    outing.replies("/v5/direction", body("amap", name))
    way = {"walk": "步行", "bicy": "骑行", "tran": "公交"}.get(name[:4], "驾车")
    told = await outing.asks(
        "妈妈", "从杭州东站去断桥", "公交规划", origin="杭州东站", destination="断桥", way=way
    )
    assert told.splitlines()[0].endswith(("。", "？"))
    assert not re.search(r"None|nan|\[\]|null|\{", told)
    assert told != SURPRISED
