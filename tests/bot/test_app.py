"""The loop when things go wrong inside it: always a Chinese sentence, never silence."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest

from bot import app as app_module
from bot import wording
from bot.memory import Memory
from bot.records import Answer, Room
from intents.base import Tools
from intents.dialogue import Text, Turn
from intents.errors import IntentError, NotAllowed
from tests.fake_llm import FakeLlm
from tests.family import Family
from video_service.client import VideoClient
from video_service.schema import VideoJob


async def endless(turn: Turn, memory: Memory, tools: Tools) -> Answer:
    await asyncio.Event().wait()
    raise AssertionError


async def test_an_unforeseen_failure_is_logged_and_owned_up_to(
    family: Family, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(app_module, "think", broken)
    ask = await family.says("妈妈", "小爱 在吗")
    assert (await family.hears()).text == wording.SURPRISED
    assert await family.quiet()
    (record,) = [r for r in caplog.records if r.exc_info]
    assert ask.key in record.getMessage()


async def test_what_a_channel_broke_over_is_tried_again_without_a_restart(
    home: Family, caplog: pytest.LogCaptureFixture
) -> None:
    home.pace = replace(home.pace, again=0.05)
    home.chat.refusals = [ZeroDivisionError("a fault of the channel") for _ in range(2)]
    async with home.living():
        await home.says("妈妈", "小爱 你好")
        assert (await home.hears()).text
        assert await home.quiet()
    assert sum(bool(record.exc_info) for record in caplog.records) == 2


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotAllowed("limit", say="今天拍得够多了，明天再来。"), "declined"),
        (IntentError("away", say="机器还没开，等一会儿。"), "broken"),
    ],
)
async def test_what_an_intent_cannot_do_is_said_in_its_own_words(
    family: Family, monkeypatch: pytest.MonkeyPatch, error: IntentError, outcome: str
) -> None:
    async def failing(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        raise error

    monkeypatch.setattr(app_module, "think", failing)
    ask = await family.says("妈妈", "小爱 在吗")
    assert (await family.hears()).text == error.say
    assert family.memory
    result = await family.memory.outbox.result(ask)
    assert result
    assert result[0] == outcome


async def test_thinking_too_long_ends_in_an_apology(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "think", endless)
    monkeypatch.setattr(app_module, "ANSWER_S", 0.2)
    await family.says("妈妈", "小爱 在吗")
    assert (await family.hears()).text == wording.SLOW


async def test_a_turn_that_kills_every_time_is_given_up(
    home: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = []

    async def deadly(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        takes.append(turn.id)
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(app_module, "think", deadly)
    async with home.living():
        await home.says("妈妈", "小爱 在吗")
        await _until(takes, 1)
    for life in (2, 3):
        async with home.living():
            await _until(takes, life)
    async with home.living():
        assert (await home.hears()).text == wording.SURPRISED
    assert len(takes) == 3


async def test_a_turn_taken_up_again_wants_what_it_wanted_before(
    home: Family, llm: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the film of the first take is made for nobody."""
    took: list[str] = []
    create = VideoClient.create

    async def create_and_hang(self: VideoClient, *args: Any, **more: Any) -> VideoJob:
        took.append((await create(self, *args, **more)).id)
        return await asyncio.Event().wait()  # type: ignore[return-value]

    wish = {"intent": "视频生成", "wish": "那只熊猫", "uses_photo": False, "confidence": 0.9}
    with monkeypatch.context() as patched:
        patched.setattr(VideoClient, "create", create_and_hang)
        llm.script([wish])
        async with home.living():
            ask = await home.says("妈妈", "小爱 照这个再拍一段它的视频")
            await _until(took, 1)
    llm.script([{"intent": "聊天", "confidence": 0.9}])
    async with home.living():
        assert "草稿" in (await home.hears()).text
        assert home.memory
        assert [w.job_id for w in await home.memory.waiting(Room.of(ask))] == took
        await home.calls_off(ask)


async def _until(takes: list[str], count: int) -> None:
    async with asyncio.timeout(30):
        while len(takes) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_one_line_is_logged_for_each_turn(
    family: Family, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.app")
    ask = await family.says("妈妈", "小爱 在吗")
    await family.hears()
    await family.quiet()
    (line,) = [r.getMessage() for r in caplog.records if r.name == "bot.app"]
    assert line.startswith(f"{ask.key}: 聊天 ok in ")


async def test_answers_to_one_person_keep_their_order(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow_first(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        await asyncio.sleep(0.3 if turn.said == "一" else 0)
        return Answer((Text(f"{turn.said}。"),))

    monkeypatch.setattr(app_module, "think", slow_first)
    for said in ("一", "二", "三"):
        await family.says("妈妈", f"小爱，{said}")
    assert [(await family.hears()).text for _ in range(3)] == ["一。", "二。", "三。"]


async def test_nobody_waits_for_what_another_has_asked(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow_for_mum(turn: Turn, memory: Memory, tools: Tools) -> Answer:
        if turn.name == "妈妈":
            await asyncio.Event().wait()
        return Answer((Text("在呢。"),))

    monkeypatch.setattr(app_module, "think", slow_for_mum)
    monkeypatch.setattr(app_module, "ANSWER_S", 1.5)
    await family.says("妈妈", "小爱 在吗")
    await family.says("爸爸", "小爱 在吗")
    assert [(await family.hears()).text for _ in range(2)] == ["在呢。", wording.SLOW]


async def test_the_wait_counts_from_the_question_even_behind_an_own_one(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "think", endless)
    monkeypatch.setattr(app_module, "ANSWER_S", 2.0)
    for said in ("一", "二", "三"):
        await family.says("妈妈", f"小爱，{said}")
    async with asyncio.timeout(5.5):
        assert [(await family.hears()).text for _ in range(3)] == [wording.SLOW] * 3
