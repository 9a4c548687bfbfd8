"""The album: a photo by its key, in its own room, for as long as it is kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.memory import Memory, open_memory
from bot.settings import BotSettings
from intents.dialogue import Photo, Quote, Turn
from tests import scenes

ONE, TWO = scenes.photo(1), scenes.photo(2)


def sent(name: str, data: bytes) -> Photo:
    async def read() -> bytes:
        return data

    return Photo(name, read)


def turn(id_: str, *photos: Photo, room: str = "family", who: str = "妈妈") -> Turn:
    return Turn(id_, "fake", room, who, who, "", datetime.now(UTC), photos=photos)


async def read(memory: Memory, ask: Turn, key: str) -> bytes | None:
    photo = await memory.album.photo(ask, key)
    return await photo.read() if photo else None


async def test_each_photo_of_a_message_has_a_key_whatever_the_channel_calls_the_message(
    tmp_path: Path,
) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        two = turn("a:7:x", sent("p", ONE), sent("q", TWO))
        await memory.hear(two, addressed=False)
    async with open_memory(tmp_path, BotSettings()) as memory:  # after a restart
        assert await read(memory, two, "turn:a:7:x:0") == ONE
        assert await read(memory, two, "turn:a:7:x:1") == TWO


@pytest.mark.parametrize(
    "key",
    ["turn:m:1", "turn:m:-1", "turn:m:x", "turn:other:0", "turn:m", "job:p2", "quote:m:0", ""],
)
async def test_what_is_not_there_is_none(tmp_path: Path, key: str) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        shown = turn("m", sent("p", ONE))
        await memory.hear(shown, addressed=False)
        assert await memory.album.photo(shown, key) is None


async def test_another_room_is_never_looked_into(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await memory.hear(turn("m", sent("p", ONE)), addressed=False)
        elsewhere = turn("n", room="colleagues")
        assert await memory.album.photo(elsewhere, "turn:m:0") is None
        assert await memory.album.photo(elsewhere, "job:p") is None


async def test_a_photo_of_a_quoted_message_that_nobody_had_heard(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        ask = Turn(
            "m", "fake", "family", "妈妈", "妈妈", "让它动起来", datetime.now(UTC),
            quote=Quote("before my time", photos=(sent("p", ONE),)),
        )  # fmt: skip
        await memory.hear(ask, addressed=True)
        assert await read(memory, ask, "quote:m:0") == ONE


async def test_what_the_asker_sends_after_the_words_is_found_and_nobody_elses(
    tmp_path: Path,
) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        ask = turn("ask")
        await memory.hear(turn("before", sent("p", ONE)), addressed=False)
        await memory.hear(ask, addressed=True)
        await memory.hear(turn("dads", sent("p", ONE), who="爸爸"), addressed=False)
        await memory.hear(turn("wished", sent("p", ONE)), addressed=True)  # it has its own wish
        assert await memory.album.sent_since(ask) is None
        await memory.hear(turn("mine", sent("p", ONE)), addressed=False)
        await memory.hear(turn("more", sent("p", TWO)), addressed=False)
        assert await memory.album.sent_since(ask) == "turn:mine:0"
