"""Filling shapes and saying words: the ladder of forms, repairs, blanks, cost."""

import logging
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from intents.settings import IntentsSettings
from intents.tools.llm import (
    LlmBlank,
    LlmGarbled,
    LlmNeedsOwner,
    OpenAiLlm,
    build_llm,
)
from tests.fake_llm import FakeLlm

ASK = [{"role": "user", "content": "生成一个熊猫吃竹子的视频"}]
SOON = 0.6  # seconds; the real deadlines differ in length only


class Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")
    intent: Literal["视频生成", "聊天"]
    confidence: float = Field(0.5, ge=0, le=1)


async def test_a_shape_is_filled_by_a_tool_call(llm: OpenAiLlm, server: FakeLlm) -> None:
    filled = await llm.fill(Shape, ASK, deadline=5)
    assert filled == Shape(intent="视频生成", confidence=0.95)
    assert server.requests[0]["tool_choice"]["function"]["name"] == "answer"
    assert server.requests[0]["temperature"] == 0


async def test_words_are_said(llm: OpenAiLlm) -> None:
    assert await llm.say([{"role": "user", "content": "你好"}], deadline=5)


@pytest.mark.parametrize("fault", ["fenced", "think"])
async def test_wrappings_around_the_json_are_taken_off(
    fault: str, llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.fault = fault
    assert (await llm.fill(Shape, ASK, deadline=5)).intent == "视频生成"
    assert len(server.requests) == 1


async def test_a_bad_answer_is_sent_back_once_with_what_is_wrong(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script(['{"intent": "打车"}', {"intent": "聊天"}])
    assert (await llm.fill(Shape, ASK, deadline=5)).intent == "聊天"
    said, wrong = server.requests[1]["messages"][-2:]
    assert said == {"role": "assistant", "content": '{"intent": "打车"}'}
    assert "intent: Input should be '视频生成' or '聊天'" in wrong["content"]


async def test_twice_bad_is_garbled(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.fault = "wrong"
    with pytest.raises(LlmGarbled, match="intent"):
        await llm.fill(Shape, ASK, deadline=5)
    assert len(server.requests) == 2


async def test_a_refused_form_steps_down_and_is_remembered(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.fault = "no_tools"
    await llm.fill(Shape, ASK, deadline=5)
    await llm.fill(Shape, ASK, deadline=5)
    forms = [r.get("response_format", {}).get("type", "tools") for r in server.requests]
    assert forms == ["tools", "tools", "json_schema", "json_schema"]


async def test_the_last_rung_is_plain_text_with_the_schema_in_words(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.fault = "text_only"
    assert (await llm.fill(Shape, ASK, deadline=5)).intent == "视频生成"
    assert "response_format" not in server.requests[-1]
    assert "JSON Schema" in server.requests[-1]["messages"][0]["content"]


async def test_the_word_json_is_always_said_with_json_object(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script([400, 400, 400, {"intent": "聊天"}])
    await llm.fill(Shape, ASK, deadline=5)
    assert server.requests[3]["response_format"] == {"type": "json_object"}
    assert "json" in server.requests[3]["messages"][0]["content"]


async def test_where_every_form_is_refused_the_extras_are_left_out(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script([400] * 5)
    assert (await llm.fill(Shape, ASK, deadline=5)).intent == "视频生成"
    assert "temperature" in server.requests[4]
    assert "temperature" not in server.requests[5]
    assert server.requests[5]["max_tokens"] > server.requests[4]["max_tokens"]
    await llm.say(ASK, deadline=5)
    assert "temperature" not in server.requests[6]


async def test_a_blank_answer_goes_a_rung_down_without_being_remembered(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script(["  \n ", {"intent": "聊天"}])
    assert (await llm.fill(Shape, ASK, deadline=5)).intent == "聊天"
    assert server.requests[1]["tool_choice"] == "auto"
    await llm.fill(Shape, ASK, deadline=5)
    assert server.requests[2]["tool_choice"] != "auto"


async def test_a_model_that_only_sends_blanks_is_not_asked_for_ever(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.fault = "blank"
    with pytest.raises(LlmBlank):
        await llm.fill(Shape, ASK, deadline=5)
    assert len(server.requests) == 3


async def test_blank_words_are_asked_again_once(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.script(["", "你好呀。"])
    assert await llm.say(ASK, deadline=5) == "你好呀。"


async def test_every_call_leaves_a_line_with_time_tokens_and_cost(
    llm: OpenAiLlm, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="intents.tools.llm"):
        await llm.fill(Shape, ASK, deadline=5)
    assert "640 tokens in (512 cached), 29 out, 0.00000 yuan" in caplog.text


async def test_ping_tells_how_long_an_answer_took(llm: OpenAiLlm, server: FakeLlm) -> None:
    assert await llm.ping() > 0
    server.fault = "no_money"
    with pytest.raises(LlmNeedsOwner, match="余额不足"):
        await llm.ping()


async def test_without_a_provider_there_is_no_model() -> None:
    async with build_llm(IntentsSettings()) as llm:
        assert llm is None
