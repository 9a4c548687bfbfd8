"""忘记我 at a bad moment: while she films, while she sends, while something else does not work."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.admin import wording
from bot.memory import Memory, open_memory
from bot.records import Answer, Room
from bot.settings import BotSettings
from bot.settled import settled
from intents.dialogue import Choice, Question, Quote, Text, Ticket, Turn
from tests.bot.cameraman import Cameraman
from tests.family import FakeChat, Family
from video_service.client import VideoClient, open_client

PANDA = "小爱 生成一个熊猫吃竹子的视频"
ASK = Turn("ask", "fake", "room", "妈妈", "妈妈", "小爱 忘记我", datetime.now(UTC))
Answering = Callable[[httpx.Request], httpx.Response]


class SlowChat(FakeChat):
    """Takes its time over films, until `go`."""

    def __init__(self) -> None:
        super().__init__()
        self.sending, self.go = asyncio.Event(), asyncio.Event()

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self.sending.set()
        await self.go.wait()
        await super().send_video(to, video, poster=poster, key=key)


async def test_a_clip_that_is_just_being_sent_is_broken_off_and_its_file_is_gone(
    studio_home: Family, cameraman: Cameraman
) -> None:
    studio_home.chat = chat = SlowChat()
    async with cameraman.at_work(), studio_home.living() as family:
        await family.says("妈妈", PANDA)
        assert (await family.hears()).text
        await chat.sending.wait()
        await family.says("妈妈", "小爱 忘记我")
        assert (await family.hears()).text == wording.FORGOTTEN
        chat.go.set()
        assert await family.quiet()
        assert family.memory
        assert family.client
        async with asyncio.timeout(20):
            while not await family.memory.forgetting.settle(family.client):
                continue
        assert list((family.folder / "media").iterdir()) == []
        assert chat.sent.empty()


async def test_said_in_two_rooms_at_once_nothing_is_left_and_somebody_is_told(
    studio_home: Family, cameraman: Cameraman
) -> None:
    rooms = ("family", "school")
    async with cameraman.at_work(), studio_home.living() as family:
        for room in rooms:
            await family.says("妈妈", PANDA, room=room)
            await family.hears()
            await family.hears_and_notes()
        await asyncio.gather(*(family.says("妈妈", "小爱 忘记我", room=room) for room in rooms))
        assert (await family.hears()).text == wording.FORGOTTEN
        assert family.memory
        assert family.client
        async with asyncio.timeout(20):
            while not await family.memory.forgetting.settle(family.client):
                continue
        with closing(sqlite3.connect(family.folder / "bot.db")) as db:
            for table in ("turns", "farewells", "outbox", "media", "traces"):
                assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path, BotSettings()) as memory:
        yield memory


def said(id_: str, text: str, sender: str = "妈妈", quote: Quote | None = None) -> Turn:
    return replace(ASK, id=id_, text=text, sender=sender, name=sender, quote=quote)


async def forgotten(memory: Memory, ask: Turn = ASK) -> None:
    await memory.hear(ask, addressed=True)
    await memory.forgetting.forget(ask)
    await memory.answered(ask, Answer(()))


async def ordered(memory: Memory, *jobs: str) -> None:
    for job in jobs:
        await memory.hear(said(job, PANDA), addressed=True)
        await memory.answered(said(job, PANDA), Answer((Ticket(job),), "视频生成"))


def serving(answer: Answering) -> AbstractAsyncContextManager[VideoClient]:
    return open_client("http://service", transport=httpx.MockTransport(answer))


async def test_a_job_that_cannot_be_deleted_holds_up_no_other_and_is_told_once(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    well, kept = False, {"one", "two"}

    def answer(request: httpx.Request) -> httpx.Response:
        job = request.url.path.rsplit("/", 1)[1]
        if job == "one" and not well:
            return httpx.Response(500, json={"error": {"code": "broken", "message": "broken"}})
        status = 200 if job in kept else 404
        kept.discard(job)
        return httpx.Response(status, json={"error": {"code": "x", "message": "x"}})

    await ordered(memory, "one", "two")
    await forgotten(memory)
    async with serving(answer) as client:
        for _ in range(3):
            assert not await memory.forgetting.settle(client)
        assert kept == {"one"}
        well = True
        assert not await memory.forgetting.settle(client)
        assert await memory.forgetting.settle(client)
    told = [it.message for it in caplog.records if it.name == "bot.admin.forgetting"]
    assert [line.split(":")[0] for line in told] == [
        "not all that is forgotten is deleted yet",
        "all that is forgotten is deleted now",
    ]


async def test_an_order_that_comes_in_late_is_found_and_deleted(memory: Memory) -> None:
    looked: list[str] = []
    job = {"id": "late", "model": "draft", "status": "queued", "created_at": 1}

    def answer(request: httpx.Request) -> httpx.Response:
        looked.append(f"{request.method} {request.url.path}")
        if request.url.path == "/v1/videos/by-key" and looked.count(looked[-1]) == 2:
            return httpx.Response(200, json=job)
        status = 200 if request.method == "DELETE" else 404
        return httpx.Response(status, json={"error": {"code": "not_found", "message": "x"}})

    await memory.hear(said("1", PANDA), addressed=True)  # being ordered when it is broken off
    await forgotten(memory)
    async with serving(answer) as client:
        for _ in range(4):
            if await memory.forgetting.settle(client):
                break
    assert looked.count("DELETE /v1/videos/late") == 1


async def test_a_disk_that_fails_is_tried_again(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await forgotten(memory)
    run = memory._db.run

    async def full(work: object) -> object:
        raise sqlite3.OperationalError("database or disk is full")

    async with serving(lambda request: httpx.Response(404)) as client:
        with monkeypatch.context() as patch:
            patch.setattr(memory._db, "run", full)
            assert not await memory.forgetting.settle(client)
        assert memory._db.run == run
        assert await memory.forgetting.settle(client)


async def test_who_only_calls_himself_mum_takes_nothing_of_hers_along(memory: Memory) -> None:
    """The same name in the same room: her words, her places and what others quote of her stay."""
    hers = said("1", "今晚吃饺子")
    imitation = said("2", "大家好", "wxid-imitation")
    await memory.hear(hers, addressed=False)
    await memory.hear(replace(imitation, name="妈妈"), addressed=False)
    await memory.notebook.keep(hers, "家", "花园路八号", private=True)
    for id_, quote in (
        ("3", Quote("1", "今晚吃饺子", "妈妈")), ("4", Quote("before", "早上好", "妈妈")),
        ("5", Quote("2", "大家好", "妈妈")),
    ):  # fmt: skip
        await memory.hear(said(id_, "好", "爸爸", quote=quote), addressed=False)
    await forgotten(memory, replace(ASK, sender="wxid-imitation"))
    lines = {line.id: line.quote for line in await memory.history(Room.of(ASK))}
    assert lines == {
        "1": "", "3": "妈妈：今晚吃饺子", "4": "妈妈：早上好", "5": "", "ask": "",
    }  # fmt: skip
    assert await memory.notebook.places(hers) == {"家": "花园路八号"}


async def test_a_private_room_counts_on_under_a_name_that_tells_nothing(memory: Memory) -> None:
    ask = replace(said("1", PANDA), room="wxid-mum", private=True)
    await memory.hear(ask, addressed=True)
    assert await memory.ledger.hold(ask, "video", lambda used: None) is None
    await memory.answered(ask, Answer((Ticket("job"), Text("好"))))
    await memory.styles.keep(replace(ask, sender="wxid-mum"), "水彩")
    again = replace(ask, id="2")
    await forgotten(memory, again)
    used = await memory.ledger.used(again, "video")
    assert (used.person, used.room) == (0, 1)
    assert await memory.styles.of(again) is None
    async with serving(lambda request: httpx.Response(404)) as client:
        assert await memory.forgetting.settle(client)
    with closing(sqlite3.connect(memory.shelf.folder.with_name("bot.db"))) as db:
        assert "wxid-mum" not in "".join(db.iterdump())


async def test_who_waits_for_what_is_forgotten_waits_no_longer(memory: Memory) -> None:
    """The terminal waits at its end for everything that was said there."""
    await ordered(memory, "job")
    await forgotten(memory)
    async with asyncio.timeout(10):
        assert (await settled(memory, said("job", PANDA))).outcome == "forgotten"


async def test_what_is_said_after_it_is_not_forgotten_and_goes_on(memory: Memory) -> None:
    await ordered(memory, "job")
    await memory.hear(ASK, addressed=True)
    later = said("later", PANDA)
    await memory.hear(later, addressed=True)
    assert await memory.forgetting.under_way(ASK) == {"fake:room:job"}
    await memory.forgetting.forget(ASK)
    assert [turn.id for turn in await memory.open_turns()] == ["ask", "later"]


async def test_a_silence_that_comes_too_late_leaves_no_turn_behind(memory: Memory) -> None:
    """Forgotten, or answered, between the look at the clock and the note of it."""
    question = Question("哪一个？", "style", (Choice("水彩", "水彩"),), default=0, after_s=0)
    for spoil in (True, False):
        ask = said(f"asked-{spoil}", PANDA)
        await memory.hear(ask, addressed=True)
        await memory.answered(ask, Answer((question,), "视频生成", "{}"))
        (parcel,) = await memory.outbox.parcels(ask)
        await memory.outbox.sent(ask, parcel, "哪一个？")
        asked = await memory.asked.next_due()
        assert asked
        if spoil:
            await forgotten(memory)
        else:
            await memory.asked.drop(asked)
        assert await memory.asked.take_default(asked) is None
    assert await memory.open_turns() == []
