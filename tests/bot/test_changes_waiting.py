"""好了吗 and 取消: the honest wait, and who may call a clip off."""

from collections.abc import AsyncIterator

import pytest

from bot.wording import failed
from intents.dialogue import Quote
from intents.video import change_wording as words
from tests.bot.cameraman import Cameraman
from tests.fake_llm import FakeLlm
from tests.family import Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
SEA = "小爱 生成一个海边日出的视频"
CANCELLED = failed("cancelled")


@pytest.fixture
async def family(studio_home: Family, cameraman: Cameraman) -> AsyncIterator[Family]:
    """Their wishes wait until the test films them; what is left over is called off."""
    async with studio_home.living() as living:
        yield living
        assert living.client
        assert living.memory
        for turn in await living.memory.outbox.owed():
            for parcel in await living.memory.outbox.parcels(turn):
                if parcel.job_id:
                    await living.client.cancel(parcel.job_id)


async def asks(family: Family, who: str, said: str) -> str:
    """What she says to that; nothing else may come."""
    await family.says(who, f"小爱 {said}")
    return (await family.hears()).text


async def test_while_it_waits_the_place_in_the_queue_is_told(family: Family) -> None:
    # nobody has filmed for these two lately: the queue is fair, and others may come first
    await asks(family, "外婆", PANDA)
    await asks(family, "外公", SEA)
    assert (await asks(family, "外婆", "好了吗")).startswith(words.NEXT)
    told = await asks(family, "外公", "排到第几了")
    assert told.startswith(words.QUEUED.format(ahead=1))
    assert (await asks(family, "小明", "还要多久")).startswith(words.NEXT)  # the first of all


async def test_while_it_is_filmed_that_is_told(family: Family, cameraman: Cameraman) -> None:
    await asks(family, "妈妈", PANDA)
    errand = await cameraman.claim()
    told = await asks(family, "妈妈", "拍好了没有")
    assert told.startswith(words.FILMING)
    assert len(told) <= 40
    await cameraman.deliver(errand)
    assert (await family.hears()).video
    assert await family.quiet()
    assert await asks(family, "妈妈", "好了吗") == words.OVER
    assert await asks(family, "妈妈", "取消") == words.NOTHING_MAKING


async def test_nobody_is_kept_waiting_for_a_clip_that_failed(
    family: Family, cameraman: Cameraman
) -> None:
    await asks(family, "妈妈", PANDA)
    await cameraman.give_up(await cameraman.claim())
    assert (await family.hears()).text == failed("engine_error")
    assert await family.quiet()
    assert await asks(family, "妈妈", "还要多久") == words.BROKEN


async def test_who_asked_calls_it_off_and_hears_of_it_once(
    family: Family, cameraman: Cameraman
) -> None:
    await asks(family, "妈妈", PANDA)
    await cameraman.claim()
    assert await asks(family, "妈妈", "取消") == CANCELLED
    assert await family.quiet()
    assert await asks(family, "妈妈", "好了吗") == words.CALLED_OFF


async def test_a_waiting_clip_is_called_off_in_other_words(family: Family) -> None:
    await asks(family, "妈妈", PANDA)
    assert await asks(family, "妈妈", "算了，别拍了") == CANCELLED
    assert await family.quiet()


async def test_another_person_is_refused_gently_and_it_goes_on(
    family: Family, cameraman: Cameraman
) -> None:
    await asks(family, "妈妈", PANDA)
    errand = await cameraman.claim()
    assert await asks(family, "小明", "取消") == words.NOT_YOURS.format(name="妈妈")
    await cameraman.deliver(errand)
    assert (await family.hears()).video
    assert await family.quiet()


async def test_with_two_under_way_she_asks_which_and_silence_means_none(family: Family) -> None:
    await asks(family, "妈妈", PANDA)
    await asks(family, "妈妈", SEA)
    question = (await asks(family, "妈妈", "取消")).splitlines()
    assert question[0] == words.WHICH_CANCEL
    assert [line[-4:] for line in question[1:]] == ["海边日出", "猫吃竹子"]
    await family.says("妈妈", "2")
    assert (await family.hears()).text == CANCELLED
    assert (await asks(family, "妈妈", "好了吗")).startswith((words.NEXT, words.FILMING))


async def test_one_of_two_is_called_off_by_what_it_shows(family: Family) -> None:
    first = await family.says("妈妈", PANDA)
    await family.hears()
    await asks(family, "妈妈", SEA)
    assert await asks(family, "妈妈", "取消那个熊猫的") == CANCELLED
    assert family.memory
    assert await family.memory.outbox.parcels(first) == []


async def test_a_service_that_is_away_cancels_nothing_and_she_says_so(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asks(family, "妈妈", PANDA)
    assert family.client
    with monkeypatch.context() as patched:
        patched.setattr(family.client._line.http, "base_url", "http://127.0.0.1:9")
        assert await asks(family, "妈妈", "好了吗") == words.AWAY
        assert await asks(family, "妈妈", "取消") == words.CANNOT_CANCEL
    assert await asks(family, "妈妈", "取消") == CANCELLED


async def test_nothing_under_way_is_said_plainly(family: Family, llm: FakeLlm) -> None:
    llm.script([{"intent": "视频生成", "change": "取消", "confidence": 0.9}])
    assert await asks(family, "妈妈", "取消") == words.NOTHING_MAKING
    llm.script([{"intent": "视频生成", "change": "进度", "confidence": 0.9}])
    assert await asks(family, "妈妈", "好了吗") == words.NOTHING_MAKING


async def test_the_quoted_answer_says_which_one_is_called_off(family: Family) -> None:
    first = await family.says("妈妈", PANDA)
    promise = await family.hears()
    await asks(family, "妈妈", SEA)
    line = f"{first.id}:{promise.key.removeprefix(f'{first.key}:')}"
    await family.says("妈妈", "小爱 取消", quote=Quote(line, mine=True))
    assert (await family.hears()).text == CANCELLED
    assert family.memory
    assert await family.memory.outbox.parcels(first) == []


async def test_a_picture_under_way_is_told_of_and_called_off_too(
    family: Family, cameraman: Cameraman
) -> None:
    await asks(family, "妈妈", "画一张窗台上的小猫")
    await cameraman.claim()
    assert (await asks(family, "妈妈", "好了吗")).startswith(words.DRAWING)
    assert await asks(family, "妈妈", "取消") == failed("cancelled", "image")
    assert await family.quiet()


@pytest.mark.parametrize("said", ["长一点", "为什么不动", "刚才那个发给我"])
async def test_what_is_still_to_come_can_be_neither_mended_nor_sent(
    family: Family, said: str
) -> None:
    await asks(family, "妈妈", PANDA)
    assert await asks(family, "妈妈", said) == words.STILL_TO_COME
    assert await asks(family, "妈妈", "取消") == CANCELLED


async def test_to_hurry_her_is_to_ask_how_far_it_is(family: Family) -> None:
    await asks(family, "妈妈", PANDA)
    assert (await asks(family, "妈妈", "快点")).startswith(words.NEXT)
