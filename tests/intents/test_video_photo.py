"""A photo that is to move: which one is meant, who can move it, and what is said if nobody can."""

import asyncio
from dataclasses import replace

import pytest

from intents.dialogue import Photo, Question, Quote, Text
from intents.errors import NotAllowed
from intents.settings import VisionSettings
from intents.tools.llm import OpenAiLlm
from intents.tools.vision import build_vision
from intents.video import moving, wording
from intents.video.handler import answer
from intents.video.motion import GENTLE
from intents.video.slots import Slots
from tests import scenes
from tests.fake_llm import FakeLlm
from tests.fake_vision import seen
from tests.intents.talk import dialogue, photo, tools, turn
from tests.intents.test_video import PANDA
from tests.intents.videos import COG, DRAFT, I2V, Studio
from video_service.client import VideoClient

MOVE = Slots(uses_photo=True)
ONE, TWO, THREE = (scenes.photo(seed) for seed in (1, 2, 3))


def eyes(server: FakeLlm) -> VisionSettings:
    return VisionSettings(provider="compatible", base_url=server.url, model="fake-sees")


async def test_the_photo_sent_just_before_is_moved(studio: Studio, video: VideoClient) -> None:
    talk = dialogue(turn("", id="m0", photos=(photo("p", ONE),)), turn("让它动起来", minutes=2))
    await answer(talk, MOVE, tools(None, video))
    assert studio.asked[0]["input_reference"] == ONE
    assert studio.asked[0]["prompt"] == wording.MOVE


async def test_a_quoted_photo_is_meant_even_when_the_words_do_not_say_so(
    studio: Studio, video: VideoClient
) -> None:
    quote = Quote("q", photos=(photo("p", TWO),))
    await answer(dialogue(turn("做成视频", quote=quote)), Slots(), tools(None, video))
    assert studio.asked[0]["input_reference"] == TWO


async def test_the_picture_she_has_just_drawn_can_be_moved(
    studio: Studio, video: VideoClient
) -> None:
    sent = turn("", id="m0", photos=(photo("p", ONE),))
    drawn = turn("", id="m1", who="小爱", mine=True, minutes=1, photos=(photo("d", TWO),))
    of_dad = turn("", id="m2", who="爸爸", minutes=1, photos=(photo("o", THREE),))
    ask = turn("让它动起来", minutes=2)
    await answer(dialogue(sent, drawn, of_dad, ask), MOVE, tools(None, video))
    await answer(dialogue(drawn, sent, of_dad, ask), MOVE, tools(None, video))
    assert [it["input_reference"] for it in studio.asked] == [TWO, ONE]


async def test_no_photo_to_be_found_is_asked_for(studio: Studio, video: VideoClient) -> None:
    old = turn("", id="m0", photos=(photo(),))
    for talk in (dialogue("让它动起来"), dialogue(old, turn("让它动起来", minutes=45))):
        (question,) = await answer(talk, MOVE, tools(None, video))
        assert isinstance(question, Question)
        assert (question.text, question.photo) == (wording.SEND_IT, True)
    assert studio.asked == []


async def test_photos_wait_for_an_engine_that_can_move_them(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards = [dict(COG)]
    talk = dialogue(turn("让它动起来", photos=(photo(),)))
    with pytest.raises(NotAllowed) as caught:
        await answer(talk, MOVE, tools(llm, video))
    assert caught.value.say == wording.PHOTO_CANNOT


async def test_a_picture_beside_a_whole_wish_is_no_condition(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards = [dict(COG)]
    await answer(dialogue(turn("熊猫的视频", photos=(photo(),))), PANDA, tools(llm, video))
    assert "input_reference" not in studio.asked[0]


async def test_a_photo_engine_gets_the_photo_and_an_english_motion(
    studio: Studio, video: VideoClient, llm: OpenAiLlm, server: FakeLlm
) -> None:
    studio.cards = [dict(COG), dict(I2V), dict(DRAFT)]
    talk = dialogue(turn("让花开", photos=(photo("p", ONE),)))
    await answer(talk, Slots(wish="花开", uses_photo=True), tools(llm, video))
    assert studio.asked[0]["model"] == "cogvideox-5b-i2v"
    assert studio.asked[0]["input_reference"] == ONE
    assert "first frame" in server.requests[0]["messages"][0]["content"]


async def test_a_photo_that_cannot_be_read_is_asked_for_again(
    video: VideoClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone() -> bytes:
        raise FileNotFoundError("p.jpg")

    async def never() -> bytes:
        await asyncio.Event().wait()
        return b""

    monkeypatch.setattr(moving, "PHOTO_SECONDS", 0.05)
    for read in (gone, never):
        talk = dialogue(turn("让它动起来", photos=(Photo("p", read),)))
        (question,) = await answer(talk, MOVE, tools(None, video))
        assert isinstance(question, Question)
        assert (question.text, question.photo) == (wording.PHOTO_LOST, True)


async def test_an_engine_that_counts_characters_gets_a_shorter_motion(
    studio: Studio, video: VideoClient, server: FakeLlm
) -> None:
    cloud = {"id": "zhipu-cogvideox-flash", "ready": True, "lane": "cloud", "prompt_chars": 300,
             "languages": ["zh", "en"], "modes": ["text", "photo"]}  # fmt: skip
    long = "An orange kitten slowly turns its head and blinks at the falling leaves outside. " * 6
    studio.cards = [cloud]
    server.script([seen(prompt=long), seen()])
    talk = dialogue(turn("让它动起来", photos=(photo(),)))
    async with build_vision(eyes(server)) as vision:
        await answer(talk, MOVE, replace(tools(None, video), vision=vision))
    assert len(server.requests) == 2
    assert "at most 60" in str(server.requests[1]["messages"][-1]["content"])
    assert len(studio.asked[0]["prompt"]) < 300
    assert "num_inference_steps" not in studio.asked[0]


async def test_a_service_that_finds_the_motion_too_long_gets_its_first_sentences(
    studio: Studio, video: VideoClient, server: FakeLlm
) -> None:
    first = "An orange kitten on a windowsill slowly turns its head and blinks."
    rest = "The leaves outside stir softly in the breeze and the curtain moves a little. " * 8
    studio.cards, studio.refusals = [dict(I2V)], [(400, "prompt_too_long")]
    server.script([seen(prompt=f"{first} {rest}")])
    talk = dialogue(turn("让它动起来", photos=(photo(),)))
    async with build_vision(eyes(server)) as vision:
        await answer(talk, MOVE, replace(tools(None, video), vision=vision))
    whole, shorter = (it["prompt"] for it in studio.asked)
    assert whole.startswith(shorter)
    assert first in shorter
    assert len(shorter) < len(whole)


async def test_nobody_there_to_pass_on_what_was_said_means_an_engine_that_reads_it(
    studio: Studio, video: VideoClient
) -> None:
    wan = {"id": "wan2.2-ti2v-5b", "ready": True, "languages": ["zh"], "modes": ["text", "photo"]}
    studio.cards = [dict(I2V), wan, dict(DRAFT)]
    talk = dialogue(turn("让花开", photos=(photo(),)))
    said, *_ = await answer(talk, Slots(wish="花开", uses_photo=True), tools(None, video))
    assert (studio.asked[0]["model"], studio.asked[0]["prompt"]) == (wan["id"], "花开")
    assert isinstance(said, Text)
    assert said.text.startswith(wording.OTHER_NO_WRITER)
    await answer(talk, MOVE, tools(None, video))  # nothing was said: the first may do it
    assert (studio.asked[1]["model"], studio.asked[1]["prompt"]) == (I2V["id"], GENTLE)
