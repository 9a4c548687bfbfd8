"""忘记我: nothing of one person is left anywhere, nothing of anybody else is touched."""

import asyncio
from pathlib import Path

import pytest

from bot.admin import wording
from bot.settings import BotSettings
from intents.dialogue import Quote
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.family import Family
from tests.scenes import photo as a_photo
from video_service.client import ServiceRefused

SECRET = "暗号紫罗兰七七"
PANDA = f"小爱 生成一个{SECRET}的视频"
SEA = "小爱 生成一个海边日出的视频"


@pytest.fixture
def home(studio_home: Family) -> Family:
    studio_home.settings = BotSettings(admins=("fake:妈妈",))
    return studio_home


async def everything_gone(family: Family) -> None:
    """Until nothing is left to be deleted."""
    assert family.memory
    assert family.client
    await family.quiet()
    async with asyncio.timeout(30):
        while not await family.memory.forgetting.settle(family.client):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def is_gone(family: Family, job_id: str) -> bool:
    assert family.client
    try:
        await family.client.get(job_id)
    except ServiceRefused:
        return True
    return False


def texts_of(folder: Path) -> bytes:
    """Every byte that bot.db holds."""
    return b"".join(path.read_bytes() for path in folder.glob("bot.db*"))


async def test_words_photos_clips_and_jobs_of_one_person_leave_and_the_others_stay(
    home: Family, cameraman: Cameraman
) -> None:
    async with cameraman.at_work(), home.living() as family:
        await family.says("小明", f"{SECRET} 写在这里")
        mine = await a_clip(family, "小明", PANDA)
        theirs = await a_clip(family, "奶奶", SEA)
        photo = await family.says("小明", photo=a_photo())
        await family.says("奶奶", "看看这张", quote=Quote(photo.id))
        await family.says("小明", f"小爱 记住我家是{SECRET}路八号")
        await family.hears()
        assert SECRET.encode() in texts_of(home.folder)
        await family.says("小明", "小爱 忘记我")
        assert (await family.hears()).text == wording.FORGOTTEN
        await everything_gone(family)
        assert await is_gone(family, mine.id)
        assert not await is_gone(family, theirs.id)
        await family.says("奶奶", "小爱 再发一次")  # of what is left
        said = await family.hears()
        assert said.video
        assert said.video.stem == theirs.id
        assert await family.quiet()
    left = {path.name for path in (home.folder / "media").iterdir()}
    assert left == {f"{theirs.id}.mp4", f"{theirs.id}.json"} | {
        name for name in left if name == f"{theirs.id}.jpg"
    }
    kept = texts_of(home.folder)
    assert SECRET.encode() not in kept
    assert "小明".encode() not in kept
    assert "奶奶".encode() in kept


async def test_what_is_under_way_is_cancelled_and_nobody_is_told_of_it(
    home: Family, cameraman: Cameraman
) -> None:
    async with home.living() as family:
        await family.says("小明", PANDA)
        await family.hears()
        await family.says("小明", PANDA, room="school")
        await family.hears()
        await family.says("奶奶", SEA)
        await family.hears()
        first, second = await cameraman.claim(), await cameraman.claim()
        assert family.memory
        owed = {it.job: it.name for it in await family.memory.register.under_way()}
        await family.says("小明", "小爱 忘记我")
        assert (await family.hears()).text == wording.FORGOTTEN
        assert [it.name for it in await family.memory.register.under_way()] == ["奶奶"]
        for errand in (first, second):
            await cameraman.deliver(errand)  # too late for what was called off
        grandma = next(job for job, name in owed.items() if name == "奶奶")
        if grandma not in (first["id"], second["id"]):
            await cameraman.deliver(await cameraman.claim())
        said = await family.hears()
        assert said.video
        assert said.video.stem == grandma
        await everything_gone(family)
        for job, name in owed.items():
            assert await is_gone(family, job) is (name == "小明")


async def test_a_service_that_is_away_is_told_as_soon_as_it_is_back(
    home: Family, cameraman: Cameraman
) -> None:
    real = home.service_url
    async with cameraman.at_work(), home.living() as family:
        mine = await a_clip(family, "小明", PANDA, note=True)
    home.service_url = "http://127.0.0.1:9"
    async with home.living() as family:
        await family.says("小明", "小爱 忘记我")
        await family.hears_and_notes()
    home.service_url = real
    async with home.living() as family:
        await everything_gone(family)
        assert await is_gone(family, mine.id)
    assert SECRET.encode() not in texts_of(home.folder)


async def test_who_was_forgotten_is_met_as_somebody_new(home: Family, cameraman: Cameraman) -> None:
    async with cameraman.at_work(), home.living() as family:
        await a_clip(family, "小明", PANDA)
        await family.says("小明", "小爱 忘记我")
        await family.hears()
        await everything_gone(family)
        await family.says("小明", "小爱 我的额度")
        assert (await family.hears()).text.startswith("今天你拍了0段")
        assert family.memory
        ask = await family.says("奶奶", "小爱 我的额度")
        await family.hears()
        # the room's own total stays, without a name
        assert (await family.memory.ledger.used(ask, "video")).room == 1
        assert await family.memory.ledger.shares() == []
        await a_clip(family, "小明", SEA)


async def test_killed_in_the_middle_it_is_done_all_the_same(
    home: Family, cameraman: Cameraman, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is deleted in bot.db, the answer is not written yet."""
    async with cameraman.at_work(), home.living() as family:
        mine = await a_clip(family, "小明", PANDA, note=True)
        assert family.memory

        async def killed(*_: object) -> None:
            raise SystemError("kill -9")

        monkeypatch.setattr(family.memory, "answered", killed)
        await family.says("小明", "小爱 忘记我")
        async with asyncio.timeout(30):
            while not await is_gone(family, mine.id):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    async with home.living() as family:
        assert (await family.hears()).text == wording.FORGOTTEN
        await everything_gone(family)
    assert "小明".encode() not in texts_of(home.folder)
