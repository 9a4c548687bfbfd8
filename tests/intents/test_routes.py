"""Asking the way: whole conversations through the real app and the real map client."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot import wording as bot_wording
from bot.app import ANSWER_S
from intents import recognize
from intents.places import handler as places
from intents.routes import asking, handler, wording
from intents.tools import http
from intents.tools import wording as tools_wording
from tests import map_bodies
from tests.fake_llm import FakeLlm
from tests.fake_maps import FAULTS, FakeMaps
from tests.intents.outings import BIKE, BUS, CAR, FOOT, Outing, head, link_of

HOME = ("浙江省", "杭州市", "西湖区", "0571", "330106", 120.1324, 30.2763, "门牌号")


def put(monkeypatch: pytest.MonkeyPatch, name: str, metres: float) -> None:
    """A spot so many metres of street north of home: what the fake map makes of it."""
    north = HOME[6] + metres / 1.3 / 110_570
    monkeypatch.setitem(map_bodies.SPOTS, name, (*HOME[:6], north, "兴趣点"))


async def test_a_whole_way_by_bus_and_metro(settled: Outing) -> None:
    told = await settled.asks("妈妈", "坐地铁去杭州东站", BUS, destination="杭州东站", way="公交")
    assert told.splitlines()[:-1] == [
        "从家到杭州东站，坐公交地铁约37分钟，11公里。",
        "票价5元，打车约29元，要走780米。换乘1次：武林广场。",
        "1. 步行214米到火车东站",
        "2. 坐地铁1号线，从火车东站到武林广场，4站",
        "3. 步行236米到武林广场北",
        "4. 坐7路，从武林广场北到断桥，3站",
        "5. 步行334米",
    ]


async def test_the_link_opens_the_map_on_this_very_way(settled: Outing) -> None:
    told = await settled.asks("妈妈", "骑车去西湖", BIKE, destination="西湖", way="骑行")
    assert link_of(told) == {
        "from": "120.132400,30.276300,家",
        "to": "120.142290,30.252750,西湖",
        "mode": "ride",
        "callnative": "1",
    }
    line = told.splitlines()[-1]
    address = line[line.index("https") :]
    assert address.isascii()
    assert " " not in address
    assert unquote(address) != address


@pytest.mark.parametrize(
    ("intent", "way", "sign", "mode"),
    [(FOOT, "步行", "走路", "walk"), (BIKE, "骑行", "骑车", "ride"),
     (CAR, "驾车", "开车", "car"), (BUS, "公交", "坐公交地铁", "bus")],
)  # fmt: skip
async def test_each_way_can_be_gone_on_from_three_times(
    settled: Outing, intent: str, way: str, sign: str, mode: str
) -> None:
    told = await settled.asks("妈妈", f"{sign}去西湖", intent, destination="西湖", way=way)
    assert head(told).startswith(f"从家到西湖，{sign}约")
    assert link_of(told)["mode"] == mode
    told = await settled.asks("妈妈", "从武林广场出发呢", BUS, origin="武林广场")
    assert head(told).startswith(f"从武林广场到西湖，{sign}约")
    told = await settled.asks("妈妈", "那去断桥呢", BUS, destination="断桥")
    assert head(told).startswith(f"从武林广场到断桥，{sign}约")
    told = await settled.asks("爸爸", "回来呢", BUS)
    assert head(told).startswith(f"从断桥到武林广场，{sign}约")
    other, other_sign = (FOOT, "走路") if intent != FOOT else (CAR, "开车")
    wanted = {"走路": "步行", "开车": "驾车"}[other_sign]
    told = await settled.asks("妈妈", f"换成{other_sign}", other, way=wanted)
    assert head(told).startswith(f"从断桥到武林广场，{other_sign}约")


async def test_a_model_that_leaves_the_way_to_the_intents_name_is_understood(
    settled: Outing,
) -> None:
    told = await settled.asks("妈妈", "坐地铁去断桥", BUS, destination="断桥")
    assert "坐公交地铁" in head(told)
    told = await settled.asks("妈妈", "骑过去呢", BIKE)
    assert "骑车" in head(told)


@pytest.mark.parametrize(
    ("metres", "sign"),
    [(400, "走路"), (1_400, "走路"), (1_600, "骑车"), (4_800, "骑车"), (5_300, "坐公交地铁"),
     (40_000, "坐公交地铁")],
)  # fmt: skip
async def test_without_a_way_the_distance_decides(
    settled: Outing, monkeypatch: pytest.MonkeyPatch, metres: float, sign: str
) -> None:
    put(monkeypatch, "亲戚住处", metres)
    told = await settled.asks("妈妈", "怎么去亲戚住处", BUS, destination="亲戚住处")
    assert head(told).startswith(f"从家到亲戚住处，{sign}约")


async def test_far_away_the_familys_habit_decides(
    tmp_path: Path, server: FakeLlm, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "亲戚住处", 9_000)
    async with Outing.of(tmp_path, server, world).living(habit="驾车") as drivers:
        await drivers.saves("妈妈", "家", "文三路100号")
        told = await drivers.asks("妈妈", "怎么去亲戚住处", BUS, destination="亲戚住处")
        assert "开车" in head(told)


async def test_the_way_named_last_in_this_room_is_meant_again(
    settled: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "超市", 900)
    await settled.asks("妈妈", "骑车去西湖", BIKE, destination="西湖", way="骑行")
    assert "骑车" in head(await settled.asks("爸爸", "怎么去超市", BUS, destination="超市"))
    put(monkeypatch, "老同学", 60_000)
    far = await settled.asks("爸爸", "怎么去老同学那", BUS, destination="老同学")
    assert "坐公交地铁" in head(far)  # nobody means sixty kilometres by bicycle


async def test_the_way_of_yesterday_is_forgotten(
    settled: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "超市", 900)
    await settled.asks("妈妈", "骑车去西湖", BIKE, destination="西湖", way="骑行")
    settled.llm.script([{"intent": BUS, "destination": "超市", "confidence": 0.9}])
    later = datetime.now(UTC) + timedelta(hours=3)
    await settled.family.says("妈妈", "小爱 怎么去超市", at=later)
    assert "走路" in head((await settled.family.hears()).text)


async def test_the_other_ways_stand_in_one_line(settled: Outing) -> None:
    told = await settled.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    others = [line for line in told.splitlines() if line.startswith("也可以")]
    assert others == ["也可以走路约48分钟，开车约10分钟，坐公交地铁约13分钟。"]
    named = await settled.asks("妈妈", "开车去断桥", CAR, destination="断桥", way="驾车")
    assert "也可以" not in named


async def test_a_long_walk_is_told_with_a_warning(settled: Outing) -> None:
    told = await settled.asks("妈妈", "走路去杭州东站", FOOT, destination="杭州东站", way="步行")
    assert head(told).endswith(wording.FAR)


async def test_a_walk_that_no_map_knows_is_told_as_a_drive(settled: Outing) -> None:
    told = await settled.asks("妈妈", "走路去北京", FOOT, destination="北京", way="步行")
    assert head(told).startswith(wording.NOWHERE["步行"] + "从家到北京，开车约")
    assert "过路费70元" in told


async def test_with_no_bus_at_night_she_tells_the_taxi(settled: Outing) -> None:
    empty = {"count": "0", "route": {"transits": [], "cost": {"taxi_fee": "29"}}}
    settled.replies("/v5/direction/transit", map_bodies.OK | empty)
    told = await settled.asks("妈妈", "坐地铁去断桥", BUS, destination="断桥", way="公交")
    assert head(told).startswith(wording.NOWHERE["公交"] + "从家到断桥，开车约")
    assert "打车约" in told
    told = await settled.asks("妈妈", "怎么去杭州东站", BUS, destination="杭州东站")
    assert head(told).startswith(wording.NOWHERE["公交"] + "从家到杭州东站，开车约")


async def test_no_way_at_all_is_said_so(settled: Outing) -> None:
    settled.replies("/v5/direction", map_bodies.OK | {"count": "0"})
    told = await settled.asks("妈妈", "开车去鼓浪屿", CAR, destination="鼓浪屿", way="驾车")
    assert told == wording.NO_WAY
    assert await settled.outcome() == "declined"
    assert await settled.asks("妈妈", "怎么去鼓浪屿", BUS, destination="鼓浪屿") == wording.NO_WAY


async def test_one_way_that_fails_does_not_take_the_others_with_it(settled: Outing) -> None:
    settled.replies("/v5/direction/bicycling", {"status": "0", "infocode": "20000"})
    told = await settled.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert head(told).startswith("从家到断桥，坐公交地铁约")


async def test_a_way_that_nobody_asked_for_is_not_waited_for(
    settled: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "OTHERS_S", 1.5)
    settled.hangs("/v5/direction/driving")
    told = await settled.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert head(told).startswith("从家到断桥，骑车约")
    assert "也可以走路约48分钟，坐公交地铁约13分钟。" in told


async def test_the_way_that_suits_is_waited_for(
    settled: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "OTHERS_S", 0.2)
    monkeypatch.setattr(http, "DEADLINE_S", 0.4)
    settled.hangs("/v5/direction/bicycling")
    told = await settled.asks("妈妈", "怎么去断桥", BUS, destination="断桥")
    assert told == tools_wording.MAP_SILENT


async def test_a_map_that_takes_too_long_in_all_is_said_to_be_slow(
    settled: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "SECONDS", 0.3)
    settled.hangs("/v5/direction")
    told = await settled.asks("妈妈", "开车去断桥", CAR, destination="断桥", way="驾车")
    assert told == wording.SLOW


def test_recognizing_and_guiding_fit_into_what_the_family_waits() -> None:
    assert recognize.SECONDS + handler.SECONDS < ANSWER_S
    assert recognize.SECONDS + places.SECONDS < ANSWER_S


async def test_without_a_key_she_says_so_and_promises_nothing(
    tmp_path: Path, server: FakeLlm, world: FakeMaps
) -> None:
    world.key = ""
    async with Outing.of(tmp_path, server, world).living() as keyless:
        for intent in (FOOT, BIKE, CAR, BUS):
            said = await keyless.asks("妈妈", "怎么去西湖", intent, destination="西湖")
            assert said == wording.NO_MAP
            assert await keyless.outcome() == "declined"
    assert world.requests == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_the_map_does_the_answer_is_polite(
    settled: Outing, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(http, "DEADLINE_S", 0.4)
    settled.world.fault = fault
    said = await settled.asks("妈妈", "开车去西湖", CAR, destination="西湖", way="驾车")
    assert said.endswith(("。", "？"))
    assert said not in (bot_wording.SURPRISED, bot_wording.SLOW)
    assert not re.search(r"[A-Za-z0-9{\[]", said)
