"""The fake language model is used by everybody's tests, so it is tested itself."""

import asyncio
import sys

import httpx
import pytest

from intents.settings import IntentsSettings
from intents.tools.llm import build_llm
from tests.fake_llm import FakeLlm
from video_service.schema.config import Config, load


class Ours(Config):
    intents: IntentsSettings = IntentsSettings()


@pytest.fixture
def pointed(server: FakeLlm, monkeypatch: pytest.MonkeyPatch) -> IntentsSettings:
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    return load(Ours).intents


async def test_its_variables_point_the_product_at_it(
    pointed: IntentsSettings, server: FakeLlm
) -> None:
    async with build_llm(pointed) as llm:
        assert llm is not None
        assert llm.chosen.base_url == server.url
        assert await llm.say([{"role": "user", "content": "你好"}], deadline=5)


async def test_it_runs_alone_and_prints_its_address() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fake_llm", "--fault", "no_money",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            url = (await process.stdout.readline()).decode().strip()
        body = {"model": "m", "messages": [{"role": "user", "content": "你好"}]}
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{url}/chat/completions", json=body)
    finally:
        process.terminate()
        await process.wait()
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "1113")


async def test_scripted_answers_come_before_the_rules(server: FakeLlm) -> None:
    server.script(["一", 503])
    body = {"model": "m", "messages": [{"role": "user", "content": "你好"}]}
    async with httpx.AsyncClient(trust_env=False) as http:
        answers = [await http.post(f"{server.url}/chat/completions", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 503, 200]
    assert answers[0].json()["choices"][0]["message"]["content"] == "一"
    assert [request["model"] for request in server.requests] == ["m"] * 3
