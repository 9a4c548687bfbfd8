"""`qunying run` and `qunying chat`: 小爱, her channels, and the service she lives with."""

import asyncio
import errno
import logging
import os
import sys
import webbrowser
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from rich.console import Console

from bot import messages
from bot.app import App
from bot.channels.base import Channel, ChannelBroken
from bot.channels.console import ConsoleChannel
from bot.channels.keeper import CHANNELS_FILE, Board, keep, open_outside
from bot.channels.names import name_of
from bot.channels.pulse import Health
from bot.channels.web import WebChannel
from bot.commands.failures import CommandFailed
from bot.errands import Errands
from bot.house import House, open_house, open_service
from bot.lines import harmless
from bot.locks import locked, port_problem
from bot.memory import Memory, open_memory
from bot.neighbours import keep_neighbours
from bot.settings import Settings, WebSettings
from bot.settled import settled
from intents.abilities import abilities
from intents.base import Tools
from intents.dialogue import Turn
from intents.tools.kit import open_kit

NO_CHANNEL_LEFT = 1
LOCK_WAIT_S = 10  # the process before us may just be ending
log = logging.getLogger(__name__)
Serve = Callable[[], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that was opened for one life. `outside`: the ways into WeChat."""

    settings: Settings
    house: House
    tools: Tools
    writer: str | None  # the language model's name
    memory: Memory
    outside: Sequence[Channel]


async def run(settings: Settings, channels: tuple[str, ...], clips: Path) -> int:
    """Live on `channels` until told to stop, or until the console's input ends."""
    async with AsyncExitStack() as stack:
        home = await _open(stack, settings, channels)
        async with asyncio.TaskGroup() as tasks:  # ended before anything it uses is closed
            return await _live(home, channels, clips, tasks)


async def _open(stack: AsyncExitStack, settings: Settings, channels: tuple[str, ...]) -> Home:
    web = settings.bot.web
    # first the folder: the process that is just ending holds the port as well
    await stack.enter_async_context(locked(settings.bot_dir / "lock", LOCK_WAIT_S))
    if "web" in channels and (problem := port_problem(web.host, web.port)):
        raise CommandFailed(no_port(web, problem))
    house = await stack.enter_async_context(open_house(settings))
    client = await stack.enter_async_context(open_service(house.url))
    kit = await stack.enter_async_context(open_kit(settings.intents))
    memory = await stack.enter_async_context(open_memory(settings.bot_dir, settings.bot))
    memory.forgetting.beside = settings.data_dir
    outside = await stack.enter_async_context(open_outside(settings, channels))
    writer = kit.llm.chosen.name if kit.llm else None
    tools = kit.tools(settings.bot.name, client)
    return Home(settings, house, tools, writer, memory, outside)


async def _live(home: Home, names: tuple[str, ...], clips: Path, tasks: asyncio.TaskGroup) -> int:
    settings, memory, start = home.settings, home.memory, tasks.create_task
    keeper = start(home.house.keep())  # a service that dies while we begin is started again
    inside, pages = _build(home, names, clips)
    for channel in home.outside:
        channel.pulse.watch(partial(_tell_owner, channel.name))
    every = (*inside, *home.outside)
    app = App(memory, home.tools, every, tasks, settings.bot, in_vain=_tell_of_vain)
    await app.resume()
    log.info("listening on %s, filming at %s", ", ".join(names), home.house.url)
    others = (
        keeper,
        start(Board(settings.bot_dir / CHANNELS_FILE, every).run()),
        start(Errands(settings.bot_dir).run(memory.outbox, app.deliver)),
        start(keep_neighbours(settings.data_dir, settings.bot.memory)),
    )
    kept = [start(keep(channel, app.hear)) for channel in home.outside]
    ends = [start(channel.run(app.hear)) for channel in inside]
    ends += [start(page()) for page in pages]
    code = await _last(ends, kept)
    for task in (*others, *kept, *ends):
        task.cancel()
    app.close()
    return code


async def _last(ends: list[asyncio.Task[None]], kept: list[asyncio.Task[ChannelBroken]]) -> int:
    """Until the console or the page ends; with neither, until no way into WeChat is left."""
    if ends:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        return 0
    await asyncio.wait(kept)
    return NO_CHANNEL_LEFT


def _tell_owner(name: str, health: Health) -> None:
    """What the owner has to do something about, on the terminal as well."""
    if health.state in ("broken", "login") and health.say:
        _warn(messages.CHANNEL.format(channel=name_of(name), say=health.say))


def _tell_of_vain(turn: Turn) -> None:
    """What could not be sent for days, on the terminal as well."""
    to = turn.name if turn.private else turn.room_name or turn.room
    _warn(messages.GIVEN_UP.format(to=to))


def _warn(line: str) -> None:
    console = Console(stderr=True, emoji=False, highlight=False)
    console.print(harmless(line), style="bold yellow", markup=False, soft_wrap=True)


def _build(home: Home, names: tuple[str, ...], clips: Path) -> tuple[list[Channel], list[Serve]]:
    """The channels inside, and the servers they need beside them."""
    settings = home.settings.bot
    channels: list[Channel] = []
    pages: list[Serve] = []
    if "web" in names:
        web = WebChannel(settings.web.members)
        channels.append(web)
        pages.append(partial(_serve_page, home, web))
    if "console" in names:
        until = partial(settled, home.memory)
        channels.append(ConsoleChannel(settings.name, clips, until))
    return channels, pages


async def _serve_page(home: Home, channel: WebChannel) -> None:
    # NiceGUI takes a second to load: the console needs none, and the loop must not stand still
    page: ModuleType = await asyncio.to_thread(import_module, "bot.web.page")
    settings = home.settings.bot

    def ready(url: str) -> None:
        Console(stderr=True).print(
            messages.PAGE_READY.format(url=url, name=settings.name), style="bold green"
        )
        if settings.web.open_browser and _has_screen():
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, url)

    try:
        await page.serve_page(
            settings,
            channel,
            home.memory,
            home.tools.video,
            ready,
            able=abilities(home.tools),
            writer=home.writer,
            tools=home.tools,
            channels=home.outside,
        )
    except OSError as error:  # taken since it was looked at
        raise CommandFailed(no_port(settings.web, error)) from error


def no_port(web: WebSettings, problem: OSError) -> str:
    """Why the page cannot be opened where it should, and what to write instead."""
    other = web.port + 100 if web.port in range(1024, 65000) else WebSettings().port
    line = {errno.EADDRINUSE: messages.PORT_TAKEN, errno.EACCES: messages.PORT_FORBIDDEN}.get(
        problem.errno or 0, messages.PORT_BAD
    )
    return line.format(host=web.host, port=web.port, other=other, why=problem.strerror)


def _has_screen() -> bool:
    """Whether a browser window could appear; a text browser in this terminal must not."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
