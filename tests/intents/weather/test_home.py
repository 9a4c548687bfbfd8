"""Where the family lives, who answers when a provider does not, and what one ought to know."""

from datetime import date, datetime

import pytest

from bot import wording as bot_wording
from intents.tools import http
from intents.weather import asking, wording
from tests.fake_llm import FakeLlm
from tests.fake_maps import FakeMaps
from tests.family import Family
from tests.intents.weather.talk import FIRST_S, SECONDS, TEN, WORST, Talk
from tests.map_bodies import Body


async def test_where_the_family_lives_is_asked_once_and_remembered(stranger: Talk) -> None:
    assert await stranger.asks("妈妈", "明天要带伞吗", day="明天", about="带伞") == wording.HOME
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
