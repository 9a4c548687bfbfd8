"""The language model: filled shapes and plain words, in time or with a reason (see failures.py).

Two clocks rule it: `deadline` bounds everything that happens for one question, repairs included,
however slowly a server drips; the breaker keeps a dead model from costing every turn its deadline.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, Any

from intents.base import Messages, Shape
from intents.settings import IntentsSettings
from intents.tools import ladder
from intents.tools.breaker import Breaker
from intents.tools.endpoint import Chosen, built, open_sdk
from intents.tools.failures import (
    LlmAuth,
    LlmBlank,
    LlmError,
    LlmGarbled,
    LlmNeedsOwner,
    LlmNoMoney,
    LlmRefused,
    LlmRejected,
    LlmUnreachable,
    explain,
)
from intents.tools.providers import Mode, Provider, choose

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion
    from openai.types.chat.chat_completion import Choice

__all__ = [
    "LlmAuth",
    "LlmBlank",
    "LlmError",
    "LlmGarbled",
    "LlmNeedsOwner",
    "LlmNoMoney",
    "LlmRefused",
    "LlmRejected",
    "LlmUnreachable",
    "OpenAiLlm",
    "build_llm",
]
log = logging.getLogger(__name__)

MOST_TOKENS = 800
THOUGHT_TOKENS = 3000  # where thinking could not be switched off, it is paid from the same purse
MOST_BLANKS = 3
LONGEST_PAUSE_S = 2.0
MODERATED = ("sensitive", "content_filter")


class OpenAiLlm:
    """Any OpenAI-compatible model. It remembers which form of request its endpoint takes."""

    def __init__(
        self, chosen: Chosen[Provider], client: "openai.AsyncOpenAI", breaker: Breaker | None = None
    ) -> None:
        self.chosen = chosen
        self._client = client
        self._breaker = breaker or Breaker(chosen.name)
        modes = chosen.provider.modes
        self._rungs = [(mode, extras) for extras in (True, False) for mode in modes]
        self._extras = True

    async def fill(self, shape: type[Shape], messages: Messages, *, deadline: float) -> Shape:
        """A validated `shape` within `deadline` seconds, or LlmError."""
        async with self._within(deadline):
            rungs, troubles = self._rungs, list[LlmError]()
            for rung, (mode, extras) in enumerate(rungs):
                try:
                    filled = await self._fill(mode, extras, shape, messages)
                except (LlmRejected, LlmBlank) as error:
                    troubles.append(error)
                    if sum(isinstance(trouble, LlmBlank) for trouble in troubles) == MOST_BLANKS:
                        break
                else:
                    if any(isinstance(trouble, LlmRejected) for trouble in troubles):
                        self._rungs, self._extras = rungs[rung:], extras
                    return filled
            raise troubles[-1]

    async def say(self, messages: Messages, *, deadline: float) -> str:
        """Plain words, never blank, within `deadline` seconds, or LlmError."""
        async with self._within(deadline):
            trouble: LlmError = LlmBlank("blank answer")
            for extras in (self._extras, self._extras, False):
                try:
                    said = ladder.plain(await self._ask({"messages": messages}, extras))
                except LlmRejected as error:
                    trouble = error
                    continue
                if said:
                    return said
            raise trouble

    async def ping(self, *, deadline: float = 10.0) -> float:
        """One short question, for `doctor`: the seconds it took; LlmError says why not."""
        start = time.monotonic()
        await self.say([{"role": "user", "content": "回一个字：好"}], deadline=deadline)
        return time.monotonic() - start

    async def _fill(
        self, mode: Mode, extras: bool, shape: type[Shape], messages: Messages
    ) -> Shape:
        raw = await self._ask(ladder.request(mode, shape, messages), extras)
        try:
            return ladder.read(shape, raw)
        except LlmBlank:
            raise
        except LlmGarbled as error:
            again = ladder.repair(messages, raw, error)
        return ladder.read(shape, await self._ask(ladder.request(mode, shape, again), extras))

    @contextlib.asynccontextmanager
    async def _within(self, deadline: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(deadline):
                yield
        except TimeoutError as error:
            late = LlmUnreachable(f"{self.chosen.name}: no answer within {deadline:g}s")
            self._breaker.bad(late)
            raise late from error

    async def _ask(self, form: dict[str, Any], extras: bool) -> str:
        """What the model said to one request; asked once more when that may help."""
        try:
            return await self._ask_once(form, extras)
        except LlmUnreachable as error:
            if error.again is None or error.again > LONGEST_PAUSE_S:
                raise
            await asyncio.sleep(error.again)
        return await self._ask_once(form, extras)

    async def _ask_once(self, form: dict[str, Any], extras: bool) -> str:
        import openai

        self._breaker.check()
        start = time.monotonic()
        try:
            answer = await self._client.chat.completions.create(**self._call(form, extras))
        except (openai.OpenAIError, ValueError) as error:
            meant = explain(error, self.chosen.key)
            if isinstance(meant, LlmUnreachable | LlmNeedsOwner):
                self._breaker.bad(meant)
            else:
                self._breaker.good()
            raise meant from None  # the SDK's own error holds the request, and with it the key
        return self._heard(answer, time.monotonic() - start)

    def _call(self, form: dict[str, Any], extras: bool) -> dict[str, Any]:
        provider = self.chosen.provider
        most = MOST_TOKENS if extras else THOUGHT_TOKENS
        call = {"model": self.chosen.model, provider.max_tokens_key: most, **form}
        if extras and provider.temperature is not None:
            call["temperature"] = provider.temperature
        if extras and provider.extra:
            call["extra_body"] = dict(provider.extra)
        return call

    def _heard(self, answer: object, seconds: float) -> str:
        from openai.types.chat import ChatCompletion

        if not isinstance(answer, ChatCompletion) or not answer.choices:
            error = LlmUnreachable(f"{self.chosen.name}: the answer is no chat completion")
            self._breaker.bad(error)
            raise error
        self._breaker.good()
        with contextlib.suppress(AttributeError, TypeError):  # a cost that cannot be read
            self._note_cost(answer, seconds)
        try:
            return self._said(answer.choices[0])
        except (AttributeError, TypeError, LookupError) as error:
            # the SDK checks nothing of what it parses
            raise LlmGarbled(f"{self.chosen.name}: an answer of a strange shape: {error}") from None

    def _said(self, choice: "Choice") -> str:
        if choice.finish_reason in MODERATED or choice.message.refusal:
            raise LlmRefused(f"{self.chosen.name}: moderated, {choice.finish_reason}")
        for call in choice.message.tool_calls or ():
            if call.type == "function":
                return _text(call.function.arguments)
        return _text(choice.message.content)

    def _note_cost(self, answer: "ChatCompletion", seconds: float) -> None:
        if (usage := answer.usage) is None:
            return
        details = usage.prompt_tokens_details
        cached = (details.cached_tokens or 0) if details else 0
        fresh_price, cached_price, out_price = self.chosen.provider.price
        fresh = usage.prompt_tokens - cached
        cost = fresh * fresh_price + cached * cached_price + usage.completion_tokens * out_price
        log.info(
            "llm %s %s: %.0f ms, %d tokens in (%d cached), %d out, %.5f yuan",
            self.chosen.name,
            self.chosen.model,
            seconds * 1000,
            usage.prompt_tokens,
            cached,
            usage.completion_tokens,
            cost / 1e6,
        )


def _text(said: object) -> str:
    """Words or filled slots; some servers send the slots as an object, the words in pieces."""
    if isinstance(said, dict):
        return json.dumps(said, ensure_ascii=False)
    if isinstance(said, list):
        return "".join(str(piece["text"]) for piece in said if "text" in piece)
    return str(said or "")


def build_llm(
    settings: IntentsSettings,
) -> contextlib.AbstractAsyncContextManager[OpenAiLlm | None]:
    """The language model these settings mean, or None; its connections close with the block."""
    return built(partial(choose, settings.llm), open_sdk, OpenAiLlm)
