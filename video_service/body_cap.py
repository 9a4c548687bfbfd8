"""How large and how slow a request body may be. FastAPI's own limit would answer in plain text."""

import asyncio
from dataclasses import dataclass

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 20 * 2**20
MAX_ARTEFACT = 256 * 2**20  # what workers bring back
SLOWEST = 16 * 2**10  # bytes a second: whoever drips would hold a place for ever
FIRST_S = 30.0  # for small bodies
WORKERS = "/internal/"


@dataclass(frozen=True, slots=True)
class BodyCap:
    """Stops reading a body that is too large, whether its length was told or not, or too slow."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _counted(scope, receive)
        await self.app(scope, receive, send)


def _counted(scope: Scope, receive: Receive) -> Receive:
    limit = MAX_ARTEFACT if scope["path"].startswith(WORKERS) else MAX_BODY
    told = Headers(scope=scope).get("content-length", "0")
    read = int(told) if told.isdecimal() and int(told) > limit else 0
    whole = False
    begun = asyncio.get_running_loop().time()

    async def counting() -> Message:
        nonlocal read, whole
        message: Message = {}
        if read <= limit:
            message = await _in_time(receive, None if whole else begun + FIRST_S + read / SLOWEST)
            whole = not message.get("more_body", False)
            read += len(message.get("body", b""))
        if read > limit:  # the one exception that FastAPI lets through where it reads the body
            raise HTTPException(413, f"at most {limit // 2**20} MiB are taken")
        return message

    return counting


async def _in_time(receive: Receive, until: float | None) -> Message:
    try:
        async with asyncio.timeout_at(until):
            return await receive()
    except TimeoutError:
        hang_up = {"Connection": "close"}
        raise HTTPException(408, "the body comes too slowly", hang_up) from None
