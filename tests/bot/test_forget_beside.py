"""忘记我 reaches what was said to `qunying ask` and `qunying mcp`, of the same person alone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.memory import Memory, open_memory
from bot.neighbours import keep_neighbours
from bot.records import Answer, Clip, Room
from bot.retention import ABANDONED
from bot.settings import BotSettings
from intents.dialogue import Photo, Text, Ticket, Turn
from video_service.client import VideoClient, open_client

NOW = datetime.now(UTC)
SETTINGS = BotSettings()


def turn(channel: str, sender: str, name: str = "", *, id_: str = "1") -> Turn:
    return Turn(id_, channel, "room", sender, name or sender, "小爱 忘记我", NOW)


class Elsewhere:
    """The folders beside the bot's, and a service that notes what it is told to delete."""

    def __init__(self, data: Path, client: VideoClient, bot: Memory) -> None:
        self.data, self.client, self.bot = data, client, bot

    async def film(self, folder: str, sender: str, job: str) -> None:
        """A wish and its film, sent."""
        ask = turn(folder, sender, id_=job)
        async with open_memory(self.data / folder, SETTINGS, ABANDONED) as memory:
            await memory.hear(ask, addressed=True)
            await memory.answered(ask, Answer((Ticket(job),), "视频生成"))
            (parcel,) = await memory.outbox.parcels(ask)
            name = await memory.shelf.fetch(f"{job}.mp4", write)
            await memory.outbox.sent(ask, parcel, clip=Clip(name))

    async def forgets(self, ask: Turn, *, owner: bool = False) -> None:
        await self.bot.hear(ask, addressed=True)
        await self.bot.forgetting.forget(ask, owner=owner)
        await self.bot.answered(ask, Answer(()))

    async def settles(self) -> None:
        async with asyncio.timeout(20):
            while not await self.bot.forgetting.settle(self.client):
                continue

    def left(self) -> set[str]:
        return {path.stem for name in ("ask", "agents") for path in self.media(name)}

    def media(self, name: str) -> list[Path]:
        folder = self.data / name / "media"
        return list(folder.iterdir()) if folder.is_dir() else []


async def write(path: Path) -> None:
    await asyncio.to_thread(path.write_bytes, b"film")


@pytest.fixture
def erased() -> list[str]:
    return []


@pytest.fixture
async def house(tmp_path: Path, erased: list[str]) -> AsyncIterator[Elsewhere]:
    def answer(request: httpx.Request) -> httpx.Response:
        job = request.url.path.rsplit("/", 1)[1]
        known = job not in erased
        erased.append(job)
        return httpx.Response(200 if known else 404, json={})

    transport = httpx.MockTransport(answer)
    async with (
        open_client("http://service", transport=transport) as client,
        open_memory(tmp_path / "bot", SETTINGS) as bot,
    ):
        bot.forgetting.beside = tmp_path
        house = Elsewhere(tmp_path, client, bot)
        for folder, sender, job in (
            ("ask", "妈妈", "hers"), ("ask", "爸爸", "his"), ("ask", "我", "mine"),
            ("agents", "agent", "agents"),
        ):  # fmt: skip
            await house.film(folder, sender, job)
        yield house


async def test_on_the_page_a_name_is_a_person_and_the_terminal_knows_them_by_it(
    house: Elsewhere, erased: list[str]
) -> None:
    await house.forgets(turn("web", "妈妈"))
    await house.settles()
    assert house.left() == {"his", "mine", "agents"}
    assert set(erased) == {"hers"}
    for file in house.data.glob("ask/bot.db*"):
        assert "妈妈".encode() not in file.read_bytes()
    await house.forgets(turn("web", "妈妈", id_="2"))  # and once more
    await house.settles()
    assert house.left() == {"his", "mine", "agents"}


async def test_a_name_that_anybody_may_give_himself_deletes_nothing(house: Elsewhere) -> None:
    await house.forgets(turn("wechaty", "wxid_7", "妈妈"))
    await house.settles()
    assert house.left() == {"hers", "his", "mine", "agents"}


@pytest.mark.parametrize(
    ("ask", "admin"),
    [(turn("wechaty", "wxid_9", "爸爸"), True), (turn("console", "owner", "我"), False)],
)
async def test_who_looks_after_the_house_is_who_asks_in_its_terminal(
    house: Elsewhere, ask: Turn, admin: bool, erased: list[str]
) -> None:
    await house.forgets(ask, owner=admin)
    await house.settles()
    assert house.left() == ({"hers"} if admin else {"hers", "his"})
    assert set(erased) >= {"agents", "mine"}


async def test_their_words_go_at_once_though_the_service_is_away(
    house: Elsewhere, tmp_path: Path
) -> None:
    ask = turn("console", "owner", "我", id_="film")
    await house.bot.hear(ask, addressed=True)
    await house.bot.answered(ask, Answer((Ticket("job"),), "视频生成"))
    async with open_client("http://127.0.0.1:9") as nobody:
        await house.forgets(turn("console", "owner", "我", id_="2"))
        assert not await house.bot.forgetting.settle(nobody)
    for name, left in (("ask", {"妈妈", "爸爸"}), ("agents", set())):
        with closing(sqlite3.connect(tmp_path / name / "bot.db")) as it:
            senders = it.execute("SELECT sender FROM turns WHERE NOT mine").fetchall()
        assert {sender for (sender,) in senders} == left


async def test_a_folder_that_is_broken_holds_up_nothing_else(
    house: Elsewhere, tmp_path: Path, erased: list[str]
) -> None:
    (tmp_path / "ask" / "bot.db").write_bytes(b"no database at all" * 500)
    ask = turn("console", "owner", "我", id_="film")
    await house.bot.hear(ask, addressed=True)
    await house.bot.answered(ask, Answer((Ticket("job"),), "视频生成"))
    await house.forgets(turn("console", "owner", "我", id_="2"))
    assert not await house.bot.forgetting.settle(house.client)
    assert "job" in erased
    with closing(sqlite3.connect(tmp_path / "agents" / "bot.db")) as it:
        assert it.execute("SELECT count(*) FROM turns").fetchone() == (0,)


async def test_what_a_dead_command_left_is_owed_for_a_day_and_its_photo_goes(
    tmp_path: Path,
) -> None:
    async def read() -> bytes:
        return b"\xff\xd8\xff photo"

    day, folder = timedelta(days=1, minutes=1), tmp_path / "ask"
    old = replace(turn("ask", "我"), at=NOW - day, photos=(Photo("photo", read),))
    young = replace(old, id="2", at=NOW)
    async with open_memory(folder, SETTINGS, ABANDONED) as memory:
        for ask in (old, young):
            await memory.hear(ask, addressed=True)  # and Ctrl-C
        assert len(list((folder / "media").iterdir())) == 2
    keeper = asyncio.create_task(keep_neighbours(tmp_path, SETTINGS.memory))
    async with asyncio.timeout(20):
        while len(await asyncio.to_thread(list, (folder / "media").iterdir())) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    keeper.cancel()
    async with open_memory(folder, SETTINGS, ABANDONED) as memory:
        assert [it.id for it in await memory.open_turns()] == ["2"]
        await memory.answered(young, Answer((Text("好"),)))
        swept = await memory.retention.sweep(NOW + timedelta(days=2))
        assert swept.photos == 1
        assert await memory.outbox.owed() == []


async def test_words_go_in_their_time_where_nobody_asks_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.neighbours.EVERY", timedelta(milliseconds=10))
    ask = replace(turn("ask", "我"), at=NOW - timedelta(days=SETTINGS.memory.keep_days + 5))
    async with open_memory(tmp_path / "ask", SETTINGS, ABANDONED) as memory:
        await memory.hear(ask, addressed=False)
        assert await memory.history(Room.of(ask))
        keeper = asyncio.create_task(keep_neighbours(tmp_path, SETTINGS.memory))
        async with asyncio.timeout(20):
            while await memory.history(Room.of(ask)):  # noqa: ASYNC110 - another one writes it
                await asyncio.sleep(0.01)
        keeper.cancel()
