"""Photos are fetched when somebody wants them: once, also after a restart, or not at all."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.memory import Memory, open_memory
from bot.records import Room
from bot.settings import BotSettings
from intents.dialogue import Photo, Quote, Turn, Voice

JPEG = b"\xff\xd8\xff a photo"


async def unread() -> bytes:
    raise AssertionError("nobody has wanted it yet")


def turn(id_: str, text: str = "", **more: object) -> Turn:
    plain = {"sender": "奶奶", "name": "奶奶", "at": datetime.now(UTC), **more}
    return Turn(id_, "far", "family", text=text, **plain)  # type: ignore[arg-type]


class Gateway:
    """What a channel still has of its photos; counts how often it is asked."""

    def __init__(self, **photos: bytes) -> None:
        self.photos, self.asked = photos, 0

    async def fetch(self, channel: str, ref: str) -> bytes:
        assert channel == "far"
        self.asked += 1
        await asyncio.sleep(0)
        if ref not in self.photos:
            raise FileNotFoundError(ref)
        return self.photos[ref]


async def hear(memory: Memory, *turns: Turn) -> None:
    for one in turns:
        await memory.hear(one, addressed=True)


async def test_a_photo_is_fetched_when_it_is_read_and_only_once(tmp_path: Path) -> None:
    gateway = Gateway(r1=JPEG)
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        ask = turn("2", "让它动起来")
        await hear(memory, turn("1", photos=(Photo("p", unread, "r1"),)), ask)
        assert gateway.asked == 0
        (photo,) = (await memory.dialogue(ask)).turns[0].photos
        assert {await photo.read(), await photo.read()} == {JPEG}
    async with open_memory(tmp_path, BotSettings()) as memory:  # with no channel at all
        (photo,) = (await memory.dialogue(ask)).turns[0].photos
        assert await photo.read() == JPEG
    assert gateway.asked == 1


async def test_two_who_want_a_photo_at_once_leave_one_file(tmp_path: Path) -> None:
    gateway = Gateway(r1=JPEG)
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        ask = turn("1", "让它动起来", photos=(Photo("p", unread, "r1"),))
        await hear(memory, ask)
        (photo,) = (await memory.dialogue(ask)).ask.photos
        assert tuple(await asyncio.gather(photo.read(), photo.read())) == (JPEG, JPEG)
        assert len([*memory.shelf.folder.iterdir()]) == 1


async def test_a_photo_that_was_recalled_is_an_os_error_and_may_come_back(tmp_path: Path) -> None:
    gateway = Gateway()
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        ask = turn("1", "让它动起来", photos=(Photo("p", unread, "r1"),))
        await hear(memory, ask)
        (photo,) = (await memory.dialogue(ask)).ask.photos
        with pytest.raises(FileNotFoundError):
            await photo.read()
        gateway.photos["r1"] = JPEG
        assert await photo.read() == JPEG


async def test_a_quoted_photo_of_before_her_time_is_remembered(tmp_path: Path) -> None:
    gateway = Gateway(old=JPEG)
    quote = Quote("long-ago", name="爷爷", photos=(Photo("q", unread, "old"),))
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        ask = turn("1", "让它动起来", quote=quote)
        await hear(memory, ask)
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        (again,) = await memory.open_turns()
        assert again.quote
        assert again.quote.name == "爷爷"
        assert await again.quote.photos[0].read() == JPEG


async def test_a_quoted_photo_that_is_known_is_not_kept_twice(tmp_path: Path) -> None:
    gateway = Gateway(r1=JPEG)
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        await hear(memory, turn("1", photos=(Photo("p", unread, "r1"),)))
        quoting = turn("2", "让它动起来", quote=Quote("1", photos=(Photo("p", unread, "r1"),)))
        ask = await memory.complete(quoting)
        await hear(memory, ask)
        quote = (await memory.dialogue(ask)).ask.quote
        assert quote
        assert len(quote.photos) == 1
        assert await quote.photos[0].read() == JPEG
        assert gateway.asked == 1


async def test_a_voice_message_waits_for_its_words(tmp_path: Path) -> None:
    gateway = Gateway(v1=b"sound")
    async with open_memory(tmp_path, BotSettings()) as memory:
        memory.keepsakes.fetch = gateway.fetch
        ask = turn("1", voice=Voice("v", unread, "silk", "v1"), private=True)
        await hear(memory, ask)
        (kept,) = await memory.open_turns()
        assert kept.voice
        assert (kept.voice.kind, await kept.voice.read()) == ("silk", b"sound")
        typed = await memory.put_into_words(kept, "小爱，明天天气怎么样", "明天天气怎么样")
        (again,) = await memory.open_turns()
        assert (again.said, again.voice) == (typed.said, None) == ("明天天气怎么样", None)


async def test_a_song_stays_a_song_whatever_is_said_with_it(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        song = Voice("v", unread, "mp3", "v1", music=True)
        ask = turn("1", "茉莉花.mp3", voice=song, private=True)
        await hear(memory, ask)
        (kept,) = await memory.open_turns()
        assert kept.voice == song


async def test_a_photo_nobody_wanted_is_a_word_in_the_history(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await hear(memory, turn("1", photos=(Photo("p", unread, "r1"),)))
        await hear(memory, turn("2", voice=Voice("v", unread, "mp3", "v1")))
        told = [line.text for line in await memory.history(Room("far", "family"))]
        assert told == ["[图片]", "[语音]"]
