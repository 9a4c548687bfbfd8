"""Whole conversations: what the family says, and what comes back in the group."""

import asyncio
import io
import sqlite3
from contextlib import closing

import pytest
from PIL import Image

from bot.app import ANSWER_S
from bot.channels.base import CannotSendNow, SendError
from bot.records import Room
from bot.wording import failed
from intents.chat import handler as chat
from intents.dialogue import Quote
from intents.making import prompt
from intents.recognize import SECONDS, recognize
from intents.video.wording import CHOICES, WHAT
from tests.bot.clips import plays
from tests.fake_llm import FakeLlm
from tests.family import Family

CANCELLED = failed("cancelled")
WISH = "小爱 生成一个熊猫吃竹子的视频"


def photo() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((640, 480)).save(out, "JPEG")
    return out.getvalue()


async def test_a_sentence_becomes_a_clip(family: Family) -> None:
    ask = await family.says("妈妈", WISH)
    promise = await family.hears(within=12)
    assert promise.to.id == ask.id
    assert "草稿" in promise.text
    clip = await family.hears()
    assert plays(clip)
    assert clip.poster
    assert await family.quiet()
    assert family.memory
    lines = await family.memory.history(Room(ask.channel, ask.room))
    assert [line.kind for line in lines] == ["text", "text", "video"]
    assert lines[-1].draft


async def test_a_photo_and_then_let_it_move_is_one_wish(family: Family) -> None:
    await family.says("奶奶", photo=photo())
    await family.says("爸爸", "这张拍得好")
    await family.says("奶奶", "@小爱\u2005让它动起来")
    assert "草稿" in (await family.hears()).text
    assert plays(await family.hears())
    assert await family.quiet()


async def test_a_quoted_photo_of_somebody_else_is_the_one_that_moves(family: Family) -> None:
    shown = await family.says("奶奶", photo=photo())
    ask = await family.says("小明", "小爱 让它动起来", quote=Quote(shown.id))
    assert "草稿" in (await family.hears()).text
    assert await family.calls_off(ask) == CANCELLED


async def test_a_clip_being_filmed_holds_up_nobody(family: Family) -> None:
    await family.says("妈妈", WISH)
    await family.hears()
    await family.says("爸爸", "小爱 在吗")
    assert (await family.hears(within=12)).text == "好呀，我在呢，想看什么小视频跟我说。"
    assert (await family.hears()).video
    assert await family.quiet()


async def test_the_same_message_twice_is_answered_once(family: Family) -> None:
    await asyncio.gather(*(family.says("妈妈", "小爱 在吗", id_="m1") for _ in range(3)))
    await family.hears()
    assert await family.quiet()


async def test_talk_among_the_family_is_none_of_her_business(family: Family, llm: FakeLlm) -> None:
    await family.says("妈妈", "晚上吃什么")
    await family.says("爸爸", "生成一个熊猫的视频真好玩")
    await family.says("小明", "我最喜欢小爱心了")
    await family.says("奶奶", photo=photo())
    assert await family.quiet()
    assert llm.requests == []


async def test_two_rooms_know_nothing_of_each_other(family: Family, llm: FakeLlm) -> None:
    await family.says("妈妈", "保险箱的密码是八八六六", room="parents")
    await family.says("小明", "小爱 在吗", room="kids")
    await family.hears()
    assert await family.quiet()
    assert "八八六六" not in str(llm.requests)


async def test_a_promise_survives_a_restart_as_exactly_one_clip(home: Family) -> None:
    async with home.living():
        await home.says("妈妈", WISH)
        await home.hears_and_notes()
    async with home.living():
        assert plays(await home.hears_and_notes())
    async with home.living():
        assert await home.quiet()


async def test_a_wish_without_a_picture_is_asked_about_once(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    question = await family.hears()
    assert question.text.splitlines()[0] == WHAT
    assert question.text.splitlines()[2] == f"2. {CHOICES[1]}"
    await family.says("爸爸", "2")  # was not asked
    assert await family.quiet()
    answer = await family.says("妈妈", "第二个吧")
    assert "草稿" in (await family.hears()).text
    assert await family.calls_off(answer) == CANCELLED
    await family.says("妈妈", "2")  # answered already: only a number
    assert await family.quiet()


async def test_good_morning_is_no_answer_to_an_open_question(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    await family.hears()
    ask = await family.says("妈妈", "小爱 早上好")
    assert "草稿" not in (await family.hears()).text
    assert family.memory
    assert await family.memory.waiting(Room.of(ask)) == []


async def test_an_open_question_takes_free_words(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    await family.hears()
    answer = await family.says("妈妈", "小爱 一只小狗在雪地里跑")
    assert "草稿" in (await family.hears()).text
    assert await family.calls_off(answer) == CANCELLED
    assert await family.quiet()


async def test_whom_she_asked_need_not_call_her_to_answer(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    await family.hears_and_notes()
    answer = await family.says("妈妈", "一只小狗在雪地里跑")
    assert "草稿" in (await family.hears()).text
    assert await family.calls_off(answer) == CANCELLED
    assert await family.quiet()


async def test_once_others_talk_only_her_name_makes_words_an_answer(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    await family.hears_and_notes()
    await family.says("妈妈", "我问问小明")
    await family.says("小明", "小狗在雪地里跑")
    await family.says("妈妈", "小狗在雪地里跑")
    assert await family.quiet()


async def test_to_ask_for_something_else_is_no_answer(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    await family.hears_and_notes()
    ask = await family.says("妈妈", "小爱 讲个笑话")
    assert "草稿" not in (await family.hears()).text
    assert family.memory
    assert await family.memory.waiting(Room.of(ask)) == []


async def test_a_wish_can_be_given_up(family: Family) -> None:
    await family.says("妈妈", "小爱 生成一个视频")
    await family.hears()
    await family.says("妈妈", "算了")
    assert (await family.hears()).text == "好的，那就先不做了。"
    await family.says("妈妈", "1")
    assert await family.quiet()


async def test_silence_takes_the_default_even_after_a_restart(home: Family) -> None:
    async with home.living():
        ask = await home.says("妈妈", "小爱 生成一个视频")
        await home.hears()
        assert await home.quiet()
    _let_a_minute_pass(home)
    async with home.living():
        promise = await home.hears()
        assert "草稿" in promise.text
        assert await home.calls_off(promise.to) == CANCELLED
        assert await home.quiet()
        assert home.memory
        lines = await home.memory.history(Room(ask.channel, ask.room))
        assert [line.mine for line in lines] == [False, True, True, True]


def _let_a_minute_pass(home: Family) -> None:
    with closing(sqlite3.connect(home.folder / "bot.db")) as file, file:
        assert file.execute("UPDATE questions SET due = due - 60").rowcount == 1


@pytest.mark.parametrize("fault", ["down", "blank", "chinese", "fenced", "drip", "no_money"])
async def test_she_answers_politely_whatever_the_language_model_does(
    family: Family, llm: FakeLlm, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = {"deadline": 0.5}  # what the real ones add up to: below
    monkeypatch.setattr(recognize, "__kwdefaults__", quick)
    monkeypatch.setattr(chat, "SECONDS", 0.7)
    llm.fault = fault
    await family.says("妈妈", "小爱 你好")
    said = await family.hears(within=15)
    assert said.text.endswith(("。", "？"))
    assert said.text.isascii() is False
    assert await family.quiet()


def test_what_she_waits_for_adds_up_to_less_than_the_family_waits() -> None:
    assert SECONDS + max(chat.SECONDS, prompt.SECONDS) < ANSWER_S < 12
    assert recognize.__kwdefaults__ == {"deadline": SECONDS}


async def test_a_send_that_fails_is_tried_again(family: Family) -> None:
    family.chat.refusals = [SendError("hiccup"), SendError("hiccup"), TimeoutError()]
    await family.says("妈妈", "小爱 在吗")
    assert (await family.hears()).text
    assert await family.quiet()


async def test_a_closed_door_is_waited_for_until_the_room_speaks(family: Family) -> None:
    family.chat.refusals = [CannotSendNow("the reply window is over")]
    await family.says("妈妈", "小爱 在吗")
    with pytest.raises(TimeoutError):
        await family.hears(within=0.5)
    await family.says("爸爸", "吃饭了", room="other")
    with pytest.raises(TimeoutError):
        await family.hears(within=0.2)
    await family.says("爸爸", "吃饭了")
    assert (await family.hears()).text
    assert await family.quiet()


async def test_calling_her_alone_is_answered(family: Family) -> None:
    await family.says("小明", "@小爱")
    assert (await family.hears()).text == "我在呢，想看什么画面，说一句就行。"
