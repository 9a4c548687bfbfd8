"""A page behind its password, without the product: what gets past the lock says "inside"."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect

from bot.web.doorman import Doorman
from bot.web.login import Lock
from bot.web.sessions import Sessions
from bot.web.tries import Tries

PASSWORD = "open-sesame-please"
AT = "http://192.168.1.7:8600"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def page(sessions: Sessions, tries: Tries | None = None) -> FastAPI:
    app = FastAPI()

    @app.get("/{path:path}")
    async def anything(path: str) -> str:
        return "inside"

    @app.post("/say")
    async def say() -> str:
        return "heard"

    @app.websocket("/socket")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.send_text(await socket.receive_text())

    app.add_middleware(Lock, sessions, tries)
    app.add_middleware(Doorman, locked=True)
    return app


async def started(file: Path, clock: Clock, password: str = PASSWORD) -> Sessions:
    return await asyncio.to_thread(Sessions, file, password, clock)


@contextlib.asynccontextmanager
async def knocking(file: Path, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the door."""
    sessions = await started(file, clock)
    transport = httpx.ASGITransport(page(sessions, Tries(clock)))
    headers = {"Origin": AT, "Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url=AT, headers=headers) as http:
        yield http


async def log_in(browser: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await browser.post("/login", data={"password": password})
