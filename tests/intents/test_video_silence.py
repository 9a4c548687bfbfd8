"""A clip has no sound of its own: who wants somebody to speak in it is told before the wait."""

from dataclasses import replace

import pytest

from intents.dialogue import Text
from intents.video import wording
from intents.video.changing.finishing import NOTHING, Finishing
from intents.video.handler import answer
from intents.video.silence import hint
from intents.video.slots import Slots
from tests.intents.talk import dialogue, photo, tools, turn
from tests.intents.videos import Studio
from video_service.client import VideoClient

BIRTHDAY = "爷爷说“生日快乐”"


class Reader:
    async def speak(self, words: str, *, deadline: float) -> bytes:
        raise NotImplementedError


async def told(video: VideoClient, wish: str, *, shown: bool = False) -> str:
    asked = turn(wish, photos=(photo(),) if shown else ())
    slots = Slots(wish=wish, uses_photo=shown)
    first = (await answer(dialogue(asked), slots, tools(None, video)))[0]
    assert isinstance(first, Text)
    return first.text


async def test_who_is_to_speak_in_a_film_will_not_be_heard(
    studio: Studio, video: VideoClient
) -> None:
    assert (await told(video, BIRTHDAY)).endswith(wording.MUTE)
    assert (await told(video, BIRTHDAY, shown=True)).count(wording.MUTE) == 1
    assert len(studio.asked) == 2
    assert wording.MUTE not in await told(video, "爷爷吃蛋糕")


async def test_where_words_can_be_read_aloud_she_tells_how(video: VideoClient) -> None:
    able = replace(tools(None, video), speaker=Reader())
    assert hint(BIRTHDAY, NOTHING, able) == wording.MUTE_BUT_READ
    assert hint(BIRTHDAY, Finishing(voice="生日快乐"), able) == ""


@pytest.mark.parametrize(
    "wish",
    ["奶奶唱歌", "爷爷给孩子讲故事", "兔子的睡前故事", "宝宝喊妈妈", "孙女背诗", "爸爸念生日祝福"],
)
def test_speaking_is_known_by_its_verbs(wish: str, video: VideoClient) -> None:
    assert hint(wish, NOTHING, tools(None, video)) == wording.MUTE


@pytest.mark.parametrize(
    "wish", ["小说里的龙", "传说中的凤凰", "老师站在讲台上", "老唱片转啊转", "一家人合影留念"]
)
def test_what_only_looks_like_speaking_is_no_reason(wish: str, video: VideoClient) -> None:
    assert hint(wish, NOTHING, tools(None, video)) == ""
