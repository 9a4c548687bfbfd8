"""再发一次 from the library: a clip goes out once more into its own room, once a click."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clip_library import Search
from bot.records import Room
from tests.family import Family
from tests.service.running import BRIEF, Running, running_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(tmp_path_factory.mktemp("service"), module=BRIEF) as running:
        yield running


async def test_a_clip_of_the_library_is_sent_again_into_its_room(
    service: Running, tmp_path: Path
) -> None:
    family = Family(tmp_path, service.url)
    async with family.living():
        assert family.memory
        ask = await family.says("妈妈", "小爱 拍一段熊猫吃竹子的视频")
        await family.hears_and_notes()
        first = await family.hears_and_notes()
        await family.says("爸爸", "真好看")
        (piece,) = (await family.memory.clips.page(Search())).pieces

        for _ in range(2):  # clicked twice
            assert await family.memory.clips.again.send(piece.room, piece.job, "one click")
        again = await family.hears_and_notes()
        assert again.video == first.video
        assert (again.to.room, again.to.sender, again.to.text) == (ask.room, "爸爸", "")
        assert await family.quiet()
        lines = await family.memory.history(Room.of(ask))
        assert [line.kind for line in lines] == ["text", "text", "video", "text", "video"]
        assert (await family.memory.clips.page(Search())).found == 1


async def test_what_was_owed_when_the_process_ended_is_sent_by_the_next(
    service: Running, tmp_path: Path
) -> None:
    family = Family(tmp_path, service.url)
    async with family.living():
        assert family.memory
        await family.says("妈妈", "小爱 拍一段熊猫吃竹子的视频")
        await family.hears_and_notes()
        await family.hears_and_notes()
        (piece,) = (await family.memory.clips.page(Search())).pieces
        family.memory.clips.again.follow = lambda turn: None  # killed before it was delivered
        assert await family.memory.clips.again.send(piece.room, piece.job, "one click")
    async with family.living():
        assert (await family.hears()).video


async def test_a_room_where_nobody_has_spoken_gets_nothing(
    service: Running, tmp_path: Path
) -> None:
    family = Family(tmp_path, service.url)
    async with family.living():
        assert family.memory
        assert not await family.memory.clips.again.send(Room("fake", "empty"), "video_1", "click")
        assert not await family.memory.outbox.owed()
