"""What 小爱 owes, over a service and a chat that do what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.deliveries import Deliveries
from bot.limits.quiet import Quiet
from bot.memory import Memory, open_memory
from bot.pace import Pace
from bot.patience import Patience
from bot.records import Answer, Room
from bot.settings import BotSettings
from intents.dialogue import Text, Ticket, Turn
from tests.bot.studio import Studio
from tests.family import QUICK, FakeChat

ASK = Turn("1", "fake", "family", "妈妈", "妈妈", "小爱 熊猫", datetime.now(UTC), ref="token")


@asynccontextmanager
async def delivering(
    folder: Path,
    studio: Studio,
    chat: FakeChat,
    pace: Pace = QUICK,
    patience: Patience | None = None,
    quiet: Quiet | None = None,
) -> AsyncIterator[tuple[Memory, Deliveries]]:
    """Deliveries over `studio`; what it owes is followed until this is left."""
    async with studio.client() as client, open_memory(folder, BotSettings()) as memory:
        async with asyncio.TaskGroup() as tasks:
            started: list[asyncio.Task[None]] = []

            def start(work: Coroutine[None, None, None], what: str) -> None:
                started.append(tasks.create_task(work, name=what))

            yield memory, Deliveries(memory, client, {"fake": chat}, start, pace, patience, quiet)
            for task in started:
                task.cancel()


async def promise(memory: Memory) -> None:
    await memory.hear(ASK, addressed=True)
    await memory.answered(ASK, Answer((Text("好嘞。"), Ticket("video_1")), "视频生成"))


async def until_nothing_is_owed(memory: Memory, room: Room | None = None) -> None:
    async with asyncio.timeout(30):
        with memory.changes(room or Room.of(ASK)) as bell:
            while await memory.outbox.owed():
                await bell.wait()
                bell.clear()
