"""Wishes that people publish for video models, wrapped as a family would: all of them are films."""

import json

import pytest

from intents.errors import NotAllowed
from intents.evaluate import DEV
from intents.recognize import PATTERNS
from intents.video import wording
from intents.video.handler import INTENT, answer
from intents.video.slots import Slots
from tests.intents.talk import dialogue, photo, tools, turn
from tests.intents.videos import COG, I2V, Studio
from video_service.client import VideoClient

FILE = DEV / "video_prompts_zh.jsonl"
WRAPPED = {
    "t2v": ("生成一段视频：{}", "帮我拍一段视频，{}", "做一个视频：{}"),
    "i2v": ("让这张照片动起来：{}", "让照片动起来，{}", "把这张照片做成视频：{}"),
}


def asks(task: str) -> list[str]:
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    meant = [row["zh"] for row in rows if row["task"] == task]
    return [wrap.format(said) for said in meant for wrap in WRAPPED[task]]


needs_rows = pytest.mark.skipif(not FILE.is_file(), reason=f"there is no {FILE.name} here")


@needs_rows
def test_every_published_wish_goes_to_the_films_offline() -> None:
    lost = [said for said in asks("t2v") if PATTERNS.find(said).intent is not INTENT]
    assert lost == []


@needs_rows
async def test_every_published_wish_about_a_photo_takes_the_photo(
    studio: Studio, video: VideoClient
) -> None:
    studio.cards = [dict(COG), dict(I2V)]
    declined = [said for said in asks("i2v") if not await is_moved(said, video)]
    assert len(studio.asked) + len(declined) == len(asks("i2v"))
    assert len(declined) < len(asks("i2v")) / 10
    assert {it["model"] for it in studio.asked} == {I2V["id"]}
    assert all("input_reference" in it for it in studio.asked)


async def is_moved(said: str, video: VideoClient) -> bool:
    """Whether a photo is moved so; what would hurt people in it is not."""
    found = PATTERNS.find(said, photo=True)
    assert found.intent is INTENT, said
    assert isinstance(found.slots, Slots)
    talk = dialogue(turn("", id="m0", photos=(photo(),)), turn(said, minutes=1))
    try:
        await answer(talk, found.slots, tools(None, video))
    except NotAllowed as error:
        if error.say != wording.UNKIND:
            raise
        return False
    return True
