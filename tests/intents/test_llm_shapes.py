"""Answers of shapes nobody promised: the SDK hands on whatever it is sent."""

from typing import Any

import pytest

from intents.tools.llm import LlmError, OpenAiLlm
from tests.fake_llm import FakeLlm
from tests.intents.test_llm import ASK, Shape

FILLED = {"intent": "聊天", "confidence": 0.9}


def message(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "finish_reason": "stop", "message": fields}]}


def called(arguments: object) -> dict[str, Any]:
    call = {"id": "1", "type": "function", "function": {"name": "answer", "arguments": arguments}}
    return message(role="assistant", content=None, tool_calls=[call])


STRANGE: list[Any] = [
    None,
    [],
    "好的",
    {},
    {"choices": None},
    {"choices": []},
    {"choices": "好的"},
    {"choices": {"message": "好的"}},
    {"choices": [None]},
    {"choices": [{}]},
    {"choices": [{"message": None}]},
    {"choices": [{"message": "好的"}]},
    message(),
    message(content=7),
    message(content={"text": 7}),
    message(content=[None]),
    message(content=[{"type": "text"}]),
    message(tool_calls="answer"),
    message(tool_calls=[{}]),
    message(tool_calls=[{"type": "function", "function": None}]),
    called(None),
    called([1]),
    message(content="") | {"usage": "many"},
    message(content="") | {"usage": {"prompt_tokens": None, "completion_tokens": "7"}},
]


@pytest.mark.parametrize("body", STRANGE, ids=lambda body: str(body)[:40])
async def test_a_strange_answer_is_an_llm_error_and_nothing_else(
    llm: OpenAiLlm, server: FakeLlm, body: Any
) -> None:
    server.reply = lambda asked: (200, body)  # type: ignore[method-assign]
    with pytest.raises(LlmError):
        await llm.fill(Shape, ASK, deadline=2)


@pytest.mark.parametrize("body", [called(FILLED), message(content=FILLED)])
async def test_slots_sent_as_an_object_are_taken(
    llm: OpenAiLlm, server: FakeLlm, body: Any
) -> None:
    server.reply = lambda asked: (200, body)  # type: ignore[method-assign]
    assert (await llm.fill(Shape, ASK, deadline=2)).intent == "聊天"


async def test_words_sent_in_pieces_are_joined(llm: OpenAiLlm, server: FakeLlm) -> None:
    pieces = [{"type": "text", "text": "你好"}, {"type": "text", "text": "呀。"}]
    server.reply = lambda asked: (200, message(content=pieces))  # type: ignore[method-assign]
    assert await llm.say(ASK, deadline=2) == "你好呀。"


async def test_a_cost_that_cannot_be_read_costs_no_answer(llm: OpenAiLlm, server: FakeLlm) -> None:
    body = called('{"intent": "聊天"}') | {"usage": {"prompt_tokens": None}}
    server.reply = lambda asked: (200, body)  # type: ignore[method-assign]
    assert (await llm.fill(Shape, ASK, deadline=2)).intent == "聊天"
