"""Every way a language model fails, and how the openai SDK's errors map onto them.

LlmError
├── LlmUnreachable     no answer in time: network, overload, or the breaker is open
├── LlmRefused         the provider's moderation said no; another try would too
├── LlmNeedsOwner      nothing helps until the owner acts
│   ├── LlmNoMoney     the account is empty (many providers say so with 429)
│   └── LlmAuth        the key is wrong, expired or may not do this
├── LlmRejected        this form of request is not supported: a lower rung may be
└── LlmGarbled         an answer came, but not one that can be used
    └── LlmBlank       nothing but blanks

Texts are for the log: keys and account ids are scrubbed.
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import openai

SECRETS = (
    (re.compile(r"\b(sk|ak|org|key)-[\w*.-]{3,}", re.I), r"\1-…"),
    (re.compile(r"(?i)(bearer\s+|api[ _-]?key\W{1,4})[\w.*-]{4,}"), r"\1…"),
    (re.compile(r"\b[0-9a-f]{24,}(\.\w+)?\b", re.I), "…"),
)
NO_MONEY = {"1113", "exceeded_current_quota_error", "insufficient_quota", "Arrearage"}
MODERATED = {"1301", "data_inspection_failed", "DataInspectionFailed", "content_filter"}
PAUSE_S = 0.3  # before the one retry, unless the server names a time
MODERATED_TEXT = "Content Exists Risk"


class LlmError(Exception):
    """The language model could not help."""


class LlmUnreachable(LlmError):
    """`again`: seconds after which the same request may work, or None when a retry is useless."""

    def __init__(self, message: str, again: float | None = None) -> None:
        super().__init__(message)
        self.again = again


class LlmRefused(LlmError):
    """Moderated."""


class LlmNeedsOwner(LlmError):
    """Only the owner can mend it."""


class LlmNoMoney(LlmNeedsOwner):
    """The account is empty."""


class LlmAuth(LlmNeedsOwner):
    """The key does not open the door."""


class LlmRejected(LlmError):
    """The form of the request is not supported."""


class LlmGarbled(LlmError):
    """Not what was asked for."""


class LlmBlank(LlmGarbled):
    """Empty, or blanks only."""


def scrub(text: str, key: str = "") -> str:
    """`text` in one short line, without keys and account ids."""
    if len(key) > 6:
        text = text.replace(key, "…")
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return " ".join(text.split())[:300]


def explain(error: Exception, key: str = "") -> LlmError:
    """What an error raised by the SDK means."""
    import openai  # it is loaded already where one of its errors can be: see llm.py

    if isinstance(error, openai.APIStatusError):
        return _of_status(error, key)
    text = scrub(f"{type(error).__name__}: {error}", key)
    if isinstance(error, openai.APIConnectionError) and not isinstance(
        error, openai.APITimeoutError
    ):
        return LlmUnreachable(text, again=PAUSE_S)
    return LlmUnreachable(text)  # a timeout, or an answer that is no JSON (a login page)


def _of_status(error: "openai.APIStatusError", key: str) -> LlmError:
    status, words = error.status_code, _words(error.body)
    text = scrub(f"HTTP {status}: {error.message.removeprefix(f'Error code: {status} - ')}", key)
    if status == 402 or (status in (400, 403, 429) and words & NO_MONEY):
        return LlmNoMoney(text)
    if status in (401, 403):
        return LlmAuth(text)
    if status == 404:
        return LlmNeedsOwner(text)
    if words & MODERATED or MODERATED_TEXT in text:
        return LlmRefused(text)
    if status in (408, 409, 429) or status >= 500:
        return LlmUnreachable(text, again=_retry_after(error))
    return LlmRejected(text)


def _words(body: object) -> set[str]:
    """Codes and types of an error body, wherever the provider puts them; the SDK unwraps `error`.

    SiliconFlow sends a bare string, so nothing is certain here.
    """
    if not isinstance(body, dict):
        return set()
    places: list[Any] = [body, body.get("error")]
    return {
        str(place[name])
        for place in places
        if isinstance(place, dict)
        for name in ("code", "type")
        if place.get(name)
    }


def _retry_after(error: "openai.APIStatusError") -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return PAUSE_S
