"""`qunying mcp`: the camera for another program's agents, over stdin and stdout.

The service that runs already films; without one, ours is started at the first wish.
"""

import asyncio
from contextlib import AsyncExitStack
from importlib.util import find_spec

from bot.agents import wording as say
from bot.commands.failures import CommandFailed
from bot.house import START_S, House, ServiceDown, open_house, open_service
from bot.late_house import ANYWHERE, LateHouse
from bot.limits.gate import guarded
from bot.locks import DataUnusable, Taken, locked
from bot.memory import open_memory
from bot.retention import ABANDONED
from bot.settings import Settings
from intents.tools.kit import open_kit

FOLDER = "agents"
LOCK_WAIT_S = 10  # a restore may just be ending


async def mcp(settings: Settings) -> int:
    """Serve until stdin ends. CommandFailed where the SDK is not installed."""
    if find_spec("mcp") is None:
        raise CommandFailed(say.NOT_INSTALLED)
    from bot.agents.desk import Desk
    from bot.agents.library import chat_memory
    from bot.agents.server import agent_server, serve_stdio
    from bot.agents.tools import Workplace

    folder = settings.data_dir / FOLDER

    async def house(stack: AsyncExitStack) -> House:
        try:  # the service that another agent is just starting is ours, too
            async with locked(folder / "service.lock", START_S):
                return await stack.enter_async_context(open_house(settings))
        except (Taken, DataUnusable) as error:
            raise ServiceDown(str(error)) from error

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(locked(folder / "lock", LOCK_WAIT_S, shared=True))
        rooms = await stack.enter_async_context(AsyncExitStack())
        late = LateHouse(house, rooms)
        client = await stack.enter_async_context(open_service(ANYWHERE, late))
        kit = await stack.enter_async_context(open_kit(settings.intents))
        memory = await stack.enter_async_context(open_memory(folder, settings.bot, ABANDONED))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        others = [tasks.create_task(late.keep()), tasks.create_task(memory.retention.run())]
        chat = chat_memory(settings)
        camera = kit.tools(settings.bot.name, client)
        tools = guarded(camera, memory.ledger, settings.bot, chat.ledger)
        desk = Desk(memory, tools, late.open, tasks.create_task)
        try:
            place = Workplace(desk, (memory, chat))
            await serve_stdio(await agent_server(place))
        finally:
            for task in others:
                task.cancel()
    return 0
