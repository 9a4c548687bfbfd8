"""Nothing is kept for longer than its time, and nothing that is owed is lost to tidiness."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.memory import Memory, open_memory
from bot.records import Answer, Clip, Room
from bot.retention import Swept
from bot.settings import BotSettings, MemorySettings
from bot.traced import latest
from intents.dialogue import Photo, Question, Resend, Text, Ticket, Turn, Voice

NOW = datetime.now(UTC)
ROOM = Room("fake", "family")
RULES = MemorySettings(keep_days=100, clip_days=200, trace_days=30, photo_hours=24)
JPEG = b"\xff\xd8\xff photo"


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path, BotSettings(memory=RULES)) as memory:
        yield memory


async def read() -> bytes:
    return JPEG


def turn(id_: str, text: str = "", *, ago: timedelta = timedelta()) -> Turn:
    return Turn(id_, *ROOM_OF, "妈妈", "妈妈", text, NOW - ago)


ROOM_OF = (ROOM.channel, ROOM.id)


def photo(id_: str, *, ago: timedelta = timedelta(), ref: str = "") -> Turn:
    return replace(turn(id_, ago=ago), photos=(Photo("photo", read, ref),))


async def owe(memory: Memory, ask: Turn, *parts: Text | Ticket | Resend, slots: str = "{}") -> None:
    await memory.hear(ask, addressed=True)
    await memory.answered(ask, Answer(parts, "视频生成", slots))


async def film(memory: Memory, ask: Turn, job: str) -> Path:
    """A wish and its clip, sent at the time of the wish."""
    await owe(memory, ask, Ticket(job))
    file = memory.shelf.folder / f"{job}.mp4"
    await memory.shelf.fetch(file.name, download)
    (parcel,) = await memory.outbox.parcels(ask)
    await memory.outbox.sent(ask, parcel, clip=Clip(file))
    return file


async def download(path: Path) -> None:
    await asyncio.to_thread(path.write_bytes, b"film")


def files(memory: Memory) -> set[str]:
    folder = memory.shelf.folder
    return {path.suffix for path in folder.iterdir()} if folder.is_dir() else set()


async def sweep(memory: Memory, **later: float) -> Swept:
    return await memory.retention.sweep(NOW + timedelta(**later))


async def test_a_photo_nobody_used_is_gone_within_a_day_and_that_it_was_there_stays_known(
    memory: Memory,
) -> None:
    await memory.hear(photo("1"), addressed=False)
    voice = Voice("voice", read)
    await memory.hear(replace(turn("2"), voice=voice), addressed=False)
    assert await sweep(memory, hours=22) == Swept()
    assert files(memory) == {".jpg"}
    assert (await sweep(memory, hours=23, seconds=1)).photos == 2
    assert files(memory) == set()
    lines = await memory.history(ROOM)
    assert [line.text for line in lines] == ["[图片]", "[语音]"]
    ask = turn("3", "让它动起来")
    await memory.hear(ask, addressed=True)
    (sent,) = (await memory.dialogue(ask)).photos()
    with pytest.raises(FileNotFoundError, match="kept no longer"):
        await sent.photo.read()


async def test_a_photo_its_channel_still_has_is_fetched_again_when_it_is_wanted(
    memory: Memory,
) -> None:
    asked: list[str] = []

    async def fetch(channel: str, ref: str) -> bytes:
        asked.append(ref)
        return JPEG

    memory.keepsakes.fetch = fetch
    await memory.hear(photo("1", ref="handle"), addressed=False)
    ask = turn("2", "让它动起来")
    await memory.hear(ask, addressed=True)
    (sent,) = (await memory.dialogue(ask)).photos()
    await sent.photo.read()
    await memory.answered(ask, Answer((), "视频生成"))
    assert (await sweep(memory, hours=24)).photos == 1
    assert await sent.photo.read() == JPEG
    assert asked == ["handle", "handle"]


async def test_a_photo_whose_film_is_owed_waits_and_goes_when_the_film_is_out(
    memory: Memory,
) -> None:
    await memory.hear(photo("1"), addressed=False)
    wish = turn("2", "让它动起来")
    await owe(memory, wish, Ticket("video_1"), slots='{"picture":"turn:1:0"}')
    assert (await sweep(memory, days=3)).photos == 0
    (parcel,) = await memory.outbox.parcels(wish)
    await memory.outbox.sent(wish, parcel, "没拍成。")
    assert (await sweep(memory, days=3)).photos == 1


async def test_a_photo_somebody_is_being_asked_about_waits_for_the_answer(memory: Memory) -> None:
    await memory.hear(photo("1"), addressed=False)
    await memory.hear(photo("11"), addressed=False)
    wish = turn("2", "让它动起来")
    await memory.hear(wish, addressed=True)
    question = Question("怎么动？", "motion", (), open=True)
    slots = '{"picture":"turn:1:0"}'
    await memory.answered(wish, Answer((question,), "视频生成", slots))
    (parcel,) = await memory.outbox.parcels(wish)
    await memory.outbox.sent(wish, parcel, "怎么动？")
    assert (await sweep(memory, days=2)).photos == 1, "the other one, 11, is of no use"
    await memory.asked.drop_of(wish)
    assert (await sweep(memory, days=2)).photos == 1


async def test_words_clips_and_traces_go_each_after_their_own_days(memory: Memory) -> None:
    file = await film(memory, turn("1", "小爱 熊猫"), "video_1")
    file_of = memory.shelf.folder.parent / "bot.db"
    assert len(await asyncio.to_thread(latest, file_of, 5)) == 1
    assert await sweep(memory, days=29) == Swept()
    assert (await sweep(memory, days=31)).traces == 1
    assert await asyncio.to_thread(latest, file_of, 5) == []
    assert [line.kind for line in await memory.history(ROOM)] == ["text", "video"]
    assert (await sweep(memory, days=101)).turns == 1
    assert [line.media for line in await memory.history(ROOM)] == [file]
    assert (await sweep(memory, days=201)).turns == 1
    assert await memory.history(ROOM) == []
    assert files(memory) == set()


async def test_what_is_owed_outlives_every_rule(memory: Memory) -> None:
    file = await film(memory, turn("1", "小爱 熊猫"), "video_1")
    await owe(memory, turn("2", "小爱 再发一遍"), Resend("video_1"))
    await owe(memory, turn("3", "小爱 海边"), Ticket("video_2"))
    await memory.hear(turn("4", "小爱 在吗"), addressed=True)
    await sweep(memory, days=999)
    assert [it.id for it in await memory.outbox.owed()] == ["2", "3"]
    assert [it.id for it in await memory.open_turns()] == ["4"]
    assert file.exists()


async def test_files_nobody_points_at_go_once_they_are_an_hour_old(memory: Memory) -> None:
    await film(memory, turn("1", "小爱 熊猫"), "video_1")
    await owe(memory, turn("2", "小爱 海边"), Ticket("video_2"))
    folder = memory.shelf.folder
    old = ("stray.jpg", "video_1.900.mp4", "video_2.mp4", ".video_2.mp4.ab.part", "gone.900.mp4")
    for name in (*old, "fresh.jpg"):
        (folder / name).write_bytes(b"x")
    for name in old:
        os.utime(folder / name, (time.time() - 4000,) * 2)
    assert (await sweep(memory)).strays == 3
    kept = {path.name for path in folder.iterdir()}
    assert kept == {"video_1.mp4", "video_1.900.mp4", "video_2.mp4", "fresh.jpg"}


async def test_the_studio_lets_photos_go_after_a_day_and_takes_with_the_clips(
    memory: Memory,
) -> None:
    studio = memory.shelf.folder.with_name("studio")
    studio.mkdir()
    ages = {
        "0abcdefgh-0123456789ab.jpg": 23.5, "1abcdefgh-0123456789ab.jpg": 22,
        "0abcdefgh-0123456789ab.take": 23.5, "video_1.jpg": 23.5, "video_0.mp4": 201 * 24,
    }  # fmt: skip
    for name, hours in ages.items():
        (studio / name).write_bytes(b"x")
        os.utime(studio / name, (time.time() - hours * 3600,) * 2)
    assert (await sweep(memory)).photos == 1
    assert {path.name for path in studio.iterdir()} == {*list(ages)[1:4]}


async def test_it_sweeps_at_the_start_and_every_hour_after_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timedelta(days=1)
    async with open_memory(tmp_path, BotSettings(memory=RULES)) as memory:
        await memory.hear(photo("1", ago=day), addressed=False)
    async with open_memory(tmp_path, BotSettings(memory=RULES)) as memory:
        assert files(memory) == set()
        await memory.hear(photo("2", ago=day), addressed=False)
        monkeypatch.setattr("bot.retention.EVERY", timedelta(milliseconds=5))
        task = asyncio.create_task(memory.retention.run())
        async with asyncio.timeout(10):
            while files(memory):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        task.cancel()


async def test_a_disk_that_fails_is_told_and_ends_nothing(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await memory.hear(photo("1"), addressed=False)

    async def fail(names: object) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(memory.shelf, "discard", fail)
    assert await sweep(memory, days=2) == Swept()
    assert "cannot be deleted yet" in caplog.text
    monkeypatch.undo()
    (path,) = memory.shelf.folder.iterdir()
    os.utime(path, (time.time() - 4000,) * 2)
    assert (await sweep(memory, days=2)).strays == 1
    assert files(memory) == set()


def test_photos_are_never_kept_for_longer_than_a_day() -> None:
    with pytest.raises(ValidationError):
        MemorySettings(photo_hours=25)
