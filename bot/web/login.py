"""The password of the page: nothing behind it is seen, heard or changed without a session.

GET /login shows the form, POST /login takes the password, POST /logout ends the session. Prometheus
has no session: it reads /metrics with the password in HTTP Basic (RFC 7617), whatever its name.
Where a page came from is the doorman's question, before this one.
"""

import asyncio
import base64
import binascii
import logging
import math
from collections.abc import Awaitable
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import metrics, wording
from bot.web.sessions import KEPT_S, Sessions
from bot.web.tries import Tries

HOME, LOGIN, LOGOUT = "/", "/login", "/logout"
COOKIE = "qunying_session"
MOST_BYTES, TYPED_S = 4096, 20  # of the form, and until it is here
PAGE = Template((Path(__file__).parent / "assets" / "login.html").read_text("utf-8"))
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}
# a link from elsewhere comes without our strict cookie: the browser comes again, from here
AGAIN = '<!doctype html><meta http-equiv="refresh" content="0;url=/">'
log = logging.getLogger(__name__)


class Lock:
    """ASGI middleware: lets through whoever holds one of the `sessions`."""

    def __init__(self, app: ASGIApp, sessions: Sessions, tries: Tries | None = None) -> None:
        self._app, self._sessions, self._tries = app, sessions, tries or Tries()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "lifespan":
            return self._app(scope, receive, send)
        if scope["type"] == "websocket":
            return self._talk(scope, receive, send)
        if scope["path"] == LOGIN:
            return self._login(scope, receive, send)
        if scope["path"] == LOGOUT:
            return self._logout(scope, receive, send)
        if self._sessions.holds(_token(scope)):
            return self._app(scope, receive, send)
        if scope["path"] == metrics.URL and (told := _basic_password(scope)) is not None:
            return (self._refusal(_who(scope), told) or self._app)(scope, receive, send)
        return _turned_away(scope)(scope, receive, send)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A socket lives no longer than its session: each message is looked at."""
        token = _token(scope)
        if not self._sessions.holds(token):
            return await send({"type": "websocket.close", "code": 1008})

        over = False

        async def hearing() -> Message:
            nonlocal over
            message = await receive()
            if self._sessions.holds(token) or message["type"] == "websocket.disconnect":
                return message
            over = True
            return {"type": "websocket.disconnect", "code": 1008}

        async def telling(message: Message) -> None:
            if self._sessions.holds(token):
                await send(message)

        await self._app(scope, hearing, telling)
        if over:
            await send({"type": "websocket.close", "code": 1008})

    async def _login(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            here = RedirectResponse(HOME, 303) if self._sessions.holds(_token(scope)) else form()
            return await here(scope, receive, send)
        answer = await self._judge(Request(scope, receive))
        return await answer(scope, receive, send)

    async def _judge(self, request: Request) -> Response:
        who = _who(request.scope)
        try:
            async with asyncio.timeout(TYPED_S):
                told = await _password_in(request)
        except TimeoutError:
            log.warning("a password that does not end from %s", who)
            return form(wording.WRONG_PASSWORD, 408, {"Connection": "close"})
        if told is None:
            log.warning("a password of more than %s bytes from %s", MOST_BYTES, who)
            return form(wording.WRONG_PASSWORD, 413)
        if refusal := self._refusal(who, told):
            return refusal
        self._tries.right(who)
        log.info("logged in from %s", who)
        answer = RedirectResponse(HOME, 303, HEADERS)
        _give(answer, await self._sessions.open(), KEPT_S, request)
        return answer

    def _refusal(self, who: str, told: bytes) -> Response | None:
        """Of a wrong password, or one too soon; nothing is awaited: tries side by side count."""
        if wait := math.ceil(self._tries.wait_s(who)):
            log.warning("login from %s refused for another %s s", who, wait)
            return form(wording.TRY_LATER.format(seconds=wait), 429, {"Retry-After": str(wait)})
        if not self._sessions.admits(told):
            self._tries.wrong(who)
            log.warning("wrong password from %s", who)
            return form(wording.WRONG_PASSWORD, 401)
        return None

    async def _logout(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            return await RedirectResponse(HOME, 303)(scope, receive, send)
        await self._sessions.close(_token(scope))
        answer = RedirectResponse(LOGIN, 303, HEADERS)
        _give(answer, "", 0, HTTPConnection(scope))
        return await answer(scope, receive, send)


def form(trouble: str = "", status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The page that asks for the password."""
    shown = f'<p role="alert">{escape(trouble)}</p>' if trouble else ""
    words = {
        "product": wording.PRODUCT,
        "title": wording.LOGIN_TITLE,
        "label": wording.PASSWORD,
        "button": wording.LOGIN,
    }
    return HTMLResponse(
        PAGE.substitute(words, trouble=shown), status, {**HEADERS, **(headers or {})}
    )


def _turned_away(scope: Scope) -> Response:
    connection = HTTPConnection(scope)
    reads = scope["method"] in ("GET", "HEAD")
    if not reads or "text/html" not in connection.headers.get("accept", ""):
        log.info("%s %.80r refused: not logged in", scope["method"], scope["path"])
        return JSONResponse({"say": wording.LOGIN_FIRST}, HTTPStatus.UNAUTHORIZED)
    if connection.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return HTMLResponse(AGAIN, headers=HEADERS)
    return RedirectResponse(LOGIN, 303, HEADERS)


def _give(answer: Response, token: str, seconds: int, request: HTTPConnection) -> None:
    safe = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, token, max_age=seconds, path="/", secure=safe, httponly=True, samesite="strict"
    )


async def _password_in(request: Request) -> bytes | None:
    """What was typed; None when it is longer than anybody types."""
    whole = bytearray()
    async for piece in request.stream():
        whole += piece
        if len(whole) > MOST_BYTES:
            return None
    typed = parse_qs(whole.decode("utf-8", "replace"), max_num_fields=None)
    return typed.get("password", [""])[0].encode()


def _token(scope: Scope) -> str:
    return HTTPConnection(scope).cookies.get(COOKIE, "")


def _basic_password(scope: Scope) -> bytes | None:
    """What is told in HTTP Basic; None when nothing is."""
    scheme, _, coded = HTTPConnection(scope).headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic" or len(coded) > MOST_BYTES:
        return None
    try:
        return base64.b64decode(coded, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):  # ValueError: no ASCII
        return b""


def _who(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""
