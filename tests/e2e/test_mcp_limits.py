"""`qunying mcp` behind the rules of the house: an agent is a person of its own."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="pip install '.[agents]'")

from bot.limits import wording
from bot.tables import MIGRATIONS
from tests.e2e.test_mcp import agent, words
from tests.service.running import running_service

pytestmark = pytest.mark.timeout(300)
LIMITS = {
    "QUNYING_BOT__LIMITS__PERSON_CLIPS": "1",
    "QUNYING_BOT__LIMITS__WORDS": '["大灰狼"]',
}


def pause(chat: Path) -> None:
    """What 暂停 in the chat leaves on disk."""
    chat.parent.mkdir(parents=True)
    with closing(sqlite3.connect(chat)) as it:
        it.executescript(";".join(MIGRATIONS))
        it.execute("INSERT INTO pauses VALUES (1, 0)")
        it.commit()


async def test_an_agent_has_its_day_its_words_and_the_pause_of_the_chat(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_service(data):
        async with agent(data, **LIMITS) as client:

            async def film(wish: str) -> str:
                asked = {"wish": wish, "wait_seconds": 0}
                return words(await client.call_tool("generate_video", asked))

            assert await film("大灰狼来了") == wording.UNWANTED
            assert "job_status" in await film("一只小羊")
            assert await film("两只小羊") == wording.PERSON["video"].format(count=1)
        await asyncio.to_thread(pause, data / "bot" / "bot.db")
        async with agent(data) as client:
            assert await film("三只小羊") == wording.PAUSED
