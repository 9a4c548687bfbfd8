"""One web app on a socket of its own, as a part of a process that keeps its signals to itself."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from video_service.schema.patience import Patience

HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # everywhere is no place to go to
STOP_S = 2  # how long an open download or socket may hold up the end


class PageServer(uvicorn.Server):
    """A uvicorn that leaves the signals to the process it is only a part of."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises OSError when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def url_of(door: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = door.getsockname()[:2]
    shown = HERE.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


async def serve(app: FastAPI, door: socket.socket, ready: Callable[[], None]) -> None:
    """Serve `app` until cancelled; `ready` is called once it answers.

    Cancelled in mid-air, uvicorn leaves sockets open: it is asked to stop, and waited for.
    """
    config = uvicorn.Config(
        app,
        http=Patience,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=STOP_S,
    )
    server = PageServer(config, ready)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[door]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await asyncio.wait({serving}, timeout=STOP_S + 1)
