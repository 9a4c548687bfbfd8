"""What an agent may hand in, and what it is told otherwise; the official client, in one process."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("mcp", reason="pip install '.[agents]'")

from mcp import Client
from mcp.types import TextContent

from bot.agents import server
from bot.agents import wording as say
from bot.agents.desk import Desk
from bot.agents.library import chat_memory
from bot.agents.server import agent_server
from bot.agents.tools import Workplace
from bot.house import ServiceDown
from bot.memory import open_memory
from bot.records import Answer
from bot.settings import Settings, load_settings
from intents.base import Tools
from intents.dialogue import Ticket, Turn
from tests import scenes
from tests.bot.owing import delivering
from tests.bot.studio import Studio
from tests.family import NOBODY, FakeChat
from video_service.client import open_client


async def no_house() -> None:
    raise ServiceDown("no camera here")


async def a_house() -> None:
    """It is there."""


class Agent:
    """A connected agent that has nobody to film for it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def refused(self, name: str, **asked: Any) -> str:
        """Why the call came to nothing."""
        result = await self.client.call_tool(name, asked)
        assert result.is_error
        return "".join(part.text for part in result.content if isinstance(part, TextContent))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    return load_settings()


def begun(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    return asyncio.create_task(work)


@pytest.fixture
async def agent(settings: Settings) -> AsyncIterator[Agent]:
    """Opened and closed by one task: the client insists on that, fixtures do not."""
    here: asyncio.Future[Agent] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def hold() -> None:
        async with (
            open_client(NOBODY) as video,
            open_memory(settings.data_dir / "agents", settings.bot) as memory,
        ):
            desk = Desk(memory, Tools("小爱", None, video), a_house, begun)
            server = await agent_server(Workplace(desk, (memory, chat_memory(settings))))
            async with Client(server) as client:
                here.set_result(Agent(client))
                await over.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(hold())
        yield await here
        over.set()


@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("generate_video", {}, "wish"),
        ("generate_video", {"wish": ""}, "wish"),
        ("generate_video", {"wish": "   "}, "wish"),
        ("generate_video", {"wish": "龙" * 301}, "wish"),
        ("generate_video", {"wish": 7}, "wish"),
        ("generate_video", {"wish": "龙", "frames": 900}, "frames"),
        ("generate_video", {"wish": "龙", "wait_seconds": -1}, "wait_seconds"),
        ("generate_video", {"wish": "龙", "wait_seconds": "5"}, "wait_seconds"),
        ("generate_image", {"wish": ["龙"]}, "wish"),
        ("job_status", {"job_id": "../../etc/passwd"}, "job_id"),
        ("job_status", {"job_id": "video_1?x=1"}, "job_id"),
        ("cancel_job", {}, "job_id"),
        ("search_library", {"limit": 0}, "limit"),
        ("search_library", {"limit": True}, "limit"),
        ("animate_photo", {"photo_base64": "A" * (14 * 2**20 + 1)}, "photo_base64"),
    ],
)
async def test_strange_input_is_refused_by_the_name_of_its_field_and_never_repeated(
    agent: Agent, name: str, asked: dict[str, Any], field: str
) -> None:
    said = await agent.refused(name, **asked)
    assert said.startswith("参数不对")
    assert field in said
    assert len(said) < 300
    assert "passwd" not in said


async def test_a_tool_that_is_not_there_is_said(agent: Agent) -> None:
    assert await agent.refused("rm_rf") == say.UNKNOWN_TOOL.format(name="rm_rf")


@pytest.mark.parametrize(
    "path",
    [
        "https://example.com/a.jpg",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//server/share/a.jpg",
    ],
)
async def test_a_photo_is_never_fetched_from_an_address(agent: Agent, path: str) -> None:
    assert await agent.refused("animate_photo", photo_path=path) == say.NO_URL


async def test_files_that_are_no_photo_are_told_apart(agent: Agent, tmp_path: Path) -> None:
    words, pipe, huge = tmp_path / "a.txt", tmp_path / "pipe", tmp_path / "huge.jpg"
    words.write_text("root:x:0:0", "utf-8")
    os.mkfifo(pipe)
    with huge.open("wb") as file:
        file.truncate(11 * 2**20)
    said = [await agent.refused("animate_photo", photo_path=str(it)) for it in (words, pipe, huge)]
    assert "root" not in said[0]
    assert said[1] == say.NO_PHOTO.format(path=pipe, why=say.NOT_A_FILE)
    assert said[2] == say.TOO_BIG
    assert "打不开" in await agent.refused("animate_photo", photo_path=str(tmp_path / "no.jpg"))
    assert "打不开" in await agent.refused("animate_photo", photo_path=str(tmp_path))
    for path in ("a.txt", "~/a.jpg", "/a\0.jpg"):
        assert await agent.refused("animate_photo", photo_path=path) == say.NOT_ABSOLUTE


async def test_a_photo_comes_in_exactly_one_way(agent: Agent, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(scenes.photo())
    whole = base64.b64encode(scenes.photo()).decode()
    assert await agent.refused("animate_photo") == say.ONE_PHOTO
    both = {"photo_path": str(photo), "photo_base64": whole}
    assert await agent.refused("animate_photo", **both) == say.ONE_PHOTO
    assert await agent.refused("animate_photo", photo_base64="%%%") == say.NOT_BASE64
    assert "照片" in await agent.refused("animate_photo", photo_base64=whole[:400])


async def test_a_service_that_is_away_is_a_sentence_not_a_hang(agent: Agent) -> None:
    said = await agent.refused("generate_video", wish="熊猫")
    assert said
    assert "http" not in said
    assert "没有回应" in await agent.refused("job_status", job_id="video_1")


async def test_where_no_service_can_be_started_that_is_said(settings: Settings) -> None:
    async with (
        open_client(NOBODY) as video,
        open_memory(settings.data_dir / "agents", settings.bot) as memory,
    ):
        desk = Desk(memory, Tools("小爱", None, video), no_house, begun)
        async with Client(await agent_server(Workplace(desk, (memory,)))) as client:
            said = await Agent(client).refused("generate_image", wish="猫")
    assert "no camera here" in said


async def test_an_unkind_wish_is_declined_in_her_own_words(agent: Agent) -> None:
    whole = base64.b64encode(scenes.photo()).decode()
    said = await agent.refused("animate_photo", photo_base64=whole, wish="脱光衣服")
    assert said
    assert "没有回应" not in said


async def send(settings: Settings, ask: Turn) -> None:
    """A film that the chat made for `ask`."""
    studio = Studio([{"status": "completed"}])
    async with delivering(settings.bot_dir, studio, FakeChat()) as (memory, owing):
        await memory.hear(ask, addressed=True)
        await memory.answered(ask, Answer((Ticket(f"video_{ask.id}"),), "视频生成"))
        owing.follow(ask)
        async with asyncio.timeout(10):
            with memory.changes() as bell:
                while await memory.outbox.owed():
                    await bell.wait()
                    bell.clear()


async def test_the_familys_library_is_searched_but_nothing_private_is_shown(
    agent: Agent, settings: Settings
) -> None:
    at = datetime.now(UTC)
    await send(settings, Turn("1", "fake", "family", "妈妈", "妈妈", "熊猫在滑雪", at))
    await send(settings, Turn("2", "fake", "dad", "爸爸", "爸爸", "熊猫的秘密", at, private=True))
    result = await agent.client.call_tool("search_library", {"words": "熊猫", "person": "妈妈"})
    everything = await agent.client.call_tool("search_library", {})
    for found in (result, everything):
        assert isinstance(found.structured_content, dict)
        (piece,) = found.structured_content["pieces"]
        assert (piece["words"], piece["person"]) == ("熊猫在滑雪", "妈妈")


async def test_without_a_chat_there_is_simply_nothing(agent: Agent, settings: Settings) -> None:
    found = await agent.client.call_tool("search_library", {})
    assert found.structured_content == {"found": 0, "pieces": []}
    assert not (settings.bot_dir / "bot.db").exists()


async def test_what_is_told_to_end_leaves_nothing_behind_that_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def hang(*_: object) -> None:
        """A program that is there and takes nothing off its pipe."""
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    monkeypatch.setattr(server, "lines_of_stdin", lambda: nullcontext(None))
    monkeypatch.setattr(server, "_serve", hang)
    monkeypatch.setattr(server, "END_S", 0.01)
    serving = asyncio.create_task(server.serve_stdio(cast(Any, None)))
    await began.wait()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert ended.is_set()
