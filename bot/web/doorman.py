"""Who may knock: pages that this server itself has opened, and nobody else.

A foreign site can make a browser call here, by a form, by a socket, in a frame, or by a name of
its own that suddenly means 127.0.0.1; what it cannot do is lie about Host and Origin. Without a
password only this machine is answered, under its own names; with one, any name is, for a browser
is logged in under the name it came by.
"""

import logging
from collections.abc import Awaitable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.settings import is_loopback
from bot.web import wording

READING = ("GET", "HEAD", "OPTIONS")
log = logging.getLogger(__name__)
UNFRAMED = (
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Doorman:
    """ASGI middleware: 403 for a request that no page of ours has made."""

    def __init__(self, app: ASGIApp, *, locked: bool = False) -> None:
        self._app, self._locked = app, locked

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "lifespan":
            return self._app(scope, receive, send)
        if self._is_ours(scope, Headers(scope=scope)):
            told = send if scope["type"] == "websocket" else unframed(send)
            return self._app(scope, receive, told)  # handed over: nobody stands behind it
        asked = Headers(scope=scope)
        log.warning(
            "%.80r refused: host %.80r, origin %.80r",
            *(scope["path"], asked.get("host"), asked.get("origin")),
        )
        if scope["type"] == "websocket":
            return send({"type": "websocket.close", "code": 1008})
        return PlainTextResponse(wording.ONLY_HERE, 403)(scope, receive, send)

    def _is_ours(self, scope: Scope, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if not (self._locked or is_loopback(_name(host))):
            return False
        if origin is not None:
            return _place(origin) == host.lower()
        return not _changes(scope) or headers.get("x-qunying") == "page"


def _changes(scope: Scope) -> bool:
    """Whether this may do more than read; browsers tell the origin of every such request."""
    return scope["type"] == "websocket" or scope["method"] not in READING


def unframed(send: Send) -> Send:
    """`send` with what keeps others from showing the page, or a picture of it, inside theirs."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *UNFRAMED]
        await send(message)

    return sending


def _place(origin: str) -> str:
    """Host and port of an origin, as a Host header names them."""
    try:
        found = urlsplit(origin)
    except ValueError:
        return ""
    return found.netloc.lower() if found.scheme in ("http", "https") else ""


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
