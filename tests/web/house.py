"""The page as a process of its own, with real memory and a 小爱 who films for two seconds.

`python -m tests.web.house DATA_DIR PORT [FILM_S]` prints its address once it answers. NiceGUI keeps
its state in module globals, so every test that needs another page starts another process.
"""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

import httpx
from blockbuster import blockbuster_ctx

from bot.channels.web import WebChannel
from bot.memory import Memory, open_memory
from bot.records import Answer, Clip
from bot.settings import BotSettings, WebSettings
from bot.web.page import serve_page
from intents.abilities import abilities
from intents.dialogue import Text, Ticket, Turn
from tests.web.studio import Studio, write_film
from video_service.client import open_client

WAY = "https://uri.amap.com/navigation?to=120.15,30.25,%E8%A5%BF%E6%B9%96&mode=walk"
ABLE = abilities()  # read from files: not while the loop runs


class Director:
    """Hears the room and answers as the app does: words at once, a clip when it is ready."""

    def __init__(self, memory: Memory, channel: WebChannel, studio: Studio) -> None:
        self._memory, self._channel, self._studio = memory, channel, studio
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        async with asyncio.TaskGroup() as self._group:
            await self._channel.run(self.hear)

    async def hear(self, turn: Turn) -> None:
        asked = "小爱" in turn.text
        if await self._memory.hear(turn, addressed=asked) and asked and self._group:
            self._group.create_task(self._answer(turn))

    async def _answer(self, turn: Turn) -> None:
        await self._channel.typing(turn)
        await asyncio.sleep(0.3)
        if "你会什么" in turn.text:
            await self._owe(turn, Answer((Text("叫我拍一段小视频试试。"),)))
            return
        if "怎么走" in turn.text:
            await self._owe(turn, Answer((Text(f"走路约10分钟。\n{WAY}"),)))
            return
        job_id = self._studio.order()
        await self._owe(turn, Answer((Text("好嘞，前面还有1个，大约40秒。"), Ticket(job_id))))
        await asyncio.sleep(self._studio.film_s)
        await self._deliver(turn, job_id)

    async def _owe(self, turn: Turn, answer: Answer) -> None:
        await self._memory.answered(turn, answer)
        first = (await self._memory.outbox.parcels(turn))[0]
        await self._channel.send_text(turn, first.text, key=first.key)
        await self._memory.outbox.sent(turn, first, first.text)

    async def _deliver(self, turn: Turn, job_id: str) -> None:
        folder = self._memory.shelf.folder
        clip = Clip(folder / f"{job_id}.mp4", folder / f"{job_id}.jpg", draft=True)
        await asyncio.to_thread(write_film, clip.file, clip.file.with_suffix(".jpg"))
        for parcel in await self._memory.outbox.parcels(turn):
            await self._channel.send_video(turn, clip.file, poster=clip.poster, key=parcel.key)
            await self._memory.outbox.sent(turn, parcel, clip=clip)


async def live(data: Path, port: int, film_s: float) -> None:
    settings = BotSettings(web=WebSettings(port=port))
    studio, channel = Studio(film_s), WebChannel(settings.web.members)
    async with contextlib.AsyncExitStack() as stack:
        memory = await stack.enter_async_context(open_memory(data, settings))
        transport = httpx.MockTransport(studio.answer)
        client = await stack.enter_async_context(open_client("http://studio", transport=transport))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        tasks = [
            group.create_task(Director(memory, channel, studio).run()),
            group.create_task(serve_page(settings, channel, memory, client, _tell, able=ABLE)),
        ]
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _stop, tasks)


def _tell(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    with blockbuster_ctx(scanned_modules=["bot", "intents", "video_service"]):
        asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
