"""What providers' error bodies mean: the shapes are theirs, the values ours."""

import httpx2
import openai
import pytest

from intents.tools.endpoint import Chosen
from intents.tools.failures import scrub
from intents.tools.llm import (
    LlmAuth,
    LlmError,
    LlmNeedsOwner,
    LlmNoMoney,
    LlmRefused,
    LlmRejected,
    LlmUnreachable,
    OpenAiLlm,
)
from intents.tools.providers import PROVIDERS

Json = dict[str, object] | str
ACCOUNT = "Your account org-EXAMPLE<ak-EXAMPLE> "

CASES: list[tuple[int, Json, type[LlmError], int]] = [
    (429, {"error": {"code": "1113", "message": "余额不足"}}, LlmNoMoney, 1),
    (429, {"error": {"type": "exceeded_current_quota_error", "message": ACCOUNT + "is suspended"}},
     LlmNoMoney, 1),
    (402, {"error": {"message": "Insufficient Balance", "type": "unknown_error"}}, LlmNoMoney, 1),
    (400, {"error": {"code": "Arrearage", "message": "overdue payment"}}, LlmNoMoney, 1),
    (401, "Api key is invalid", LlmAuth, 1),
    (401, {"error": {"message": "Invalid Authentication"}}, LlmAuth, 1),
    (403, {"code": 30001, "message": "not allowed", "data": None}, LlmAuth, 1),
    (404, {"error": {"message": "Not found the model no-such-model"}}, LlmNeedsOwner, 1),
    (400, {"contentFilter": [{"level": 1}], "error": {"code": "1301", "message": "敏感内容"}},
     LlmRefused, 1),
    (400, {"error": {"message": "Content Exists Risk", "code": "invalid_request_error"}},
     LlmRefused, 1),
    (400, {"error": {"code": "data_inspection_failed", "message": "inappropriate"}}, LlmRefused, 1),
    (429, {"error": {"code": "1302", "message": "速率限制"}}, LlmUnreachable, 2),
    (429, {"error": {"type": "rate_limit_reached_error", "message": ACCOUNT + "max RPM: 20"}},
     LlmUnreachable, 2),
    (500, {"error": None}, LlmUnreachable, 2),
    (502, "<html>bad gateway</html>", LlmUnreachable, 2),
    (400, {"error": {"message": "invalid temperature: only 0.6 is allowed"}}, LlmRejected, 2),
    (400, {"code": 20012, "message": "Model does not exist.", "data": None}, LlmRejected, 2),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "calls"), CASES)
async def test_an_error_body_means(
    status: int, body: Json, kind: type[LlmError], calls: int
) -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, json=body, headers={"retry-after": "0"})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        client = openai.AsyncOpenAI(
            base_url="http://model/v1", api_key="key", max_retries=0, http_client=http
        )
        chosen = Chosen("deepseek", PROVIDERS["deepseek"], "http://model/v1", "m", "key")
        with pytest.raises(kind) as caught:
            await OpenAiLlm(chosen, client).say([{"role": "user", "content": "好"}], deadline=5)
    assert type(caught.value) is kind
    assert "EXAMPLE" not in str(caught.value)
    assert len(asked) == calls if kind is not LlmRejected else len(asked) > 1


async def test_a_long_retry_after_is_not_waited_for() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(429, json={}, headers={"retry-after": "60"})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        client = openai.AsyncOpenAI(
            base_url="http://model/v1", api_key="key", max_retries=0, http_client=http
        )
        chosen = Chosen("zhipu", PROVIDERS["zhipu"], "http://model/v1", "m", "key")
        with pytest.raises(LlmUnreachable, match="HTTP 429"):
            await OpenAiLlm(chosen, client).say([{"role": "user", "content": "好"}], deadline=1)


@pytest.mark.parametrize(
    "text",
    ["key sk-abcdef0123456789 is wrong", "Authorization: Bearer abcdefgh12345", "ak-EXAMPLE77",
     "api_key: abcd1234efgh", "1234567890abcdef1234567890abcdef.AbCdEf", "my own-key here"],
)  # fmt: skip
def test_keys_are_scrubbed(text: str) -> None:
    cleaned = scrub(text, "own-key here")
    for part in ("abcdef0123", "abcdefgh1", "EXAMPLE77", "abcd1234", "567890ab", "own-key"):
        assert part not in cleaned


def test_scrubbed_text_is_one_short_line() -> None:
    assert "\n" not in scrub("a\nb")
    assert len(scrub("x" * 900)) == 300
