"""What Prometheus reads of the chat side: sent, owed, refused; not a word of what was said."""

from pathlib import Path

import httpx
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from bot.channels.base import SendError
from bot.web.metrics import URL, build_metrics
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

DONE = {"status": "completed"}
Samples = dict[tuple[str, ...], float]


async def scraped(folder: Path) -> tuple[int, str]:
    app = FastAPI()
    app.include_router(build_metrics(folder / "bot.db"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
        answer = await http.get(URL)
    return answer.status_code, answer.text


def samples(text: str) -> Samples:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_is_owed_refused_and_sent_is_counted(tmp_path: Path) -> None:
    chat = FakeChat(refusals=[SendError("away"), SendError("away")])
    async with delivering(tmp_path, Studio([DONE]), chat) as (memory, owing):
        await promise(memory)
        before = samples((await scraped(tmp_path))[1])
        assert before["qunying_parts", "fake", "ticket", "pending"] == 1
        assert before["qunying_oldest_owed_seconds",] > 0
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
        status, text = await scraped(tmp_path)
    after = samples(text)
    assert status == 200
    assert after["qunying_parts", "fake", "ticket", "sent"] == 1
    assert after["qunying_parts", "fake", "text", "sent"] == 1
    assert after["qunying_failed_sends", "fake"] == 2
    assert after["qunying_oldest_owed_seconds",] == 0
    assert after["qunying_turns", "fake", "ok"] == 1
    assert "熊猫" not in text


async def test_without_a_database_it_is_not_available(tmp_path: Path) -> None:
    assert await scraped(tmp_path) == (503, "")


async def test_a_damaged_database_is_not_available_either(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"no database at all" * 500)
    assert await scraped(tmp_path) == (503, "")
