"""What cannot be sent for a week is given up: the owner is told, the clip stays in the library."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import CannotSendNow, SendError
from bot.clip_library import Search
from bot.owed import Owed, read
from bot.patience import Patience
from bot.records import Answer, Room
from intents.dialogue import Text, Turn
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

DONE = {"status": "completed"}
AT_ONCE = timedelta(0)


def never(count: int) -> FakeChat:
    return FakeChat(refusals=[CannotSendNow("the gateway is away") for _ in range(count)])


@dataclass
class ShutOnce(FakeChat):
    """Tells when something was tried in vain."""

    tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        try:
            await super().send_text(to, text, key=key)
        except SendError:
            self.tried.set()
            raise


def parts(folder: Path) -> list[Owed]:
    return [*reversed(read(folder / "bot.db", "all"))]


async def test_what_is_too_old_is_given_up_after_one_more_try_and_its_clip_is_kept(
    tmp_path: Path,
) -> None:
    told: list[Turn] = []
    chat = never(2)
    patience = Patience(AT_ONCE, told.append)
    async with delivering(tmp_path, Studio([DONE]), chat, patience=patience) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
        page = await memory.clips.page(Search())
    assert chat.refusals == [], "each part was tried"
    assert chat.sent.empty()
    assert [it.state for it in await asyncio.to_thread(parts, tmp_path)] == ["dropped"] * 2
    assert told == [ASK], "once, whatever was in vain"
    (piece,) = page.pieces
    assert (piece.job, piece.words) == ("video_1", ASK.text)
    assert await asyncio.to_thread(piece.file.read_bytes) == b"the film"


async def test_a_clip_that_was_given_up_is_no_part_of_the_talk(tmp_path: Path) -> None:
    async with delivering(tmp_path, Studio([DONE]), never(2), patience=Patience(AT_ONCE)) as (
        memory,
        owing,
    ):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
        assert [line.text for line in await memory.history(Room.of(ASK))] == [ASK.text]


async def test_what_is_younger_stays_owed_however_often_it_fails(tmp_path: Path) -> None:
    chat = FakeChat(refusals=[SendError("no") for _ in range(5)])
    patience = Patience(timedelta(days=1))
    async with delivering(tmp_path, Studio([DONE]), chat, patience=patience) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        async with asyncio.timeout(10):
            assert (await chat.sent.get()).text == "好嘞。"
            assert (await chat.sent.get()).video


async def test_a_service_that_never_comes_back_is_given_up_too(tmp_path: Path) -> None:
    told: list[Turn] = []
    chat = FakeChat()
    studio = Studio([None, None])
    patience = Patience(AT_ONCE, told.append)
    async with delivering(tmp_path, studio, chat, patience=patience) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    assert (await chat.sent.get()).text == "好嘞。"
    assert chat.sent.empty()
    assert told == [ASK]


async def test_a_channel_that_was_switched_off_is_waited_for_no_longer_either(
    tmp_path: Path,
) -> None:
    told: list[Turn] = []
    other = Turn("1", "wechat", "family", "妈妈", "妈妈", "小爱", datetime.now(UTC))
    patience = Patience(AT_ONCE, told.append)
    async with delivering(tmp_path, Studio([DONE]), FakeChat(), patience=patience) as (
        memory,
        owing,
    ):
        await memory.hear(other, addressed=True)
        await memory.answered(other, Answer((Text("在。"),)))
        await owing.resume()
        await until_nothing_is_owed(memory, Room.of(other))
    assert told == [other]


async def test_a_clip_given_up_is_sent_when_the_owner_says_so(tmp_path: Path) -> None:
    chat = never(2)
    async with delivering(tmp_path, Studio([DONE]), chat, patience=Patience(AT_ONCE)) as (
        memory,
        owing,
    ):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    film = (await asyncio.to_thread(parts, tmp_path))[1]
    async with delivering(tmp_path, Studio([404]), chat) as (memory, owing):  # forgotten there
        turn = await memory.outbox.decide(film.id, "resend")
        assert turn == ASK
        owing.follow(turn)
        async with asyncio.timeout(10):
            said = await chat.sent.get()
        assert said.video
        assert said.video.read_bytes() == b"the film"
        await until_nothing_is_owed(memory)
        assert len((await memory.clips.page(Search())).pieces) == 1
    assert chat.sent.empty()


async def test_what_the_owner_drops_while_it_is_tried_goes_out_no_more(tmp_path: Path) -> None:
    told: list[Turn] = []
    chat = ShutOnce(refusals=[CannotSendNow("away")])
    patience = Patience(timedelta(days=7), told.append)
    async with delivering(tmp_path, Studio([DONE]), chat, patience=patience) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        async with asyncio.timeout(10):
            await chat.tried.wait()
        (words, film) = await asyncio.to_thread(parts, tmp_path)
        for part in (words, film):
            assert await memory.outbox.decide(part.id, "drop")
        owing.room_spoke(Room.of(ASK))
        await until_nothing_is_owed(memory)
    assert chat.sent.empty()
    assert told == [], "it was the owner's own wish"


async def test_following_a_turn_twice_sends_it_once(tmp_path: Path) -> None:
    chat = FakeChat()
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        owing.follow(ASK)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    assert chat.sent.qsize() == 2


@pytest.mark.parametrize("verb", ["resend", "drop"])
async def test_there_is_no_part_with_that_number(tmp_path: Path, verb: str) -> None:
    async with delivering(tmp_path, Studio([DONE]), FakeChat()) as (memory, _):
        assert await memory.outbox.decide(99, "drop" if verb == "drop" else "resend") is None
