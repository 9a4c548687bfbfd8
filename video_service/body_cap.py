"""How large a request body may be. FastAPI's own limit would answer in plain text."""

from dataclasses import dataclass

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 20 * 2**20
MAX_ARTEFACT = 256 * 2**20  # what workers bring back
WORKERS = "/internal/"


@dataclass(frozen=True, slots=True)
class BodyCap:
    """Stops reading a body that is too large, whether its length was told or not."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _counted(scope, receive)
        await self.app(scope, receive, send)


def _counted(scope: Scope, receive: Receive) -> Receive:
    limit = MAX_ARTEFACT if scope["path"].startswith(WORKERS) else MAX_BODY
    told = Headers(scope=scope).get("content-length", "0")
    read = int(told) if told.isdecimal() and int(told) > limit else 0

    async def counting() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:  # the one exception that FastAPI lets through where it reads the body
            raise HTTPException(413, f"at most {limit // 2**20} MiB are taken")
        return message

    return counting
