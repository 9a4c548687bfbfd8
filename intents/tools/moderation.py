"""A guard model that reads what is to be filmed: 智谱's moderation, or any that chats.

Facts of 智谱 (POST /api/paas/v4/moderations, risk_level PASS, REVIEW or REJECT) and of the guards
that answer in words (Qwen3Guard "Safety: Unsafe", Llama Guard "unsafe") were read in November 2026.
"""

import asyncio
import json
import re
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import httpx

from intents.settings import ModerationSettings
from intents.tools import endpoint
from intents.tools.endpoint import Chosen, Endpoint, built, open_http
from intents.tools.failures import LlmBlank, LlmGarbled, LlmNeedsOwner, LlmUnreachable

LONGEST = 2000  # characters; 智谱 takes no more in one piece
GUARDS = {
    "zhipu": Endpoint(
        base_url="https://open.bigmodel.cn/api/paas/v4",
        model="moderation",
        keys=("ZHIPUAI_API_KEY", "ZAI_API_KEY"),
    ),
    "compatible": Endpoint(keys=("MODERATION_API_KEY",), key_needed=False),
}
LEVELS = {"PASS": True, "REVIEW": True, "REJECT": False}
THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.S)
VERDICT = re.compile(r"\s*(?:safety\s*:\s*)?(unsafe|safe|controversial)\b", re.I)


class HttpModerator:
    """`intents.base.Moderator` over HTTP."""

    def __init__(self, chosen: Chosen[Endpoint], client: httpx.AsyncClient) -> None:
        self.chosen, self._client = chosen, client

    async def passes(self, text: str, *, deadline: float) -> bool:
        """Whether `text` may be filmed; LlmError when there is no answer that says so."""
        try:
            async with asyncio.timeout(deadline):
                for start in range(0, len(text), LONGEST):
                    if not await self._reads(text[start : start + LONGEST]):
                        return False
                return True
        except TimeoutError:
            raise LlmUnreachable(f"{self.chosen.name}: no verdict within {deadline:g} s") from None

    async def _reads(self, text: str) -> bool:
        if self.chosen.name == "zhipu":
            return _level(await self._post("moderations", input=text))
        said = {"role": "user", "content": text}
        return _verdict(await self._post("chat/completions", messages=[said], temperature=0))

    async def _post(self, path: str, **more: Any) -> Any:
        body = {"model": self.chosen.model, **more}
        try:
            answer = await self._client.post(path, json=body)
        except httpx.HTTPError as error:  # its request holds the key
            raise LlmUnreachable(f"{self.chosen.name}: {type(error).__name__}") from None
        if answer.status_code in (401, 402, 403, 404):
            raise LlmNeedsOwner(f"{self.chosen.name}: HTTP {answer.status_code}")
        if not answer.is_success:
            raise LlmUnreachable(f"{self.chosen.name}: HTTP {answer.status_code}")
        try:
            return json.loads(answer.content)
        except ValueError:
            raise LlmGarbled(f"{self.chosen.name}: the answer is no JSON") from None


def _level(answer: Any) -> bool:
    """智谱's verdict: every part of the text must pass."""
    try:
        levels = [str(it["risk_level"]).upper() for it in answer["result_list"]]
        passed = [LEVELS[level] for level in levels]
    except (KeyError, TypeError):
        raise LlmGarbled("zhipu: the answer holds no risk level") from None
    if not passed:
        raise LlmBlank("zhipu: the answer holds no verdict")
    return all(passed)


def _verdict(answer: Any) -> bool:
    """A guard's words; what is merely controversial is for the family to judge.

    They begin with the verdict: a model that only chats may well say "not safe", or "safe travels".
    """
    try:
        said = THOUGHT.sub("", answer["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError):
        raise LlmGarbled("the guard's answer is no completion") from None
    if not (found := VERDICT.match(said)):
        raise LlmGarbled("the guard's answer holds no verdict")
    return found[1].lower() != "unsafe"


def build_moderator(
    settings: ModerationSettings,
) -> AbstractAsyncContextManager[HttpModerator | None]:
    """The guard these settings mean, or None; its connections close with the block."""
    return built(partial(choose, settings), open_http, HttpModerator)


def choose(settings: ModerationSettings) -> Chosen[Endpoint] | None:
    """The guard these settings and this environment mean; None = nobody reads along.

    Blocking. Raises SettingsError, naming what to set, when the named one cannot be used.
    """
    return endpoint.choose("moderation", settings, GUARDS)
