"""What a provider says is wrong, in every shape it was seen in, as an error of ours.

Our codes: cloud_auth, cloud_arrears, cloud_rate_limited, cloud_bad_request, cloud_unavailable,
cloud_expired, cloud_timeout and moderated.
"""

import re
from collections.abc import Mapping
from typing import Any

from video_service.engines.base import Code, EngineError

Codes = Mapping[str, Code]  # a provider's own numbers -> our codes
FINE = ("", "0", "200", "20000", "success", "none")  # a `code` on top that says nothing is wrong
# words in codes and messages, the first that is found counts: no money is often told as "too many"
WORDS: tuple[tuple[str, Code], ...] = (
    ("datainspection|inspection_?failed|content_?policy|moderation|moderated|inappropriate|unsafe"
     "|(?<!case-)sensitive|content check|safety system|敏感|违规|不安全", "moderated"),
    ("arrear|insufficient[ _]?(balance|quota)|balance is insufficient|exceeded_current_quota|"
     "billing|欠费|余额不足", "cloud_arrears"),
    ("throttl|rate[ _]?(limit|quota)|too many requests|concurren", "cloud_rate_limited"),
    ("invalid_?api_?-?key|api[ _-]?key|accessdenied|unauthori|invalid token|permission|身份验证",
     "cloud_auth"),
    ("invalid_?parameter|invalid_?request|model does not exist|field required",
     "cloud_bad_request"),
)  # fmt: skip
STATUS: Mapping[int, Code] = {
    401: "cloud_auth", 402: "cloud_arrears", 403: "cloud_auth", 429: "cloud_rate_limited",
}  # fmt: skip
LONGEST = 300
SECRET = re.compile(
    r"(?<=\?)[!-~]+"  # what signs an address
    r"|[\w-]*\*{3,}[\w*-]*"  # a key with a part struck out
    r"|\b(?=[\w-]*\d)[\w-]{16,}|\b(?:sk|ak|org)-[\w-]+",  # keys, accounts, tasks
    re.ASCII,
)


class CloudError(EngineError):
    """`again`: the same question may be asked again, after `after` seconds where it was told."""

    def __init__(
        self, code: Code, message: str, *, again: bool = False, after: float | None = None
    ) -> None:
        super().__init__(code, message)
        self.again, self.after = again, after


def judge(
    who: str, status: int, body: Any, codes: Codes, key: str, after: float | None = None
) -> CloudError:
    """The error in this answer; its text bears neither the key nor an account's name."""
    theirs, words = read(body)
    code = codes.get(theirs) or _by_words(f"{theirs} {words}") or _by_status(status)
    busy = code == "cloud_rate_limited" or (code == "cloud_unavailable" and status == 503)
    said = scrub(" ".join(filter(None, (theirs, words))) or "no reason", key)
    return CloudError(code, f"{who}: {status}: {said}", again=busy, after=after)


def read(body: Any) -> tuple[str, str]:
    """Code and message in a bare string, a flat object, an `error` or an `output`."""
    if isinstance(body, str):
        return "", body
    if not isinstance(body, Mapping):
        return "", ""
    for inner in (body.get("error"), body.get("output")):
        if isinstance(inner, str) or (isinstance(inner, Mapping) and any(read(inner))):
            return read(inner)
    told = (body.get("code") or body.get("type"), body.get("message") or body.get("reason"))
    code, message = ("" if word is None else str(word) for word in told)
    return ("" if code.lower() in FINE else code), message


def is_failure(body: Any) -> bool:
    """Whether an answer with status 200 is a failure all the same."""
    if not isinstance(body, Mapping):
        return True
    return bool(body.get("error")) or str(body.get("code") or "").lower() not in FINE


def scrub(text: str, key: str) -> str:
    """`text` without the key, anything like a key or an id, and what signs an address."""
    plain = text.replace(key, "…") if key else text
    return SECRET.sub("…", " ".join(plain.split()))[:LONGEST]


def _by_words(said: str) -> Code | None:
    return next((code for words, code in WORDS if re.search(words, said, re.I)), None)


def _by_status(status: int) -> Code:
    return STATUS.get(status) or (
        "cloud_bad_request" if 400 <= status < 500 else "cloud_unavailable"
    )
