"""Who may knock: pages that this machine itself has opened, and nobody else.

The page has no password. A foreign site can make a browser call it, by a form, by a socket, or by
a name of its own that suddenly means 127.0.0.1; what it cannot do is lie about Host and Origin.
"""

from collections.abc import Awaitable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import is_loopback
from bot.web import wording


class Doorman:
    """ASGI middleware: 403 for a request whose Host or Origin is not this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "lifespan" or _is_from_here(Headers(scope=scope)):
            return self._app(scope, receive, send)  # handed over, so that nobody stands behind it
        if scope["type"] == "websocket":
            return send({"type": "websocket.close", "code": 1008})
        return PlainTextResponse(wording.ONLY_HERE, 403)(scope, receive, send)


def _is_from_here(headers: Headers) -> bool:
    origin = headers.get("origin")
    return is_loopback(_host(f"//{headers.get('host', '')}")) and (
        origin is None or is_loopback(_host(origin))
    )


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
