"""The language model client against a real server that misbehaves in every known way."""

import contextlib
import logging
import time

import pytest

from intents.tools.breaker import Breaker
from intents.tools.llm import (
    LlmError,
    LlmNeedsOwner,
    LlmRefused,
    LlmUnreachable,
    OpenAiLlm,
    build_llm,
)
from tests.fake_llm import FAULTS, FakeLlm
from tests.intents.talk import settings
from tests.intents.test_llm import ASK, Shape

SOON = 0.25  # seconds; the real deadlines differ in length only


@pytest.mark.parametrize("fault", ["slow", "drip"])
async def test_the_deadline_cuts_a_slow_or_dripping_server(
    fault: str, llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.fault = fault
    start = time.monotonic()
    with pytest.raises(LlmUnreachable, match="no answer within"):
        await llm.fill(Shape, ASK, deadline=SOON)
    with pytest.raises(LlmUnreachable, match="no answer within"):
        await llm.say(ASK, deadline=SOON)
    assert time.monotonic() - start < 2 * SOON + 10


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_is_wrong_ends_in_time_with_an_answer_or_an_llm_error(
    fault: str, llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.fault = fault
    start = time.monotonic()
    with contextlib.suppress(LlmError):
        assert (await llm.fill(Shape, ASK, deadline=SOON)).intent == "视频生成"
    assert time.monotonic() - start < SOON + 10


@pytest.mark.parametrize("fault", ["no_money", "auth", "no_model"])
async def test_what_only_the_owner_can_mend_is_never_retried(
    fault: str, llm: OpenAiLlm, server: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault = fault
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            with pytest.raises(LlmNeedsOwner):
                await llm.fill(Shape, ASK, deadline=5)
    assert len(server.requests) == 1
    assert [r.message.count("the owner must act") for r in caplog.records] == [1]


@pytest.mark.parametrize("fault", ["sensitive", "risk"])
async def test_moderation_is_not_retried(fault: str, llm: OpenAiLlm, server: FakeLlm) -> None:
    server.fault = fault
    with pytest.raises(LlmRefused):
        await llm.fill(Shape, ASK, deadline=5)
    assert len(server.requests) == 1


async def test_a_stumble_is_tried_once_more(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.script([503])
    assert (await llm.fill(Shape, ASK, deadline=5)).intent == "视频生成"
    assert len(server.requests) == 2


async def test_the_breaker_opens_after_five_failures_and_says_so_once(
    server: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    async with build_llm(settings(server.url)) as built:
        assert built is not None
        breaker = Breaker("fake", clock=lambda: now[0])
        llm = OpenAiLlm(built.chosen, built._client, breaker)
        server.script([500] * 6)
        with caplog.at_level(logging.INFO, logger="intents.tools.breaker"):
            for _ in range(6):
                with pytest.raises(LlmUnreachable):
                    await llm.say(ASK, deadline=5)
            assert len(server.requests) == 5
            now[0] += 31  # half open: one probe, which fails and shuts it again
            with pytest.raises(LlmUnreachable):
                await llm.say(ASK, deadline=5)
            assert len(server.requests) == 6
            now[0] += 31
            assert await llm.say(ASK, deadline=5)
    texts = [record.message for record in caplog.records]
    assert len(texts) == 2
    assert "next try in 30s" in texts[0]
    assert texts[1] == "language model fake is back"


async def test_while_the_probe_is_out_nobody_else_asks() -> None:
    now = [0.0]
    breaker = Breaker("fake", most=1, clock=lambda: now[0])
    breaker.bad(LlmUnreachable("down"))
    now[0] += 31
    breaker.check()
    with pytest.raises(LlmUnreachable, match="is not asked for now: down"):
        breaker.check()


async def test_the_key_stays_out_of_logs_and_errors(
    server: FakeLlm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key-4711")
    texts: list[str] = []
    with caplog.at_level(logging.INFO):
        for fault in FAULTS:
            server.fault = fault
            async with build_llm(settings(server.url)) as llm:
                assert llm is not None
                try:
                    await llm.fill(Shape, ASK, deadline=0.1)
                except LlmError as error:
                    texts.append(repr(error) + repr(error.__cause__))
    assert server.requests[-1]["auth"] == "Bearer canary-key-4711"
    assert texts
    assert "4711" not in caplog.text + "".join(texts)
