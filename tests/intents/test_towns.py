"""Names of towns as people say them: the longest wins, namesakes are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.tools.forecast import Town
from intents.tools.town_names import short_name
from intents.tools.towns import capital, find_towns, label, towns_named, whole_name


def codes(place: str, near: str = "") -> list[str]:
    return [town.adcode for town in towns_named(place, near)]


@pytest.mark.parametrize(
    ("said", "adcode", "name"),
    [
        ("杭州", "330100", "杭州"),
        ("杭州市", "330100", "杭州"),
        ("上海", "310000", "上海"),
        ("香港", "810000", "香港"),
        ("昆山", "320583", "昆山"),
        ("浦东", "310115", "浦东新区"),
        ("西双版纳", "532800", "西双版纳"),
        ("新晃", "431227", "新晃"),
        ("融水", "450225", "融水"),
        ("锡林郭勒", "152500", "锡林郭勒"),
        ("神农架", "429021", "神农架林区"),
        ("易县", "130633", "易县"),
        ("内蒙古", "150000", "内蒙古"),
    ],
)
def test_a_town_is_known_by_its_whole_and_by_its_short_name(
    said: str, adcode: str, name: str
) -> None:
    (town,) = towns_named(said)
    assert (town.adcode, town.name) == (adcode, name)


@pytest.mark.parametrize(
    ("said", "adcode"),
    [
        ("北京朝阳", "110105"),
        ("辽宁朝阳", "211300"),
        ("北京的朝阳区", "110105"),
        ("江苏省南京市鼓楼区", "320106"),
        ("南京鼓楼", "320106"),
        ("浙江杭州西湖", "330106"),
        ("吉林省吉林市", "220200"),
    ],
)
def test_what_lies_in_what_was_just_named_is_one_town(said: str, adcode: str) -> None:
    assert codes(said) == [adcode]


def test_a_name_that_several_towns_bear_is_told_with_all_of_them_the_likeliest_first() -> None:
    assert [label(town) for town in towns_named("朝阳")] == [
        "北京朝阳区",
        "辽宁朝阳市",
        "长春朝阳区",
    ]
    assert [label(town) for town in towns_named("鼓楼区")] == [
        "南京鼓楼区", "福州鼓楼区", "徐州鼓楼区", "开封鼓楼区",
    ]  # fmt: skip
    assert [label(town) for town in towns_named("吉林")] == ["吉林省", "吉林市"]


def test_the_name_that_is_offered_means_its_town_alone() -> None:
    for name in ("朝阳", "鼓楼区", "吉林", "白云", "和平"):
        for town in towns_named(name):
            assert towns_named(whole_name(town)) == (town,)


def test_a_namesake_in_the_familys_own_city_is_the_one_they_mean() -> None:
    assert codes("鼓楼区", near="320300") == ["320302"]
    assert codes("朝阳", near="110000") == ["110105"]
    assert len(codes("鼓楼区", near="330100")) == 4


@pytest.mark.parametrize("name", ["西安", "中山", "衡阳", "海南", "河南", "大理", "南昌", "通化"])
def test_a_city_is_meant_before_a_small_namesake(name: str) -> None:
    (code,) = codes(name)
    assert code.endswith("00")


@pytest.mark.parametrize("name", ["沙县", "三元", "偃师", "会理", "旬阳"])
def test_a_town_that_was_raised_in_rank_is_there_once(name: str) -> None:
    assert len(codes(name)) == 1


@pytest.mark.parametrize(
    ("province", "seat"),
    [("辽宁", "沈阳"), ("内蒙古", "呼和浩特"), ("海南", "海口"), ("西藏", "拉萨")],
)
def test_a_province_has_a_capital(province: str, seat: str) -> None:
    city = capital(towns_named(province)[0])
    assert city
    assert city.name == seat


@pytest.mark.parametrize("name", ["北京", "重庆", "香港", "杭州", "昆山"])
def test_a_town_with_weather_of_its_own_needs_no_capital(name: str) -> None:
    assert capital(towns_named(name)[0]) is None
    assert capital(Town("东京")) is None


@pytest.mark.parametrize(
    "said",
    ["明天东风大不大", "今天等会下雨吗", "明天水果会涨价吗", "比如下周", "要泡温泉", "城北有雨吗"],
)  # fmt: skip
def test_ordinary_words_are_no_towns(said: str) -> None:
    assert find_towns(said) == ()


def test_towns_are_found_where_they_stand() -> None:
    said = "从上海浦东到杭州，明天天台下雨吗"
    assert [(it.said, said[it.start : it.end]) for it in find_towns(said)] == [
        ("上海浦东", "上海浦东"), ("杭州", "杭州"), ("天台", "天台"),
    ]  # fmt: skip


def test_what_is_more_exact_than_a_town_is_no_town() -> None:
    assert codes("杭州西湖边") == []
    assert codes("杭州东站") == []
    assert codes("") == []


@given(st.text(alphabet="北京朝阳区市县省的明天上海，ab ", max_size=30))
def test_any_text_is_taken_apart_without_losing_its_place(said: str) -> None:
    ends = 0
    for mention in find_towns(said):
        assert mention.start >= ends
        assert said[mention.start : mention.end] == mention.said
        assert mention.towns
        ends = mention.end


@pytest.mark.parametrize(
    ("name", "short"),
    [("新疆维吾尔自治区", "新疆"), ("湘西土家族苗族自治州", "湘西"), ("大兴安岭地区", "大兴安岭"),
     ("香港特别行政区", "香港"), ("赵县", "赵县"), ("杭州", "杭州")],
)  # fmt: skip
def test_a_rank_is_left_out_when_enough_is_left(name: str, short: str) -> None:
    assert short_name(name) == short
