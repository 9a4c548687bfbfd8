"""Deliveries keep to what a channel takes, and to one message beside the answer and the result."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import sizes as module
from bot import wording
from bot.channels.base import CannotSendNow, Limits, SendError
from bot.memory import open_memory
from bot.pace import Pace
from bot.records import Answer, Chosen, Room
from bot.settings import BotSettings
from bot.sizes import TooLarge
from intents.dialogue import Choice, Question, Resend, Text, Ticket, Turn
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

DONE = {"status": "completed"}
STORY = "从前有座山。山里有座庙。庙里有个老和尚。"
SHORT = Limits(text_length=8)


async def test_long_words_leave_in_pieces_each_under_its_own_key(tmp_path: Path) -> None:
    chat = FakeChat(limits=SHORT)
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await memory.hear(ASK, addressed=True)
        await memory.answered(ASK, Answer((Text(STORY),), "聊天"))
        deliveries.follow(ASK)
        await until_nothing_is_owed(memory)
        sent = [chat.sent.get_nowait() for _ in range(chat.sent.qsize())]
        assert [said.text for said in sent] == ["从前有座山。", "山里有座庙。", "庙里有个老和尚。"]
        assert len({said.key for said in sent}) == 3
        *_, line = await memory.history(Room.of(ASK))
        assert line.text == STORY  # to the family it was one thing that she said


async def test_after_a_restart_long_words_go_on_where_they_had_come_to(tmp_path: Path) -> None:
    class Breaking(FakeChat):
        async def send_text(self, to: Turn, text: str, *, key: str) -> None:
            if self.sent.qsize() == 2:
                raise CannotSendNow("the line is cut")
            await super().send_text(to, text, key=key)

    chat = Breaking(limits=SHORT)
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await memory.hear(ASK, addressed=True)
        await memory.answered(ASK, Answer((Text(STORY),), "聊天"))
        deliveries.follow(ASK)
        async with asyncio.timeout(30):
            while not (await memory.outbox.parcels(ASK))[0].attempts:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    again = FakeChat(limits=SHORT)
    async with delivering(tmp_path, Studio([DONE]), again) as (memory, deliveries):
        await deliveries.resume()
        await until_nothing_is_owed(memory)
        assert [again.sent.get_nowait().text] == ["庙里有个老和尚。"]


async def test_a_film_over_the_limit_is_sent_as_its_smaller_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def halve(film: Path, limit: int) -> Path:
        assert limit == 5
        small = film.with_suffix(".small.mp4")
        await asyncio.to_thread(small.write_bytes, b"small")
        return small

    monkeypatch.setattr(module, "fit_film", halve)
    chat = FakeChat(limits=Limits(video_bytes=5))
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        async with asyncio.timeout(30):
            _, film = [await chat.sent.get() for _ in range(2)]
        await until_nothing_is_owed(memory)
        assert film.video
        assert film.video.read_bytes() == b"small"
        *_, line = await memory.history(Room.of(ASK))
        assert line.media  # what is kept is the film as it was made
        assert line.media.read_bytes() == b"the film"


async def test_a_film_that_nothing_makes_small_enough_ends_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give_up(film: Path, limit: int) -> Path:
        raise TooLarge("no copy is under 5 bytes")

    monkeypatch.setattr(module, "fit_film", give_up)
    chat = FakeChat()
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        async with asyncio.timeout(30):
            said = [(await chat.sent.get()).text for _ in range(2)]
        assert said == ["好嘞。", wording.TOO_LARGE]


@pytest.mark.parametrize("error", [CannotSendNow("the gateway is away"), SendError("slow line")])
async def test_a_channel_that_is_back_gets_at_once_what_waited_for_it(
    tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = FakeChat(refusals=[error])
    slow = replace(Pace(), first=0.01, longest=600)
    async with delivering(tmp_path, Studio([DONE]), chat, slow) as (memory, deliveries):
        await memory.hear(ASK, addressed=True)
        await memory.answered(ASK, Answer((Text("好嘞。"),), "聊天"))
        deliveries.follow(ASK)
        async with asyncio.timeout(30):
            while chat.sent.empty():
                await asyncio.sleep(0.02)
                deliveries.channel_back("another")
                deliveries.channel_back("fake")
        await until_nothing_is_owed(memory)
        assert chat.sent.get_nowait().text == "好嘞。"


async def test_beside_answer_and_result_there_is_one_more_message_at_most(tmp_path: Path) -> None:
    """She had asked what to film: that was the one. What was made smaller is not said as well."""
    smaller = {**DONE, "step_downs": ["fewer_frames"]}
    looks = [{"status": "queued", "eta_s": eta} for eta in (100, 600)]
    chat = FakeChat()
    async with delivering(tmp_path, Studio([*looks, smaller]), chat) as (memory, deliveries):
        await memory.hear(ASK, addressed=True)
        question = Question("拍什么？", "wish", (Choice("熊猫", "熊猫"),))
        await memory.answered(ASK, Answer((question,), "视频生成"))
        asked = await memory.asked.of_person(ASK)
        assert asked
        reply = replace(ASK, id="2", text="1", said="1", at=datetime.now(UTC))
        await memory.hear(reply, True, Chosen(asked, question.choices[0]))
        await memory.answered(reply, Answer((Text("好嘞。"), Ticket("video_1")), "视频生成"))
        deliveries.follow(reply)
        async with asyncio.timeout(30):
            while await memory.outbox.parcels(reply):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        sent = [chat.sent.get_nowait() for _ in range(chat.sent.qsize())]
        assert [said.text or "film" for said in sent] == ["好嘞。", "film"]


async def test_a_clip_is_sent_again_from_the_room_itself(tmp_path: Path) -> None:
    chat, again = FakeChat(), replace(ASK, id="2", text="再发一次")
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        await until_nothing_is_owed(memory)
        cut = datetime.now(UTC)
        await memory.hear(replace(again, at=cut), addressed=True)
        await memory.answered(again, Answer((Resend("video_1"),), "视频生成"))
        deliveries.follow(again)
        await until_nothing_is_owed(memory)
        _, first, second = [chat.sent.get_nowait() for _ in range(3)]
        assert first.video == second.video
        assert first.key != second.key
    async with open_memory(tmp_path, BotSettings()) as memory:
        assert await memory.forget_before(cut)  # the first message goes, its file stays
        (film,) = [line.media for line in await memory.history(Room.of(ASK)) if line.media]
        assert film.read_bytes() == b"the film"


async def test_a_clip_that_is_forgotten_is_owned_up_to(tmp_path: Path) -> None:
    chat = FakeChat()
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await memory.hear(ASK, addressed=True)
        await memory.answered(ASK, Answer((Resend("video_0"),), "视频生成"))
        deliveries.follow(ASK)
        await until_nothing_is_owed(memory)
        assert chat.sent.get_nowait().text == wording.FORGOTTEN


async def test_who_was_told_of_a_longer_wait_is_not_told_what_was_made_smaller(
    tmp_path: Path,
) -> None:
    looks = [{"status": "queued", "eta_s": eta} for eta in (100, 290)]
    smaller = {**DONE, "step_downs": ["fewer_frames"]}
    chat = FakeChat()
    async with delivering(tmp_path, Studio([*looks, smaller]), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        await until_nothing_is_owed(memory)
    said = [chat.sent.get_nowait().text for _ in range(chat.sent.qsize())]
    assert said == ["好嘞。", wording.LATER.format(minutes=5), ""]
