"""Deliveries: the service may fail, leave, lie or be slow; the family hears the truth, once."""

import asyncio
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot import wording
from bot.memory import open_memory
from bot.records import Answer, Room
from bot.settings import BotSettings
from intents.dialogue import Text, Turn
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Look, Studio
from tests.family import FakeChat

DONE = {"status": "completed"}


def failed(code: str) -> Look:
    return {"status": "failed", "error": {"code": code, "message": "secret English words"}}


async def told(folder: Path, *looks: Look, count: int = 2) -> list[str]:
    """What the family gets when the service says this: words, or 'film'."""
    chat = FakeChat()
    async with delivering(folder, Studio([*looks]), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        async with asyncio.timeout(30):
            sent = [await chat.sent.get() for _ in range(count)]
        await until_nothing_is_owed(memory)
        assert chat.sent.empty()
    return [said.text or "film" for said in sent]


async def test_words_come_first_and_then_the_film(tmp_path: Path) -> None:
    queued, filming = {"status": "queued"}, {"status": "in_progress", "progress": 40}
    assert await told(tmp_path, queued, filming, DONE) == ["好嘞。", "film"]


async def test_what_was_made_smaller_is_said_once_beside_the_film_and_kept_with_it(
    tmp_path: Path,
) -> None:
    smaller = {**DONE, "step_downs": ["int8", "fewer_frames"]}
    said = "机器有点吃力，这段短了一些。"
    assert await told(tmp_path, smaller, count=3) == ["好嘞。", "film", said]
    async with open_memory(tmp_path, BotSettings()) as memory:
        *_, line = await memory.history(Room.of(ASK))
    assert (line.kind, line.text) == ("video", said)


async def test_a_film_that_was_made_as_wished_comes_without_words(tmp_path: Path) -> None:
    plain = {**DONE, "step_downs": ["int8", "text_encoder_off_card"]}
    assert await told(tmp_path, plain) == ["好嘞。", "film"]


@pytest.mark.parametrize("code", ["cancelled", "out_of_memory", "worker_lost", "who_knows"])
async def test_a_film_that_failed_is_owned_up_to_with_a_way_out(tmp_path: Path, code: str) -> None:
    _, said = await told(tmp_path, failed(code))
    assert said == wording.failed(code)
    assert not re.search("[A-Za-z]", said)


async def test_a_service_that_was_away_is_waited_for_and_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert await told(tmp_path, None, None, 503, None, {"status": "queued"}, DONE) == [
        "好嘞。",
        "film",
    ]
    lines = [r.getMessage() for r in caplog.records if "service is" in r.getMessage()]
    assert [line.split(":")[0] for line in lines] == [
        "the video service is away",
        "the video service is back",
    ]


@pytest.mark.parametrize("status", [401, 403, 407, 408, 425, 429, 502])
async def test_a_proxy_that_stands_in_the_way_does_not_make_a_film_gone(
    tmp_path: Path, status: int
) -> None:
    page = httpx.Response(status, text="<html>not today</html>")
    assert await told(tmp_path, {"status": "queued"}, page, DONE) == ["好嘞。", "film"]


async def test_a_film_the_service_forgot_is_owned_up_to(tmp_path: Path) -> None:
    assert await told(tmp_path, {"status": "queued"}, 404) == ["好嘞。", wording.GONE]


async def test_a_wait_that_doubles_is_told_once(tmp_path: Path) -> None:
    looks = [{"status": "queued", "eta_s": eta} for eta in (100, 110, 290, 600)]
    said = await told(tmp_path, *looks, DONE, count=3)
    assert said == ["好嘞。", wording.LATER.format(minutes=5), "film"]


async def test_a_short_wait_is_never_worth_a_second_message(tmp_path: Path) -> None:
    looks = [{"status": "queued", "eta_s": eta} for eta in (5, 20, 50)]
    assert await told(tmp_path, *looks, DONE) == ["好嘞。", "film"]


async def test_what_is_owed_is_taken_up_after_a_restart(tmp_path: Path) -> None:
    chat = FakeChat()
    async with delivering(tmp_path, Studio([None]), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        assert (await chat.sent.get()).text == "好嘞。"
        with memory.changes(Room.of(ASK)) as bell:
            while len(await memory.outbox.parcels(ASK)) > 1:
                await bell.wait()
                bell.clear()
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, deliveries):
        await deliveries.resume()
        film = await chat.sent.get()
        assert film.to == ASK
        assert film.key == f"{ASK.key}:re:1"
        assert film.video
        assert film.video.read_bytes() == b"the film"
        await until_nothing_is_owed(memory)
    async with delivering(tmp_path, Studio([DONE]), chat) as (_, deliveries):
        await deliveries.resume()
    assert chat.sent.empty()


async def test_a_service_without_sidecars_or_posters_still_delivers(tmp_path: Path) -> None:
    chat = FakeChat()
    async with delivering(tmp_path, Studio([DONE], sidecar=None), chat) as (memory, deliveries):
        await promise(memory)
        deliveries.follow(ASK)
        await chat.sent.get()
        film = await chat.sent.get()
        assert film.video
        assert film.poster is None
        await until_nothing_is_owed(memory)
        assert [line.draft for line in await memory.history(Room.of(ASK))] == [False] * 3


async def test_what_belongs_to_a_channel_that_is_off_stays_owed(tmp_path: Path) -> None:
    async with delivering(tmp_path, Studio([DONE]), FakeChat()) as (memory, deliveries):
        other = Turn("1", "wechat", "family", "妈妈", "妈妈", "小爱", datetime.now(UTC))
        await memory.hear(other, addressed=True)
        await memory.answered(other, Answer((Text("在。"),)))
        await deliveries.resume()
        assert await memory.outbox.owed() == [other]
