"""A bot process over a chat made of files, that stops dead at one named point.

`python -m tests.e2e.village DATA_DIR SERVICE_URL [POINT]`. Messages are the files in
`DATA_DIR/inbox`, delivered anew at every start, as a gateway does; when all are heard there is
`DATA_DIR/listening`; what is sent is a line of `DATA_DIR/sent`. At POINT the process writes
`DATA_DIR/stopped` and waits to be killed. The product knows nothing of these points: its own calls
are wrapped from here.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import app as app_module
from bot.app import App
from bot.channels.base import Channel, Hear, Limits
from bot.channels.pulse import Pulse
from bot.memory import Memory, open_memory
from bot.pace import Pace
from bot.settings import BotSettings
from intents.base import Tools
from intents.dialogue import Turn
from video_service.client import VideoClient, open_client

Call = Callable[..., Awaitable[Any]]
PACE = Pace(first=0.05, longest=0.2, look=1)
# where the process stops: (the object, its method, whether after it has done its work)
POINTS: dict[str, tuple[Any, str, bool]] = {
    "heard": (app_module, "think", False),
    "posted": (VideoClient, "create", True),
    "owed": (Memory, "answered", True),
    "waiting": (VideoClient, "get", False),
    "posted_image": (VideoClient, "create_image", True),
    "waiting_image": (VideoClient, "get_image", False),
    "fetched_image": (VideoClient, "download_image", True),
}


class FileChat(Channel):
    name = "files"
    limits = Limits()

    def __init__(self, folder: Path, stop_in_send: bool) -> None:
        self._folder, self._stop_in_send = folder, stop_in_send
        self.pulse = Pulse(self.name)

    async def run(self, hear: Hear) -> None:
        for file in sorted((self._folder / "inbox").iterdir()):
            at = datetime.now(UTC)
            await hear(
                Turn(file.name, self.name, "family", "妈妈", "妈妈", file.read_text("utf-8"), at)
            )
        (self._folder / "listening").touch()

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        self._note("text", to, key)

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        self._note("image", to, key, image.stat().st_size)
        if self._stop_in_send:
            await stop(self._folder)

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self._note("video", to, key, video.stat().st_size)
        if self._stop_in_send:
            await stop(self._folder)

    async def typing(self, to: Turn) -> None:
        """Nobody looks."""

    def _note(self, kind: str, to: Turn, key: str, size: int = 0) -> None:
        with (self._folder / "sent").open("a") as sent:
            sent.write(json.dumps({"kind": kind, "to": to.id, "key": key, "size": size}) + "\n")


async def stop(folder: Path) -> None:
    (folder / "stopped").touch()
    await asyncio.Event().wait()


def stopping(call: Call, folder: Path, after: bool) -> Call:
    async def wrapped(*args: Any, **more: Any) -> Any:
        result = await call(*args, **more) if after else None
        await stop(folder)
        return result

    return wrapped


async def live(folder: Path, url: str, point: str) -> None:
    if point in POINTS:
        owner, name, after = POINTS[point]
        setattr(owner, name, stopping(getattr(owner, name), folder, after))
    settings = BotSettings()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(url))
        memory = await stack.enter_async_context(open_memory(folder, settings))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        chat = FileChat(folder, point == "sending")
        app = App(memory, Tools("小爱", None, client), (chat,), tasks, settings, PACE)
        await app.resume()
        await chat.run(app.hear)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2], [*sys.argv, ""][3]))
