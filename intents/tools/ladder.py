"""Structured answers: how to ask for a shape in each mode, and how to read what comes back."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from intents.base import Messages, Shape
from intents.tools.failures import LlmBlank, LlmGarbled
from intents.tools.providers import Mode

TOOL = "answer"
THINK = re.compile(r"<think>.*?(</think>|$)", re.S)


def request(mode: Mode, shape: type[BaseModel], messages: Messages) -> dict[str, Any]:
    """The part of a chat request that asks for `shape`."""
    schema = _schema(shape)
    if mode in ("tools", "tools_auto"):
        function = {"name": TOOL, "description": "必须调用它来交回结果", "parameters": schema}
        forced = {"type": "function", "function": {"name": TOOL}}
        choice: Any = forced if mode == "tools" else "auto"
        tools = [{"type": "function", "function": function}]
        return {"messages": messages, "tools": tools, "tool_choice": choice}
    if mode == "json_schema":
        named = {"name": TOOL, "schema": schema, "strict": False}
        form = {"type": "json_schema", "json_schema": named}
        return {"messages": messages, "response_format": form}
    written = json.dumps(schema, ensure_ascii=False)
    order = f"只输出一个 JSON 对象（json），不要解释，不要代码框。它的 JSON Schema：{written}"
    told = {"messages": [*_joined(order, messages)]}
    return told | ({"response_format": {"type": "json_object"}} if mode == "json_object" else {})


def repair(messages: Messages, raw: str, error: LlmGarbled) -> Messages:
    """The same conversation, with the bad answer and what is wrong with it."""
    wrong = f"上面的输出不合格：{error}。请改正，只交回合格的结果。"
    return [
        *messages,
        {"role": "assistant", "content": raw[:800]},
        {"role": "user", "content": wrong},
    ]


def read(shape: type[Shape], raw: str) -> Shape:
    """The shape inside `raw`, however it was wrapped; LlmBlank or LlmGarbled when there is none."""
    text = plain(raw)
    if not text:
        raise LlmBlank("blank answer")
    try:
        return shape.model_validate(_object(text))
    except ValidationError as error:
        problems = (
            f"{'.'.join(map(str, p['loc'])) or 'answer'}: {p['msg']}" for p in error.errors()
        )
        raise LlmGarbled("; ".join(problems)[:400]) from error


def plain(raw: str) -> str:
    """What was said, without the thinking some models put in front of it."""
    return THINK.sub("", raw).rpartition("</think>")[2].strip()


def _object(text: str) -> dict[str, Any]:
    decoder = json.JSONDecoder()
    for brace in re.finditer(r"\{", text):
        try:
            found, _ = decoder.raw_decode(text, brace.start())
        except ValueError:
            continue
        if isinstance(found, dict) and found:
            return found
    raise LlmGarbled("there is no whole JSON object in the answer")


def _schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema without the titles pydantic adds: they only cost tokens."""
    schema: dict[str, Any] = shape.model_json_schema()
    schema.pop("title", None)
    for described in schema["properties"].values():
        described.pop("title", None)
    return schema


def _joined(order: str, messages: Messages) -> Iterator[dict[str, Any]]:
    """Some endpoints take one system message only, so the order joins the first."""
    first, *rest = messages
    if first["role"] == "system":
        yield {"role": "system", "content": f"{first['content']}\n\n{order}"}
    else:
        yield {"role": "system", "content": order}
        yield first
    yield from rest
