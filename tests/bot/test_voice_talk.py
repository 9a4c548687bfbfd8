"""A voice message in a private chat is answered as if it had been typed; a song is not."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot import wording
from intents.dialogue import Voice
from tests.fake_speech import FakeSpeech, running_speech
from tests.family import Family

MP3 = Voice("v", lambda: _sound(), "mp3")


async def _sound() -> bytes:
    return b"ID3 a voice"


@pytest.fixture
def ear() -> Iterator[FakeSpeech]:
    with running_speech() as fake:
        yield fake


@pytest.fixture
async def listening(home: Family, ear: FakeSpeech) -> AsyncIterator[Family]:
    home.speech_url, home.llm_url = ear.url, None
    async with home.living() as family:
        yield family


async def test_spoken_words_are_answered_as_typed_ones(listening: Family, ear: FakeSpeech) -> None:
    ear.says = "小爱，你会什么？"
    await listening.says("奶奶", voice=MP3, private=True)
    assert "天气" in (await listening.hears()).text
    await listening.says("奶奶", "小爱 在吗", private=True)
    said = (await listening.hears()).to
    assert listening.memory
    talk = (await listening.memory.dialogue(said)).turns
    assert (talk[0].text, talk[0].said) == ("小爱，你会什么？", "你会什么？")
    assert len(ear.heard) == 1  # once it is words nobody listens to it again


async def test_a_spoken_number_answers_her_question(listening: Family, ear: FakeSpeech) -> None:
    await listening.says("奶奶", "帮我弄个视频", private=True)
    question = (await listening.hears()).text
    assert "\n1. " in question
    ear.says = "第一个。"
    await listening.says("奶奶", voice=MP3, private=True)
    assert (await listening.hears()).text != wording.HERE
    assert (await listening.hears()).video


async def test_without_a_transcription_she_asks_for_typing(family: Family) -> None:
    await family.says("奶奶", voice=MP3, private=True)
    assert (await family.hears()).text == wording.CANNOT_HEAR


async def test_in_a_group_nobody_is_listened_to_unasked(listening: Family, ear: FakeSpeech) -> None:
    await listening.says("奶奶", voice=MP3)
    assert await listening.quiet()
    assert ear.heard == []


async def test_a_song_is_kept_in_mind_and_never_put_into_words(
    listening: Family, ear: FakeSpeech
) -> None:
    await listening.says("奶奶", voice=replace(MP3, music=True), private=True)
    assert await listening.quiet()
    assert ear.heard == []
