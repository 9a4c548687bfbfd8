"""The service process: HTTP, job table and workers under one TaskGroup, until told to stop."""

import asyncio
import logging
import signal
import socket
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, get_args

import uvicorn

from video_service import offers_cloud
from video_service.app import create_app
from video_service.auth import Keys, is_loopback
from video_service.dispatch.local import keep_worker
from video_service.dispatch.posts import CARD, FINISH, Post, cloud
from video_service.engines.specs import Lane
from video_service.premises import CannotRun, address, announced, instance_of, listen, locked
from video_service.schema.config import (
    BROKER_URL,
    SERVICE_TOKEN,
    WORKER_TOKEN,
    SettingsError,
    secret,
)
from video_service.schema.patience import Patience
from video_service.schema.settings import ServiceSettings
from video_service.studio import Studio, open_studio
from video_service.tied import on_stdin_end

log = logging.getLogger(__name__)
LAST_ANSWERS_S = 2
UNFINISHED = "restoring"  # a restore was interrupted; `bot.locks` has the same name for it
SHORTEST_TOKEN = 16  # nobody counts wrong ones: they must be beyond guessing


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: `tied` stops it when stdin ends; `workers` are started here."""

    settings: ServiceSettings
    data_dir: Path
    tied: bool
    workers: int
    told: Callable[[str, str], None]  # url and instance, once it listens
    broker: str | None = field(default=None, repr=False)  # its URL: workers elsewhere are called

    @property
    def folder(self) -> Path:
        return self.data_dir / "service"


class Server(uvicorn.Server):
    """uvicorn inside our own loop: signals are ours, and it says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The loop has our handlers already."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()


def serve(plan: Plan) -> None:
    """Run until a signal (or the end of stdin, when tied); CannotRun when it cannot."""
    keys = _keys(plan.settings)
    plan = replace(plan, broker=_broker(plan.settings))
    with locked(plan.folder / "lock"):
        if (plan.data_dir / UNFINISHED).exists():
            raise CannotRun(f"{plan.data_dir}: half restored; run `qunying restore` once more")
        instance = instance_of(plan.folder)
        with listen(plan.settings.host, plan.settings.port) as sock:
            url = address(plan.settings.host, sock)
            with announced(plan.folder, url, instance), _naming_the_table(plan.folder):
                asyncio.run(_run(plan, keys, instance, sock, url))
    log.info("stopped")


@contextmanager
def _naming_the_table(folder: Path) -> Iterator[None]:
    """A job table that cannot be used is told in one line, not in a group of tracebacks."""
    broken: list[BaseException] = []
    try:
        yield
    except* sqlite3.Error as group:
        broken.extend(group.exceptions)
    if broken:
        raise CannotRun(f"{folder / 'jobs.db'}: {broken[0]}; {_advice(broken[0])}")


def _advice(error: BaseException) -> str:
    """Only a table that is no table may be given up; a disk can be helped."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest is detail
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "move it away to start afresh"
    return "see that its disk has room and that it may be written"


def _keys(settings: ServiceSettings) -> Keys:
    """Both tokens; beyond loop-back nobody is served without one, nor with one to be guessed."""
    service, worker = secret(SERVICE_TOKEN), secret(WORKER_TOKEN)
    if service is not None and service == worker:
        raise SettingsError(f"{WORKER_TOKEN}: must be another one than {SERVICE_TOKEN}")
    if not is_loopback(settings.host):
        here = f"video_service.host: {settings.host} can be reached from other machines: set"
        if service is None:
            raise SettingsError(f"{here} {SERVICE_TOKEN}, or listen on 127.0.0.1")
        for name, token in ((SERVICE_TOKEN, service), (WORKER_TOKEN, worker)):
            if token is not None and len(token) < SHORTEST_TOKEN:
                raise SettingsError(f"{here} {name} to {SHORTEST_TOKEN} characters at least")
    return Keys(service, worker or token_urlsafe(32))


def _broker(settings: ServiceSettings) -> str | None:
    """The broker's URL, where workers elsewhere are to be called."""
    if settings.dispatch == "local":
        return None
    if find_spec("celery") is None:
        raise CannotRun("video_service.dispatch: celery is not installed: qunying[cluster]")
    url = secret(BROKER_URL)
    missing = BROKER_URL if url is None else None if secret(WORKER_TOKEN) else WORKER_TOKEN
    if missing:
        raise SettingsError(f"video_service.dispatch: celery needs {missing}: set it")
    from video_service.dispatch.broker import check_address  # only with the extra

    check_address(url or "")
    return url


async def _run(plan: Plan, keys: Keys, instance: str, sock: socket.socket, url: str) -> None:
    async with (
        asyncio.TaskGroup() as tasks,
        open_studio(tasks, plan.settings, plan.folder, keys, instance) as studio,
    ):
        server = _server(plan, studio, url)
        posts = await asyncio.to_thread(_posts, plan)
        workers = [
            tasks.create_task(work)
            for work in (
                *(keep_worker(studio, url, plan.data_dir, post) for post in posts),
                *_callers(plan, studio, {post.lane for post in posts}),
            )
        ]
        _stop_when_told(plan, server, studio)
        try:
            await server.serve(sockets=[sock])
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


def _posts(plan: Plan) -> list[Post]:
    """The processes to keep here.

    Without a key for any cloud that one rests: it only ends what was ordered while there was one.
    """
    if not plan.workers:
        return []
    rests = not offers_cloud.any_ready(plan.settings)
    here = [] if plan.settings.dispatch == "celery" else [CARD]
    return [*here, FINISH, cloud(plan.settings.cloud_parallel, rests=rests)]


def _callers(plan: Plan, studio: Studio, here: set[Lane]) -> list[Coroutine[Any, Any, None]]:
    """What calls workers from elsewhere, for the lanes that nobody works for `here`."""
    if plan.broker is None:
        return []
    from video_service.dispatch.broker import Broker  # only with the extra
    from video_service.dispatch.celery import Calls, call_workers

    lanes = set(get_args(Lane)) - here
    calls = Calls(plan.settings.resend_s)
    return [call_workers(studio.board, studio.crew, Broker(plan.broker), lanes, calls)]


def _server(plan: Plan, studio: Studio, url: str) -> Server:
    config = uvicorn.Config(
        create_app(lambda: nullcontext(studio)),
        http=Patience,
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=LAST_ANSWERS_S,
    )

    def listening() -> None:
        log.info("listening on %s, data of %s", url, studio.instance)
        plan.told(url, studio.instance)

    return Server(config, listening)


def _stop_when_told(plan: Plan, server: Server, studio: Studio) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        studio.board.close()  # long polls answer now
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    if plan.tied:
        on_stdin_end(lambda: loop.call_soon_threadsafe(stop))
