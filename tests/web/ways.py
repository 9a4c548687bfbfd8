"""The page as a process of its own whose ways into WeChat change when the test says so.

`python -m tests.web.ways DATA_DIR` prints its address; then each line of its input is one change:
`{"channel": "ilink", "state": "login", "say": "…", "logins": [["妈妈", "https://…"]]}`.
"""

import asyncio
import contextlib
import json
import sys
from pathlib import Path

import httpx
from blockbuster import blockbuster_ctx

from bot.channels.base import Channel, Hear, Limits, SendError
from bot.channels.pulse import Login, Pulse
from bot.channels.web import WebChannel
from bot.memory import open_memory
from bot.settings import BotSettings, WebSettings
from bot.web.page import serve_page
from intents.abilities import abilities
from intents.dialogue import Turn
from tests.web.studio import Studio
from video_service.client import open_client

ABLE = abilities()  # read from files: not while the loop runs


class Way(Channel):
    """A way into WeChat that nobody comes by."""

    limits = Limits()

    def __init__(self, name: str) -> None:
        self.name, self.pulse = name, Pulse(name)

    async def run(self, hear: Hear) -> None:
        await asyncio.Event().wait()

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        raise SendError("nobody is there")

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        raise SendError("nobody is there")

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        raise SendError("nobody is there")

    async def typing(self, to: Turn) -> None:
        """Nobody looks."""


def change(pulse: Pulse, told: str) -> None:
    wanted = json.loads(told)
    say = wanted.get("say", "")
    match wanted["state"]:
        case "up":
            pulse.up(say)
        case "away":
            pulse.away(say, "the test says so")
        case "login":
            pulse.login(say, *(Login(who, url) for who, url in wanted["logins"]))
        case "broken":
            pulse.broken(say, "the test says so")


async def live(data: Path) -> None:
    settings = BotSettings(web=WebSettings(port=0))
    web = WebChannel(settings.web.members)
    ways = {name: Way(name) for name in ("wechaty", "ilink", "wecom")}
    async with contextlib.AsyncExitStack() as stack:
        memory = await stack.enter_async_context(open_memory(data, settings))
        transport = httpx.MockTransport(Studio(1).answer)
        client = await stack.enter_async_context(open_client("http://studio", transport=transport))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        page = serve_page(
            settings, web, memory, client, _tell, able=ABLE, channels=(web, *ways.values())
        )
        serving = group.create_task(page)
        while line := await asyncio.to_thread(sys.stdin.readline):
            change(ways[json.loads(line)["channel"]].pulse, line)
        serving.cancel()


def _tell(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with blockbuster_ctx(scanned_modules=["bot", "intents", "video_service"]):
        asyncio.run(live(Path(sys.argv[1])))
