"""What goes wrong, told in the OpenAI envelope: {"error": {code, message, param, type}}.

Refusal          anything a route refuses; carries the status, the code and what to do
"""

import errno
import logging
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from video_service.jobs import JobRefused, KeyReused, OwnerQueueFull
from video_service.leases import LeaseLost
from video_service.orders import BadOrder

log = logging.getLogger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
RETRY_AFTER_S = 30
NAMES = {401: "unauthorized", 404: "not_found", 405: "method_not_allowed", 408: "body_too_slow",
         413: "body_too_large"}  # fmt: skip
STRANGERS = (401, 403, 408, 413)  # no caller of ours is answered so
LONGEST_PATH = 120
NO_RETRY = {"x-should-retry": "false"}  # the openai SDK would try a 409 again and again


class Refusal(Exception):
    """Answered as it stands: an HTTP status with the envelope."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.param, self.headers = param, headers


def not_found(what: str) -> Refusal:
    return Refusal(404, "not_found", f"there is no {what}")


def invalid(message: str, param: str | None) -> Refusal:
    return Refusal(400, "invalid_value", message, param)


def explain(error: ValidationError, allowed: Iterable[str] = ()) -> Refusal:
    """The first thing wrong with a body, naming its field, or the fields that are `allowed`."""
    return _first(error.errors(), allowed)


def install(app: FastAPI) -> None:
    """Every failure of `app` leaves in the envelope; none shows a traceback."""
    app.add_exception_handler(Refusal, _tell)
    for kind in (HTTPException, RequestValidationError, ClientDisconnect, BadOrder, JobRefused,
                 LeaseLost, OSError, sqlite3.Error, Exception):  # fmt: skip
        app.add_exception_handler(kind, _translate)


def _tell(request: Request, error: Exception) -> JSONResponse:
    refusal = error if isinstance(error, Refusal) else _refusal(error)
    kind = {401: "authentication_error", 429: "rate_limit_error"}.get(
        refusal.status, "invalid_request_error" if refusal.status < 500 else "server_error"
    )
    if refusal.status < 500:
        level = logging.WARNING if refusal.status in STRANGERS else logging.INFO
        who = request.client.host if request.client else "?"
        told = (request.method, request.url.path[:LONGEST_PATH], who, refusal.status, refusal.code)
        log.log(level, "%s %r from %s refused: %d %s", *told)
    envelope = {"code": refusal.code, "message": refusal.message, "param": refusal.param}
    return JSONResponse(
        {"error": {**envelope, "type": kind}}, refusal.status, headers=refusal.headers
    )


def _translate(request: Request, error: Exception) -> JSONResponse:
    refusal = _refusal(error)
    if refusal.status >= 500:
        log.error("%s %r: %r", request.method, request.url.path[:LONGEST_PATH], error)
    return _tell(request, refusal)


def _refusal(error: Exception) -> Refusal:
    match error:
        case BadOrder():
            return Refusal(400, error.code, error.message, error.param)
        case RequestValidationError():
            return _first(error.errors())
        case HTTPException():
            code = NAMES.get(error.status_code, "bad_request")
            return Refusal(error.status_code, code, str(error.detail), headers=error.headers)
        case ClientDisconnect():
            return Refusal(400, "incomplete_body", "the request broke off")
        case OSError() | sqlite3.Error():
            return _storage(error)
        case JobRefused() | LeaseLost():
            return _not_now(error)
    return Refusal(500, "internal_error", "the service stumbled; its log says over what")


def _not_now(error: JobRefused | LeaseLost) -> Refusal:
    match error:
        case KeyReused():
            where = {"Location": f"/v1/{error.job.makes}s/{error.job.id}", **NO_RETRY}
            return Refusal(422, "idempotency_key_reused", str(error), headers=where)
        case OwnerQueueFull():
            return _later("quota_exceeded", f"enough for one person: {error}")
        case LeaseLost():
            return Refusal(409, "lease_lost", f"{error} is not yours any more", headers=NO_RETRY)
    return _later("queue_full", f"the queue is full: {error}")


def _later(code: str, message: str) -> Refusal:
    return Refusal(429, code, message, headers={"Retry-After": str(RETRY_AFTER_S)})


def _storage(error: OSError | sqlite3.Error) -> Refusal:
    full = (
        error.errno in FULL
        if isinstance(error, OSError)
        else getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    )
    if full:
        return Refusal(507, "disk_full", "there is no room left on the service's disk")
    return Refusal(503, "storage_failed", "the service cannot use its disk")


def _first(errors: Any, allowed: Iterable[str] = ()) -> Refusal:
    """Location and sentence of the first mistake; `body` and `query` are not field names."""
    first = errors[0]
    steps = [str(step) for step in first["loc"]]
    named = steps[1:] if steps and steps[0] in ("body", "query", "path", "header") else steps
    param = ".".join(named) or None
    if first["type"] == "extra_forbidden":
        instead = f"; use {', '.join(allowed)}" if allowed else ""
        return Refusal(400, "unknown_parameter", f"there is no parameter {param}{instead}", param)
    return invalid(f"{param or 'body'}: {first['msg']}", param)
