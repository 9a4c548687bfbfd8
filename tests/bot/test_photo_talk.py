"""Which photo is meant: photo and words are two messages, and others talk in between."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from intents.dialogue import Quote, Turn, photo_key
from intents.video.wording import CHOICES, PHOTO_LOST, SEND_IT, WHAT, WHICH
from tests import scenes
from tests.family import Family, Said
from tests.service.running import BRIEF, Running, running_service

MOVE = "小爱 让它动起来"
ONE, TWO = scenes.photo(1), scenes.photo(2)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that lets a person wait for more films than anybody here does."""
    limit = {"QUNYING_VIDEO_SERVICE__MAX_OPEN_PER_OWNER": "50"}
    with running_service(tmp_path_factory.mktemp("photos"), module=BRIEF, **limit) as running:
        yield running


async def moved(family: Family, ask: Turn) -> str:
    """The key of the photo that the room's newest film was made from."""
    assert family.memory
    shots = await family.memory.library.shots(ask)
    return str(shots[0].kept["photo"]) if shots else ""


async def promise(family: Family) -> Said:
    said = await family.hears()
    assert "草稿" in said.text, said.text
    return said


async def test_three_others_talk_between_the_photo_and_the_words(family: Family) -> None:
    shown = await family.says("奶奶", photo=ONE)
    await family.says("爸爸", "这张拍得真好")
    await family.says("妈妈", "在哪儿拍的呀")
    await family.says("小明", photo=TWO)
    ask = await family.says("奶奶", MOVE)
    await promise(family)
    assert await moved(family, ask) == photo_key(shown.id)
    assert (await family.hears()).video
    assert await family.quiet()


async def test_the_words_first_and_then_the_photo_goes_on_by_itself(family: Family) -> None:
    await family.says("妈妈", "小爱 让我的照片动起来")
    assert (await family.hears_and_notes()).text == SEND_IT
    await family.says("爸爸", photo=TWO)
    await family.says("妈妈", "等一下，我找找")
    shown = await family.says("妈妈", photo=ONE)
    said = await promise(family)
    assert said.to.id == shown.id
    assert await moved(family, shown) == photo_key(shown.id)
    await family.says("妈妈", photo=TWO)  # only the first was asked for
    assert family.memory
    assert await family.memory.open_turns() == []


async def test_a_question_for_a_photo_survives_a_restart(home: Family) -> None:
    async with home.living():
        await home.says("妈妈", MOVE)
        assert (await home.hears_and_notes()).text == SEND_IT
    async with home.living():
        await home.says("妈妈", "小爱 在吗")
        await home.hears_and_notes()
        shown = await home.says("妈妈", photo=ONE)
        await promise(home)
        assert await moved(home, shown) == photo_key(shown.id)


async def test_an_older_photo_that_is_quoted_answers_the_question_for_one(family: Family) -> None:
    old = datetime.now(UTC) - timedelta(hours=20)
    shown = await family.says("爸爸", photo=ONE, at=old)
    await family.says("妈妈", MOVE)
    assert (await family.hears_and_notes()).text == SEND_IT
    ask = await family.says("妈妈", "就这张", quote=Quote(shown.id))
    await promise(family)
    assert (await moved(family, ask)).startswith("quote:")


async def test_a_photo_that_comes_while_she_still_thinks_is_not_asked_for(family: Family) -> None:
    await family.says("妈妈", "小爱 拍一段熊猫吃竹子的视频")  # she answers one person in order
    ask = await family.says("妈妈", MOVE)
    shown = await family.says("妈妈", photo=ONE)
    for _ in range(2):
        while (said := await family.hears()).video:
            pass
        assert said.text != SEND_IT
    assert await moved(family, ask) == photo_key(shown.id)


async def test_a_photo_of_long_ago_moves_when_it_is_quoted(family: Family) -> None:
    old = datetime.now(UTC) - timedelta(days=3)
    shown = await family.says("奶奶", photo=ONE, at=old)
    await family.says("小明", photo=TWO)
    ask = await family.says("小明", MOVE, quote=Quote(shown.id))
    await promise(family)
    assert await moved(family, ask) == f"quote:{ask.id}:0"


async def test_of_two_photos_she_asks_which_in_the_order_of_the_pictures(family: Family) -> None:
    first = await family.says("妈妈", photo=ONE)
    second = await family.says("妈妈", photo=TWO)
    await family.says("妈妈", MOVE)
    asked = (await family.hears_and_notes()).text
    assert asked == f"{WHICH}\n1. 第一张，刚才发的\n2. 第二张，刚才发的"
    answer = await family.says("妈妈", "第一张")
    await promise(family)
    assert await moved(family, answer) == photo_key(first.id)
    ask = await family.says("妈妈", "小爱 让第二张动起来")
    while "草稿" not in (await family.hears()).text:
        pass
    assert await moved(family, ask) == photo_key(second.id)


async def test_silence_means_the_last_of_two_photos(home: Family) -> None:
    async with home.living():
        await home.says("妈妈", photo=ONE)
        last = await home.says("妈妈", photo=TWO)
        ask = await home.says("妈妈", MOVE)
        assert WHICH in (await home.hears_and_notes()).text
        assert await home.quiet()
    _let_hours_pass(home)
    async with home.living():
        await promise(home)
        assert await moved(home, ask) == photo_key(last.id)


def _let_hours_pass(home: Family) -> None:
    with closing(sqlite3.connect(home.folder / "bot.db")) as file, file:
        assert file.execute("UPDATE questions SET due = due - 36000").rowcount == 1
        file.execute("UPDATE turns SET at = at - 36000")


async def test_a_place_in_the_words_needs_no_question(family: Family) -> None:
    first = await family.says("妈妈", photo=ONE)
    await family.says("妈妈", photo=TWO)
    ask = await family.says("妈妈", "小爱 让两张里前面那张动起来")
    await promise(family)
    assert await moved(family, ask) == photo_key(first.id)


async def test_what_was_moved_before_is_not_asked_about_again(family: Family) -> None:
    await family.says("妈妈", photo=ONE)
    await family.says("妈妈", MOVE)
    await promise(family)
    new = await family.says("妈妈", photo=TWO)
    ask = await family.says("妈妈", MOVE)
    while (said := await family.hears()).video:
        pass
    assert "草稿" in said.text
    assert await moved(family, ask) == photo_key(new.id)


async def test_somebody_elses_photo_is_not_taken_unmeant(family: Family) -> None:
    await family.says("奶奶", photo=ONE)
    await family.says("爸爸", "真好看")
    ask = await family.says("小明", MOVE)
    assert (await family.hears()).text == SEND_IT
    assert await moved(family, ask) == ""
    assert await family.quiet()


async def test_somebody_elses_photo_is_taken_when_it_is_meant(family: Family) -> None:
    of_gran = await family.says("奶奶", photo=ONE)
    of_dad = await family.says("爸爸", photo=TWO)
    await family.says("妈妈", "都好看")
    for words, shown in (
        ("小爱 让奶奶那张动起来", of_gran),
        ("小爱 把奶奶发的照片做成视频", of_gran),
        ("小爱 让上面那张图动起来", of_dad),
    ):
        ask = await family.says("小明", words)
        while "草稿" not in (said := await family.hears()).text:
            assert said.text != SEND_IT
        assert await moved(family, ask) == photo_key(shown.id), words


async def test_this_one_right_after_a_photo_means_it_whoever_sent_it(family: Family) -> None:
    await family.says("小明", photo=TWO)
    shown = await family.says("奶奶", photo=ONE)
    ask = await family.says("小明", "小爱 让这张照片动起来")
    await promise(family)
    assert await moved(family, ask) == photo_key(shown.id)


async def test_a_photo_that_was_taken_back_is_told_with_a_way_out(family: Family) -> None:
    await family.says("妈妈", photo_ref="taken back")
    ask = await family.says("妈妈", MOVE)
    assert (await family.hears_and_notes()).text == PHOTO_LOST
    assert await moved(family, ask) == ""
    family.chat.gone["still there"] = ONE
    shown = await family.says("妈妈", photo_ref="still there")
    await promise(family)
    assert await moved(family, shown) == photo_key(shown.id)


async def test_a_question_for_a_photo_can_be_given_up(family: Family) -> None:
    await family.says("妈妈", MOVE)
    await family.hears_and_notes()
    await family.says("妈妈", "算了")
    assert (await family.hears()).text == "好的，那就先不做了。"
    await family.says("妈妈", photo=ONE)
    assert await family.quiet()
    assert family.memory


async def test_she_asks_one_question_and_then_takes_what_is_best(family: Family) -> None:
    await family.says("妈妈", photo=ONE)
    last = await family.says("妈妈", photo=TWO)
    await family.says("妈妈", "小爱 帮我弄个视频")
    assert (await family.hears_and_notes()).text.startswith(WHAT)
    ask = await family.says("妈妈", "小爱 让我的照片动起来")
    await promise(family)
    assert await moved(family, ask) == photo_key(last.id)


async def test_who_is_asked_and_does_not_say_gets_the_first(family: Family) -> None:
    for again in (False, True):
        await family.says("妈妈", "小爱 帮我弄个视频")
        said = await family.hears_and_notes()
        assert said.text.startswith(WHAT) is not again
    assert family.memory
    (film,) = await family.memory.library.shots(said.to)
    assert film.kept["wish"] == CHOICES[0]
