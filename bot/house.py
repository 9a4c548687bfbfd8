"""The generation service this bot lives with: found, or started, kept alive and stopped with it.

The child holds the pipe that is its stdin: however this process ends, even by kill -9, the pipe
closes and the child stops by itself.
"""

import asyncio
import json
import logging
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import httpx

from bot.locks import port_problem, require_whole
from bot.pace import doubling
from bot.settings import Settings
from video_service.client import VideoClient, VideoServiceError, open_client
from video_service.schema.config import SERVICE_TOKEN, secret
from video_service.schema.settings import ServiceSettings

START_S = 90  # a cold disk and two cores; the service itself needs a few seconds
STOP_S = 12  # its own workers get ten
LOOK_S = 5
ANSWER_S = 3
DEFAULT_PORT = ServiceSettings().port
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
NO_ROOM = 2**20
log = logging.getLogger(__name__)


class ServiceDown(Exception):
    """The service could not be started; the text is its own last line."""


class House:
    """Where the service is, and who looks after it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: asyncio.subprocess.Process | None = None
        self.url = settings.video_service.url or ""
        self._foreign = bool(self.url)

    async def open(self) -> None:
        """Find a running service of this data folder, else start one.

        ServiceDown when there is neither, HalfRestored while no program may start here.
        """
        await asyncio.to_thread(require_whole, self._settings.data_dir)
        if not self.url:
            self.url = await find_service(self._settings) or ""
        if not self.url:
            self.url = await self._start_somewhere()

    async def keep(self) -> None:
        """See to it that there is a service, at the same address, until cancelled."""
        if self._foreign:
            return
        while True:
            await self._gone()
            await self._start_again()

    async def close(self) -> None:
        """Stop the service if it is ours: first by its stdin, then less politely."""
        if not (child := self._child) or child.returncode is not None:
            return
        if child.stdin:
            child.stdin.close()
        for less_politely in (child.terminate, child.kill):
            try:
                async with asyncio.timeout(STOP_S):
                    await child.wait()
                    return
            except TimeoutError:
                log.warning("the video service does not stop: %s", less_politely.__name__)
                less_politely()
        await child.wait()

    async def _gone(self) -> None:
        if self._child:
            code = await self._child.wait()
            self._child = None
            log.warning("the video service ended with %s; it is started again", code)
            return
        while True:  # somebody else's: one that may leave
            await asyncio.sleep(LOOK_S)
            if await answers(self.url) is None:
                break
        log.warning("the video service at %s left; starting one", self.url)

    async def _start_again(self) -> None:
        told = ""
        for pause in doubling(FIRST_PAUSE_S, LONGEST_PAUSE_S):
            await asyncio.sleep(pause)
            if await find_service(self._settings) == self.url:
                log.info("the video service at %s is back, or was only busy", self.url)
                return
            try:
                await self._start(urlsplit(self.url).port or 0)
                return
            except ServiceDown as error:
                if str(error) != told:
                    log.warning("the video service does not start: %s", error)
                told = str(error)

    async def _start(self, port: int) -> str:
        folder = await asyncio.to_thread(self._settings.data_dir.absolute)
        said = folder / "logs" / "service.stderr"
        try:
            errors = await asyncio.to_thread(_fresh, said)
        except OSError as error:
            raise ServiceDown(f"{said}: {error.strerror}") from error
        flags = ("--tied", "--port", str(port), "--data-dir", str(folder))
        try:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "video_service", "serve", *flags),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for us; we tell it
            )
        except OSError as error:  # no memory for it, too many processes
            raise ServiceDown(str(error)) from error
        finally:
            await asyncio.to_thread(errors.close)
        return await self._listening(self._child, said)

    async def _listening(self, child: asyncio.subprocess.Process, said: Path) -> str:
        line = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                line = await child.stdout.readline() if child.stdout else b""
        with suppress(ValueError):
            told = json.loads(line)
            if told.get("event") == "listening":
                return str(told["url"])
        await self.close()
        self._child = None
        raise ServiceDown(await asyncio.to_thread(_last_line, said))

    async def _start_somewhere(self) -> str:
        """Two that start at once may find the same port free: the slower one takes another."""
        port = self._wanted_port()
        try:
            return await self._start(port)
        except ServiceDown as error:
            service = self._settings.video_service
            if port != DEFAULT_PORT or not port_problem(service.host, port):
                raise
            log.info("port %d was taken in the meantime: %s", port, error)
        return await self._start(0)

    def _wanted_port(self) -> int:
        """The configured port; where it is only the default and taken, any free one."""
        service = self._settings.video_service
        chosen = service.port != DEFAULT_PORT
        if chosen or not port_problem(service.host, service.port):
            return service.port
        log.info("port %d is taken: the video service takes another", service.port)
        return 0


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """A house with a service in it. Run `keep` as a task where it has to last."""
    house = House(settings)
    try:
        await house.open()
        yield house
    finally:
        await house.close()


@asynccontextmanager
async def open_service(
    url: str, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[VideoClient]:
    """A client for the service at `url`, with the token that it may want."""
    token = await asyncio.to_thread(secret, SERVICE_TOKEN)  # it may stand in a file
    async with open_client(url, token, transport) as client:
        yield client


async def find_service(settings: Settings) -> str | None:
    """The address of a running service that owns this data folder."""
    told = await asyncio.to_thread(_endpoint, settings.service_dir)
    if told and await answers(told["url"]) == told["instance"]:
        return str(told["url"])
    return None


async def answers(url: str) -> str | None:
    """The instance that answers at `url`, None when nothing does."""
    with suppress(VideoServiceError, TimeoutError):
        async with asyncio.timeout(ANSWER_S), open_service(url) as client:
            return (await client.health()).instance
    return None


def _endpoint(folder: Path) -> dict[str, str] | None:
    try:
        told = json.loads((folder / "endpoint.json").read_text("utf-8"))
        instance = (folder / "instance").read_text("utf-8").strip()
        return {"url": str(told["url"]), "instance": instance}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fresh(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _last_line(path: Path) -> str:
    """Why it ended; where there is no room, it could not even write that down."""
    lines = path.read_text("utf-8", "replace").strip().splitlines()
    if not lines and shutil.disk_usage(path.parent).free < NO_ROOM:
        return "the disk is full"
    return lines[-1] if lines else "it said nothing"
