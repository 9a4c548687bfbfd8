"""忘记我 with everything a person can leave behind: not a byte of it is found in any file after."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.admin import wording
from bot.settings import BotSettings
from bot.traced import latest
from intents.dialogue import Quote, Voice
from tests.bot.cameraman import Cameraman, a_cameraman
from tests.bot.clips import a_clip
from tests.family import Family
from tests.scenes import photo as a_photo
from tests.service.running import TOKEN, Running, running_service
from video_service.client import open_client

WHO, WORD = "小明暗号甲", "紫罗兰七七"
SOUND = f"RIFF{WORD}".encode().ljust(64, b"\x01")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Running]]:
    """A data folder that is searched as a whole, and the service in it; nobody else films there."""
    data = tmp_path_factory.mktemp("data")
    with running_service(data, "--workers", "0", **TOKEN) as running:
        yield data, running


@pytest.fixture
async def cameraman(house: tuple[Path, Running]) -> AsyncIterator[Cameraman]:
    async with a_cameraman(house[1]) as cameraman:
        yield cameraman


def found(data: Path, *words: str) -> dict[str, list[str]]:
    """The files below `data` that hold any of the words, in any of the ways they are written."""
    spelled = [
        spelling for word in words for spelling in (word.encode(), ascii(word)[1:-1].encode())
    ]
    files = [path for path in data.rglob("*") if path.is_file()]
    held = {
        str(path.relative_to(data)): [it.decode() for it in spelled if it in path.read_bytes()]
        for path in files
    }
    return {name: which for name, which in held.items() if which}


async def until_settled(family: Family) -> None:
    assert family.memory
    async with asyncio.timeout(30):
        async with open_client(family.service_url) as client:
            while not await family.memory.forgetting.settle(client):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def lives(family: Family) -> None:
    """Everything that one can leave behind."""

    async def read() -> bytes:
        return SOUND

    await family.says(WHO, f"今晚{WORD}见", photo=a_photo(1))
    await family.says(WHO, voice=Voice("voice", read))
    await a_clip(family, WHO, f"小爱 生成一个{WORD}熊猫的视频", note=True)
    for said in (
        f"小爱 记住我家是{WORD}路八号", "小爱 以后都用水彩风格", f"小爱 {WORD}好看吗",
    ):  # fmt: skip
        await family.says(WHO, said)
        await family.hears_and_notes()
    await family.says(WHO, f"小爱 记住家是{WORD}路九号", room="alone", private=True)
    await family.hears_and_notes()
    await a_clip(family, WHO, f"小爱 生成一个{WORD}熊猫在夜里的视频", note=True)


async def test_not_a_byte_of_one_person_is_left_anywhere_while_everything_runs_on(
    house: tuple[Path, Running], cameraman: Cameraman
) -> None:
    data, service = house
    home = Family(data / "bot", service.url, settings=BotSettings(admins=("fake:妈妈",)))
    async with home.living() as family:
        async with cameraman.at_work():
            await lives(family)
            sea = await a_clip(family, "奶奶", "小爱 生成一个海边日出的视频", note=True)
            await family.says("奶奶", "小爱 今天那个熊猫的再发一次")
            assert WORD in (await family.hears_and_notes()).text  # a list of two
            await family.says("奶奶", "1")
            assert (await family.hears_and_notes()).video
        for wish in (f"小爱 生成一个{WORD}飞起来的视频", f"小爱 画一张{WORD}的画"):
            await family.says(WHO, wish)  # nobody films it
            await family.hears_and_notes()
        await family.says("奶奶", "说得好", quote=Quote("lost", f"说{WORD}", WHO, photos=()))
        for asked in ("小爱 队列", "小爱 谁用了多少"):
            await family.says("妈妈", asked)
            assert WHO in (await family.hears_and_notes()).text
        before = found(data, WHO, WORD)
        assert {name.split("/")[0] for name in before} >= {"bot", "service"}
        await family.says(WHO, "小爱 忘记我")
        assert (await family.hears_and_notes()).text == wording.FORGOTTEN
        await until_settled(family)
        assert found(data, WHO, WORD) == {}
        left = found(data, "海边日出", "奶奶", "谁用了多少")
        assert {"bot/bot.db", "service/jobs.db"} <= set(left)
        pictures = {path.stem for path in (data / "bot/media").iterdir()}
        assert pictures == {sea.id}
        assert {path.name.split(".")[0] for path in (data / "service/media").iterdir()} == {sea.id}
        names = {it.name for it in await asyncio.to_thread(latest, data / "bot/bot.db", 50)}
        assert names == {"奶奶", "妈妈"}
