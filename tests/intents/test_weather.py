"""Talks about the weather through the real app, on Saturday 21 November 2026 at ten in Beijing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import wording as bot_wording
from intents.settings import HomeSettings
from intents.tools import http
from intents.weather import asking, wording
from tests.fake_llm import FakeLlm
from tests.fake_maps import FakeMaps
from tests.family import NOBODY, Family
from tests.map_bodies import Body

TEN = datetime.fromisoformat("2026-11-21T10:00:00+08:00")
# each kind of trouble once; the whole list is tried on the clients themselves
WORST = ("slow", "reset", "html", "garbage", "qps", "quota", "bad_key", "empty")
FIRST_S, SECONDS = asking.FIRST_S, asking.SECONDS
RAINY = "杭州明天小雨转阴，6到11度，北风4级。\n出门记得带伞。"


@dataclass
class Talk:
    """`asks` scripts what the language model understands; the app does the rest."""

    family: Family
    llm: FakeLlm
    minute: int = 0

    async def asks(self, who: str, text: str, **slots: Any) -> str:
        self.llm.script([{"intent": "天气", "confidence": 0.95, **slots}])
        said = await self.says(who, f"小爱 {text}")
        self.llm.forget()
        return said

    async def says(self, who: str, text: str) -> str:
        """What 小爱 says to words that need no understanding, such as an answer."""
        self.minute += 1
        await self.family.says(who, text, at=TEN + timedelta(minutes=self.minute))
        return (await self.family.hears()).text

    async def kept(self, who: str) -> dict[str, str]:
        """What the room has had kept."""
        ask = await self.family.says(who, "嗯")
        assert self.family.memory
        return await self.family.memory.notebook.places(ask)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that does many things at once must not change who answers."""
    monkeypatch.setattr(asking, "FIRST_S", 8)
    monkeypatch.setattr(asking, "SECONDS", 9)


@pytest.fixture
def home(tmp_path: Path, server: FakeLlm, world: FakeMaps) -> Family:
    world.today = TEN.date()
    return Family(tmp_path, NOBODY, server.url, world=world, home=HomeSettings(city="杭州"))


@pytest.fixture
async def talk(home: Family, server: FakeLlm) -> AsyncIterator[Talk]:
    async with home.living() as living:
        yield Talk(living, server)


@pytest.fixture
async def stranger(home: Family, server: FakeLlm) -> AsyncIterator[Talk]:
    """A family that has not said where it lives."""
    home.home = HomeSettings()
    async with home.living() as living:
        yield Talk(living, server)


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
        "上海11月24日周二零下2到10度，晴，穿毛衣和厚外套。\n早晚温差大，多带一件。"
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
        ("周二冷不冷", {"day": "周二", "about": "穿衣"}, "杭州11月24日周二零下2到10度，晴，穿"),
    ],
)
async def test_the_very_question_is_answered(
    text: str, slots: dict[str, str], begins: str, talk: Talk
) -> None:
    assert (await talk.asks("妈妈", text, **slots)).startswith(begins)


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


async def test_where_the_family_lives_is_asked_once_and_remembered(stranger: Talk) -> None:
    assert await stranger.asks("妈妈", "明天要带伞吗", day="明天", about="带伞") == wording.HOME
    stranger.llm.script([{"intent": "聊天", "confidence": 0.9}])
    assert (await stranger.says("妈妈", "小爱 成都")).splitlines() == [
        "要带伞，成都明天小雨转阴，6到11度，北风4级。",
        "记住了，以后不说地方就是成都。",
    ]
    assert (await stranger.kept("爸爸")) == {"城市": "成都"}
    stranger.minute += 60
    assert (await stranger.asks("爸爸", "今天天气", day="今天")).startswith("成都今天")


async def test_the_answer_to_it_may_sound_like_a_new_question(stranger: Talk) -> None:
    await stranger.asks("妈妈", "后天天气", day="后天")
    assert (await stranger.asks("妈妈", "杭州", place="杭州")).splitlines() == [
        "杭州后天阴转晴，0到9度，西北风5级。",
        "记住了，以后不说地方就是杭州。",
    ]


async def test_asking_about_another_town_is_no_answer_to_where_one_lives(stranger: Talk) -> None:
    await stranger.asks("妈妈", "后天天气", day="后天")
    await stranger.asks("妈妈", "上海今天天气", place="上海", day="今天")
    await stranger.asks("爸爸", "北京呢", place="北京")
    assert await stranger.kept("妈妈") == {}


async def test_words_that_are_no_town_are_not_where_one_lives(stranger: Talk) -> None:
    await stranger.asks("妈妈", "后天天气", day="后天")
    stranger.llm.script([{"intent": "聊天", "confidence": 0.9}])
    said = await stranger.says("妈妈", "小爱 不存在的地方")
    assert said == wording.UNKNOWN.format(name="不存在的地方")
    assert await stranger.kept("妈妈") == {}


async def test_the_home_of_an_address_will_do(stranger: Talk) -> None:
    ask = await stranger.family.says("妈妈", "记一下")
    assert stranger.family.memory
    notebook = stranger.family.memory.notebook
    await notebook.keep(ask, "家", "浙江省杭州市西湖区文三路100号", private=True)
    assert (await stranger.asks("妈妈", "明天天气", day="明天")).startswith("杭州西湖区明天")


@pytest.mark.parametrize("fault", WORST)
async def test_whatever_amap_does_the_other_answers(
    fault: str, talk: Talk, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault in ("slow", "drip"):
        monkeypatch.setattr(asking, "FIRST_S", 0.3)
    world.fault, world.only = fault, "amap"
    assert (await talk.asks("妈妈", "明天天气", day="明天")).startswith("杭州明天小雨，6到11度")


@pytest.mark.parametrize("fault", WORST)
async def test_whatever_both_do_the_answer_is_polite(
    fault: str, talk: Talk, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "FIRST_S", 0.3)
    monkeypatch.setattr(asking, "SECONDS", 0.8)
    monkeypatch.setattr(http, "DEADLINE_S", 0.5)
    world.fault = fault
    (said,) = (await talk.asks("妈妈", "明天天气", day="明天")).splitlines()[:1]
    assert said.endswith("。")
    assert len(said) <= 40
    assert said != bot_wording.SURPRISED
    assert not any(letter.isascii() and letter.isalpha() for letter in said)


async def test_without_a_key_open_meteo_answers(home: Family, server: FakeLlm) -> None:
    assert home.world
    home.world.key = ""
    async with home.living() as living:
        said = await Talk(living, server).asks("妈妈", "明天天气", day="明天")
    assert said == "杭州明天小雨，6到11度，北风4级。\n下雨的可能有百分之93。\n出门记得带伞。"
    assert home.world.asked("/v3") == []


def test_what_is_waited_for_adds_up_to_less_than_the_family_waits() -> None:
    assert 2 * FIRST_S <= SECONDS == http.DEADLINE_S


async def test_a_question_at_midnight_is_about_the_day_that_begins(
    home: Family, server: FakeLlm, world: FakeMaps
) -> None:
    world.today = date(2026, 11, 22)
    async with home.living() as living:
        server.script([{"intent": "天气", "day": "今天", "confidence": 0.9}])
        just_past = datetime.fromisoformat("2026-11-21T16:05:00+00:00")
        await living.says("妈妈", "小爱 今天天气", at=just_past)
        assert (await living.hears()).text.startswith("杭州今天多云转小雨")


async def test_no_answer_to_the_question_leaves_nothing_behind(stranger: Talk) -> None:
    await stranger.asks("妈妈", "明天天气", day="明天")
    assert await stranger.says("妈妈", "算了") == bot_wording.NEVER_MIND
    assert await stranger.family.quiet()


def forecast(day: date, sky: str, high: str, low: str, power: str) -> Body:
    cast = {
        "date": day.isoformat(), "dayweather": sky, "nightweather": sky, "daytemp": high,
        "nighttemp": low, "daywind": "北", "nightwind": "北", "daypower": power,
        "nightpower": power,
    }  # fmt: skip
    return {"status": "1", "infocode": "10000", "forecasts": [{"casts": [cast]}]}


@pytest.mark.parametrize(
    ("sky", "high", "low", "power", "about", "line"),
    [
        ("中雪", "-1", "-6", "3", "天气", "有雪路滑，走路当心。"),
        ("大雾", "8", "3", "1-3", "天气", "有雾，开车慢一点。"),
        ("晴", "8", "3", "7", "天气", "风大，出门当心。"),
        ("晴", "36", "27", "3", "穿衣", "杭州今天27到36度，晴，穿短袖，注意防晒，多喝水。"),
        ("晴", "-12", "-21", "3", "穿衣",
         "杭州今天零下21到零下12度，晴，穿厚羽绒服，戴好帽子手套。"),
        ("晴", "5", "5", "≤3", "天气", "杭州今天晴，5度，北风3级以下。"),
        ("晴", "[]", "", "[]", "天气", "杭州今天晴。"),
    ],
)  # fmt: skip
async def test_what_one_ought_to_know_besides(
    sky: str, high: str, low: str, power: str, about: str, line: str, talk: Talk, world: FakeMaps
) -> None:
    today = TEN.date()
    power = "" if power == "[]" else power
    world.rule = lambda path, params: (
        forecast(today, sky, high, low, power) if params.get("extensions") == "all" else None
    )
    said = await talk.asks("妈妈", "今天怎么样", day="今天", about=about)
    assert line in said.splitlines()
