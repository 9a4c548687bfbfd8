"""The read side of the library: every clip once, found by words, person, day and channel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clip_library import ClipLibrary, Search
from bot.memory import Memory, open_memory
from bot.records import Clip, Room
from bot.settings import BotSettings
from bot.web.library_view import room_names, seen_piece
from tests.web.stock import NOW, Stock, fill

OWN = Room("web", "web:family")
STOCK = (
    Stock("小爱 拍一段熊猫吃竹子", "video_1", days_ago=3, wish="熊猫吃竹子", sidecar=True),
    Stock("小爱 画一只戴帽子的小猫", "image_1", "奶奶", days_ago=2, makes="image", draft=True),
    Stock("2", "video_2", "爸爸", "wechaty", "a-room", 1, wish="小猫追蝴蝶", room_name="幸福一家"),
    Stock("海边日出", "video_3", "妈妈", "ilink", "mum", 0, private=True),
)


@asynccontextmanager
async def library(folder: Path, *stock: Stock) -> AsyncIterator[tuple[ClipLibrary, Memory]]:
    async with open_memory(folder, BotSettings()) as memory:
        fill(folder, *stock)
        yield memory.clips, memory


async def jobs(clips: ClipLibrary, search: Search) -> list[str]:
    return [piece.job for piece in (await clips.page(search)).pieces]


async def test_what_was_sent_stands_newest_first_with_who_asked_for_it(tmp_path: Path) -> None:
    async with library(tmp_path, *STOCK) as (clips, _):
        page = await clips.page(Search())
        assert page.found == 4
        assert [(it.job, it.person, it.words) for it in page.pieces] == [
            ("video_3", "妈妈", "海边日出"),
            ("video_2", "爸爸", "2"),
            ("image_1", "奶奶", "画一只戴帽子的小猫"),
            ("video_1", "妈妈", "拍一段熊猫吃竹子"),
        ]
        assert page.pieces[1].wish == "小猫追蝴蝶"
        shelves = await clips.shelves()
        assert shelves.people == ["奶奶", "妈妈", "爸爸"]
        assert shelves.channels == ["ilink", "web", "wechaty"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search("小猫"), ["video_2", "image_1"]),
        (Search("小猫 奶奶"), ["image_1"]),
        (Search("蝴蝶"), ["video_2"]),
        (Search("%"), []),
        (Search("_"), []),
        (Search("' OR 1=1 --"), []),
        (Search(person="妈妈"), ["video_3", "video_1"]),
        (Search(person="妈妈", channel="web"), ["video_1"]),
        (Search(since=NOW - timedelta(days=1.5)), ["video_3", "video_2"]),
        (Search(until=NOW - timedelta(days=1.5)), ["image_1", "video_1"]),
    ],
)
async def test_a_search_finds_what_was_wished_for(
    tmp_path: Path, search: Search, found: list[str]
) -> None:
    async with library(tmp_path, *STOCK) as (clips, _):
        assert await jobs(clips, search) == found


async def test_three_hundred_clips_are_paged_without_a_gap_or_a_repeat(tmp_path: Path) -> None:
    many = [Stock(f"第{i}段", f"video_{i}", days_ago=300 - i) for i in range(300)]
    async with library(tmp_path, *many) as (clips, _):
        seen: list[str] = []
        before = None
        while page := (await clips.page(Search(), before, 24)).pieces:
            seen += [piece.job for piece in page]
            before = page[-1].n
        assert seen == [f"video_{i}" for i in reversed(range(300))]
        assert (await clips.page(Search("第29"), None, 5)).found == 11


async def test_a_clip_that_was_sent_again_is_one_clip_and_outlives_its_first_message(
    tmp_path: Path,
) -> None:
    old = Stock("小爱 拍一段熊猫吃竹子", "video_1", days_ago=30, sidecar=True)
    async with library(tmp_path, old) as (clips, memory):
        (piece,) = (await clips.page(Search())).pieces
        assert await clips.again.send(piece.room, "video_1", "click")
        (turn,) = await memory.outbox.owed()
        assert turn.ref == "ref-video_1"  # what some channels can only reply to
        (parcel,) = await memory.outbox.parcels(turn)
        await memory.outbox.sent(turn, parcel, clip=Clip(piece.file, None, piece.sidecar))
        page = await clips.page(Search())
        assert [(it.n, it.person) for it in page.pieces] == [(piece.n, "妈妈")]

        await memory.forget_before(NOW - timedelta(days=1))
        (left,) = (await clips.page(Search())).pieces
        assert left.job == "video_1"
        assert left.n > piece.n
        assert (await clips.piece(piece.n)) is None


async def test_a_card_names_the_room_the_length_and_how_it_was_made(tmp_path: Path) -> None:
    async with library(tmp_path, *STOCK) as (clips, _):
        pieces = {it.job: it for it in (await clips.page(Search())).pieces}
        names = room_names(OWN, "一家人")
        cards = {job: await seen_piece(it, names, on=True) for job, it in pieces.items()}
    assert [cards[job].room for job in ("video_1", "video_2", "video_3")] == [
        "一家人", "幸福一家", "妈妈的私聊",
    ]  # fmt: skip
    panda = cards["video_1"]
    assert panda.duration == "6秒"
    assert panda.url == ""  # there is no such file
    assert panda.file_name.endswith("-熊猫吃竹子.mp4")
    assert panda.prompt == "A panda munches bamboo."
    assert ("种子", "7") in panda.settings
    assert ("长度", "6秒（49帧）") in panda.settings
    assert panda.times == (("拍摄", "180秒"), ("冲洗", "20秒"), ("一共", "200秒"))
    assert ("版本", "torch 2.13.0") in panda.house
    assert cards["image_1"].draft
    assert cards["image_1"].duration == ""
    assert cards["video_2"].wish == "小猫追蝴蝶"
