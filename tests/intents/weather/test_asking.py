"""Talks about the weather through the real app, on Saturday 21 November 2026 at ten in Beijing."""

import pytest

from intents.weather import wording
from tests.intents.weather.talk import RAINY, Talk


async def test_the_answer_is_in_the_first_line(talk: Talk) -> None:
    assert await talk.asks("妈妈", "北京今天天气怎么样", place="北京", day="今天") == (
        "北京今天多云转小雨，9到16度，东北风1到3级。\n现在14度，多云。\n出门记得带伞。"
    )


async def test_without_a_place_it_is_the_weather_at_home(talk: Talk) -> None:
    assert await talk.asks("妈妈", "明天天气怎么样", day="明天") == RAINY


async def test_and_tomorrow_and_shanghai_go_on_from_what_was_asked(talk: Talk) -> None:
    await talk.asks("妈妈", "北京今天天气怎么样", place="北京", day="今天")
    assert (await talk.asks("妈妈", "那明天呢", day="明天")).startswith("北京明天小雨")
    assert (await talk.asks("妈妈", "上海呢", place="上海")).startswith("上海明天小雨")
    assert (await talk.asks("妈妈", "后天呢", day="后天")).startswith("上海后天阴转晴")


async def test_the_umbrella_of_the_day_just_spoken_of(talk: Talk) -> None:
    await talk.asks("妈妈", "北京明天天气", place="北京", day="明天")
    assert await talk.asks("妈妈", "要带伞吗", about="带伞") == (
        "要带伞，北京明天小雨转阴，6到11度，北风4级。"
    )
    assert (await talk.asks("妈妈", "那后天呢", day="后天")).startswith("不用带伞，北京后天")


async def test_what_to_wear_goes_on_too(talk: Talk) -> None:
    await talk.asks("妈妈", "上海周二天气", place="上海", day="周二")
    assert await talk.asks("妈妈", "穿什么好", about="穿衣") == (
        "上海11月24日周二，零下2到10度，晴，穿毛衣和厚外套。\n早晚温差大，多带一件。"
    )


async def test_somebody_elses_whole_question_is_about_home(talk: Talk) -> None:
    await talk.asks("妈妈", "北京明天天气", place="北京", day="明天")
    assert (await talk.asks("爸爸", "今天天气怎么样", day="今天")).startswith("杭州今天")


async def test_anybody_may_go_on_with_a_few_words(talk: Talk) -> None:
    await talk.asks("妈妈", "北京明天天气", place="北京", day="明天")
    assert (await talk.asks("爸爸", "上海呢", place="上海")).startswith("上海明天")


async def test_an_old_question_is_not_gone_on_from(talk: Talk) -> None:
    await talk.asks("妈妈", "北京明天天气", place="北京", day="明天")
    talk.minute += 60
    assert (await talk.asks("妈妈", "今天天气", day="今天")).startswith("杭州今天")


async def test_a_name_that_many_towns_bear_is_asked_about_once(talk: Talk) -> None:
    question = await talk.asks(
        "妈妈", "鼓楼区明天要带伞吗", place="鼓楼区", day="明天", about="带伞"
    )
    assert question.splitlines() == [
        "叫鼓楼区的地方不止一个，你问的是哪一个？",
        "1. 南京鼓楼区", "2. 福州鼓楼区", "3. 徐州鼓楼区", "4. 开封鼓楼区",
    ]  # fmt: skip
    assert (await talk.says("妈妈", "第三个")).startswith("要带伞，徐州鼓楼区明天小雨")
    assert (await talk.asks("妈妈", "后天呢", day="后天")).startswith("不用带伞，徐州鼓楼区后天")


async def test_what_was_left_open_is_carried_through_the_question(talk: Talk) -> None:
    await talk.asks("妈妈", "北京明天天气", place="北京", day="明天")
    await talk.asks("妈妈", "那朝阳呢", place="朝阳")
    assert (await talk.says("妈妈", "辽宁朝阳市")).startswith("朝阳市明天")


async def test_a_namesake_at_home_is_the_one_that_is_meant(talk: Talk) -> None:
    assert (await talk.asks("妈妈", "西湖区天气", place="西湖区")).startswith("杭州西湖区今天")


async def test_a_province_is_answered_by_its_capital_and_says_so(talk: Talk) -> None:
    said = await talk.asks("妈妈", "辽宁明天天气", place="辽宁", day="明天")
    assert said.startswith("辽宁省会沈阳明天小雨")
    said = await talk.asks("妈妈", "内蒙古呢", place="内蒙古")
    assert said.startswith("内蒙古首府呼和浩特明天")


async def test_the_coming_days_are_one_line_a_day(talk: Talk) -> None:
    assert (await talk.asks("妈妈", "这几天天气怎么样", day="这几天")).splitlines() == [
        "杭州这几天，今天、明天有雨，零下2到16度。",
        "今天多云转小雨，9到16度",
        "明天小雨转阴，6到11度",
        "后天阴转晴，0到9度",
        "周二晴，零下2到10度",
    ]


async def test_a_week_fits_in_five_lines_with_the_forecaster_who_sees_that_far(talk: Talk) -> None:
    said = await talk.asks("妈妈", "未来一周天气", day="未来一周")
    assert said.splitlines() == [
        "杭州这一周，明天、周五有雨，周四有雪，零下4到16度。",
        "今天阴，9到16度；明天小雨，6到11度",
        "后天多云，0到9度；周二晴，零下2到10度",
        "周三晴，1到12度；周四小雪，零下4到3度",
        "周五雷阵雨，2到8度",
    ]


async def test_a_weekend_is_answered_with_yes_or_no_first(talk: Talk) -> None:
    said = await talk.asks("妈妈", "周末会下雨吗", day="周末", about="带伞")
    assert said.startswith("会下雨，杭州周末，今天、明天有雨")


@pytest.mark.parametrize(
    ("text", "slots", "begins"),
    [
        ("后天会下雨吗", {"day": "后天", "about": "带伞"}, "不会下雨，杭州后天"),
        ("周四下雪吗", {"day": "周四", "about": "带伞"}, "会下雪，杭州11月26日周四小雪"),
        ("周三下雪吗", {"day": "周三", "about": "带伞"}, "不会下雪，杭州11月25日周三晴"),
        ("今天能洗车不", {"day": "今天"}, "不太合适，杭州今天多云转小雨"),
        ("后天适合出门吗", {"day": "后天"}, "可以，杭州后天阴转晴"),
        ("外面多少度", {}, "杭州现在14度，多云，今天多云转小雨，9到16度。"),
        ("这几天会下雪吗", {"day": "这几天"}, "不会下雪，杭州这几天，今天、明天有雨"),
        ("周二冷不冷", {"day": "周二", "about": "穿衣"}, "杭州11月24日周二，零下2到10度，晴，穿"),
    ],
)
async def test_the_very_question_is_answered(
    text: str, slots: dict[str, str], begins: str, talk: Talk
) -> None:
    assert (await talk.asks("妈妈", text, **slots)).startswith(begins)


@pytest.mark.parametrize("word", ["明天", "周末", "这几天"])
async def test_a_day_where_the_place_belongs_is_still_a_day(talk: Talk, word: str) -> None:
    assert f"杭州{word}" in await talk.asks("妈妈", f"{word}天气怎么样", place=word)


async def test_a_day_too_far_ahead_is_said_to_be(talk: Talk) -> None:
    assert await talk.asks("妈妈", "下下周一天气", day="下下周一") == (
        "下下周一还太远，最远只看得到11月27日周五。"
    )


async def test_when_it_will_rain_is_looked_for_in_the_coming_days(talk: Talk) -> None:
    said = await talk.asks("妈妈", "什么时候下雨", about="带伞")
    assert said.startswith("会下雨，杭州这几天，今天、明天有雨")


async def test_what_can_be_seen_of_next_week_is_told(talk: Talk) -> None:
    said = await talk.asks("妈妈", "下周天气怎么样", day="下周")
    assert said.splitlines()[-1] == wording.NO_MORE
    assert len(said.splitlines()) <= 5


async def test_yesterday_and_a_day_nobody_can_place(talk: Talk) -> None:
    assert await talk.asks("妈妈", "昨天几度", day="昨天") == wording.PAST
    assert await talk.asks("妈妈", "春节天气", day="春节") == wording.WHICH_DAY


async def test_two_places_are_a_line_each(talk: Talk) -> None:
    assert await talk.asks("妈妈", "北京和上海明天天气", place="北京、上海", day="明天") == (
        "北京明天小雨转阴，6到11度，北风4级。\n上海明天小雨转阴，6到11度，北风4级。"
    )


async def test_of_two_places_one_may_have_to_be_asked_about(talk: Talk) -> None:
    await talk.asks("妈妈", "上海和朝阳明天天气", place="上海、朝阳", day="明天")
    said = await talk.says("妈妈", "1")
    assert [line[:5] for line in said.splitlines()] == ["上海明天小", "北京朝阳区"]


async def test_a_city_abroad_and_a_sight_have_weather_too(talk: Talk) -> None:
    assert (await talk.asks("妈妈", "东京天气", place="东京")).startswith("东京今天阴")
    assert (await talk.asks("妈妈", "鼓浪屿天气", place="鼓浪屿")).startswith("鼓浪屿今天多云")


async def test_a_place_nobody_knows_is_said_to_be_unknown(talk: Talk) -> None:
    said = await talk.asks("妈妈", "不存在村天气", place="不存在村")
    assert said == wording.UNKNOWN.format(name="不存在村")


async def test_a_saved_place_has_the_weather_of_its_town(talk: Talk) -> None:
    ask = await talk.family.says("妈妈", "记一下")
    assert talk.family.memory
    notebook = talk.family.memory.notebook
    await notebook.keep(ask, "奶奶家", "江苏省苏州市昆山市人民路1号", private=False)
    assert (await talk.asks("妈妈", "奶奶家明天冷吗", place="奶奶家", day="明天")).startswith(
        "昆山明天"
    )


async def test_a_place_only_the_family_knows_must_have_been_told(talk: Talk) -> None:
    assert await talk.asks("妈妈", "奶奶家天气", place="奶奶家") == wording.OURS.format(
        name="奶奶家"
    )


@pytest.mark.parametrize("place", ["家", "我们这儿", "外面", "公司", "附近"])
async def test_here_is_where_the_family_lives(place: str, talk: Talk) -> None:
    assert (await talk.asks("妈妈", f"{place}天气", place=place)).startswith("杭州今天")


async def test_the_air_cannot_be_seen(talk: Talk) -> None:
    said = await talk.asks("妈妈", "外面空气好不好")
    assert said.splitlines()[-1] == wording.NO_AIR
