"""What the generation service answers, read: its errors and its shapes.

VideoServiceError            nothing came of it; the text says what was asked and what came back
├── ServiceUnreachable       no answer in time: the service is down, starting or far away
├── ServiceBusy              the queue is full: the same request may work later
└── ServiceRefused           the request itself is at fault: `code` says why (prompt_too_long, …)
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

LOCKED_OUT = ("unauthorized", "401", "forbidden", "403", "407")  # ours, and a proxy's before it
NOT_YET = (408, 425)
Answer = TypeVar("Answer", bound=BaseModel)


class VideoServiceError(Exception):
    """The service could not be reached, or refused."""


class ServiceUnreachable(VideoServiceError):
    """No answer in time."""


class ServiceBusy(VideoServiceError):
    """The queue is full: `own` tells that it is this owner's share of it and no one else's."""

    def __init__(self, message: str, *, own: bool = False) -> None:
        super().__init__(message)
        self.own = own


class ServiceRefused(VideoServiceError):
    """The request is at fault. `code` is the service's own word for it."""

    def __init__(self, code: str, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.code, self.location = code, location

    @property
    def locked_out(self) -> bool:
        """Whether a token has to be mended: what was asked for may well be there."""
        return self.code in LOCKED_OUT


def problem(where: str, response: httpx.Response) -> VideoServiceError:
    """What an answer that is no success means for its caller."""
    code, message = _told(response)
    said = f"{where} -> {response.status_code} {code}: {message}"
    if response.status_code == 429:
        return ServiceBusy(said, own=code == "quota_exceeded")
    if response.is_client_error and response.status_code not in NOT_YET:
        return ServiceRefused(code, said, response.headers.get("location"))
    return VideoServiceError(said)


def read(shape: type[Answer], response: httpx.Response) -> Answer:
    """The answer in its shape; VideoServiceError when it is another."""
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise VideoServiceError(f"{response.url}: not the answer we know: {error}") from error


def key_header(key: str) -> dict[str, str]:
    """The key as a header can carry it: rooms have names like 一家人, or very long ones."""
    plain = re.fullmatch("[!-~]{1,255}", key)
    return {"Idempotency-Key": key if plain else hashlib.sha256(key.encode()).hexdigest()}


def parts(wish: BaseModel, files: Mapping[str, bytes | None]) -> dict[str, Any]:
    """A multipart body: every field that is set, nested ones as JSON, and the files there are."""
    body: dict[str, Any] = {
        name: (None, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in wish.model_dump(mode="json", exclude_none=True).items()
    }
    for name, content in files.items():
        if content is not None:
            body[name] = (name, content, "application/octet-stream")
    return body


def _told(response: httpx.Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error["code"]), str(error["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return str(response.status_code), response.text[:200]  # not the words of a service
