"""What `qunying ask` shows while it waits: replies as they come, and a bar while it films."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from bot import messages
from bot.channels.ask import Said
from bot.clips import look
from bot.lines import harmless
from bot.memory import Memory
from intents.dialogue import Turn
from video_service.client import VideoClient, VideoServiceError

LOOK_S = 0.5


def show_reply(quiet: bool) -> Callable[[Said], None]:
    """Print words as they come; `quiet` leaves stdout to the result alone."""
    console = Console(stderr=quiet, emoji=False)

    def show(said: Said) -> None:
        if said.text:
            console.print(harmless(said.text), markup=False, highlight=False, soft_wrap=True)

    return show


class Progress:
    """The bar of the film that `turn` waits for; on stderr, and only in a terminal."""

    def __init__(self, memory: Memory, client: VideoClient, turn: Turn) -> None:
        self._memory, self._client, self._turn = memory, client, turn

    async def show(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(messages.ASK_PROGRESS, total=100, visible=False)
            while True:
                for parcel in await self._memory.outbox.parcels(self._turn):
                    if parcel.job_id:
                        with suppress(VideoServiceError):
                            job = await look(self._client, parcel)
                            bar.update(task, completed=job.progress, visible=True)
                await asyncio.sleep(LOOK_S)
