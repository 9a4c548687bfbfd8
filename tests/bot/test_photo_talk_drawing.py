"""Draw first, then move; and photos where the engines here only read words."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.records import Answer
from bot.wording import failed
from intents.dialogue import Choice, Question, Text, Ticket, Turn, drawn_key
from intents.shots import Shot
from intents.video import wording
from tests import scenes
from tests.bot.owing import ASK, delivering, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.bot.studios import tiny_service
from tests.fake_llm import FakeLlm
from tests.fake_vision import seen
from tests.family import FakeChat, Family, Said
from tests.service.running import Running

PANDA = "小爱 生成一个熊猫吃竹子的视频"
QUESTION = f"{wording.MOVE_IT}\n1. 动起来\n2. 先不动"
AGAIN = "A slow pan in soft light. An orange kitten on a windowsill slowly turns its head."


@pytest.fixture(scope="module")
def easel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Tiny engines that draw and that move photos; none of them films words."""
    with tiny_service(tmp_path_factory.mktemp("easel"), "i2v", "flux") as running:
        yield running


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A tiny CogVideoX-2b, which films words and moves no photo."""
    with tiny_service(tmp_path_factory.mktemp("films"), "t2v") as running:
        yield running


@pytest.fixture
async def painter(
    tmp_path: Path, easel: Running, llm: FakeLlm, eyes: FakeLlm
) -> AsyncIterator[Family]:
    async with Family(tmp_path, easel.url, llm.url, vision_url=eyes.url).living() as living:
        yield living


@pytest.fixture
async def teller(tmp_path: Path, films: Running, eyes: FakeLlm) -> AsyncIterator[Family]:
    async with Family(tmp_path, films.url, vision_url=eyes.url).living() as living:
        yield living


async def shots(family: Family, ask: Turn) -> tuple[Shot, ...]:
    assert family.memory
    return await family.memory.library.shots(ask)


async def is_shown(family: Family) -> Said:
    """The picture, and then the question about it."""
    picture = await family.hears(within=90)
    assert picture.picture, picture.text
    assert (await family.hears_and_notes()).text == QUESTION
    return picture


async def test_where_engines_only_move_pictures_one_is_drawn_and_then_moved(
    painter: Family,
) -> None:
    await painter.says("妈妈", PANDA)
    assert (await painter.hears(within=12)).text.startswith(wording.DRAW_FIRST)
    await is_shown(painter)
    await painter.says("爸爸", "画得真好")
    answer = await painter.says("妈妈", "要")
    assert (await painter.hears(within=12)).text.startswith("好嘞")
    film, picture = await shots(painter, answer)
    assert (film.makes, picture.makes) == ("video", "image")
    assert (film.kept["photo"], film.kept["of"]) == (drawn_key(picture.job), picture.job)
    assert (await painter.hears(within=90)).video
    assert await painter.quiet()


async def test_who_asks_for_it_sees_a_picture_first(painter: Family, llm: FakeLlm) -> None:
    llm.script([{"intent": "视频生成", "wish": "熊猫吃竹子", "draw_first": True}])
    await painter.says("妈妈", "小爱 先画出来看看，熊猫吃竹子，好看再动")
    said = (await painter.hears(within=12)).text
    assert said.startswith("好嘞")
    await is_shown(painter)
    await painter.says("爸爸", "好，晚上吃面吧")  # was not asked
    await painter.says("妈妈", "好")  # to him
    assert await painter.quiet()
    answer = await painter.says("妈妈", "小爱 好的，动起来吧")
    assert (await painter.hears(within=12)).text.startswith("好嘞")
    film, _ = await shots(painter, answer)
    assert film.kept["photo"]


async def test_a_picture_may_stay_one(painter: Family) -> None:
    await painter.says("妈妈", PANDA)
    await painter.hears(within=12)
    await is_shown(painter)
    answer = await painter.says("妈妈", "2")
    assert (await painter.hears()).text == wording.KEPT
    assert len(await shots(painter, answer)) == 1
    assert await painter.quiet()


async def test_a_yes_before_the_picture_is_there_is_no_answer(painter: Family) -> None:
    await painter.says("妈妈", PANDA)
    await painter.hears(within=12)
    await painter.says("妈妈", "好")
    await is_shown(painter)
    assert await painter.quiet()


async def test_a_picture_that_fails_is_not_asked_about(tmp_path: Path) -> None:
    question = Question("要让它动起来吗？", "picture", (Choice("动起来", "job:1"),), agree=True)
    broken = {"status": "failed", "error": {"code": "internal_error", "message": "no"}}
    chat = FakeChat()
    async with delivering(tmp_path, Studio([broken]), chat) as (memory, deliveries):
        await memory.hear(ASK, addressed=True)
        parts = (Text("好嘞。"), Ticket("image_1", "image"), question)
        await memory.answered(ASK, Answer(parts, "视频生成"))
        deliveries.follow(ASK)
        await until_nothing_is_owed(memory)
        said = [chat.sent.get_nowait().text for _ in range(chat.sent.qsize())]
        assert said == ["好嘞。", failed("internal_error", "image")]
        assert await memory.asked.of_person(ASK) is None
        assert await memory.asked.next_due() is None


async def test_where_nothing_moves_photos_it_is_filmed_anew_and_she_says_so(
    teller: Family, eyes: FakeLlm
) -> None:
    eyes.script([seen(prompt=AGAIN)])
    await teller.says("奶奶", photo=scenes.photo(1))
    ask = await teller.says("奶奶", "小爱 让它动起来")
    said = (await teller.hears(within=12)).text
    assert said.startswith("好嘞")
    assert said.endswith(wording.REMADE)
    (film,) = await shots(teller, ask)
    assert (film.kept["model"], film.kept["remade"]) == ("cogvideox-2b", True)
    assert film.kept["prompt"] == AGAIN
    assert "text-to-video" in str(eyes.requests[-1]["messages"][0]["content"])
    assert (await teller.hears(within=90)).video
    assert await teller.quiet()


async def test_a_photo_nobody_could_see_becomes_a_draft_of_itself(
    teller: Family, eyes: FakeLlm
) -> None:
    eyes.fault = "down"
    await teller.says("奶奶", photo=scenes.photo(1))
    ask = await teller.says("奶奶", "小爱 让它动起来")
    said = (await teller.hears(within=12)).text
    assert said.startswith(wording.DRAFT)
    assert wording.REMADE not in said
    (film,) = await shots(teller, ask)
    assert (film.kept["model"], film.kept["remade"]) == ("draft", False)
