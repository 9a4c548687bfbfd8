"""`qunying batch`: a table of wishes filmed into a folder, in as many runs as it takes."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bot import messages
from bot.batch import wording
from bot.batch.camera import Camera
from bot.batch.ledger import Entry, Ledger, open_ledger
from bot.batch.orders import NotFilmed
from bot.batch.report import tell, write_failures
from bot.batch.screen import Screen
from bot.batch.table import BadTable, Table, read_table
from bot.batch.wishes import Wish, read_wishes
from bot.commands.failures import CommandFailed, CommandMisused
from bot.commands.result import try_folder
from bot.house import open_house, open_service
from bot.limits.gate import worded
from bot.locks import Taken, locked
from bot.settings import Settings
from intents.errors import IntentError
from intents.making.engines import pick
from intents.tools.kit import open_kit
from intents.video import wording as video_wording
from video_service.client import ServiceUnreachable, VideoClient, VideoServiceError

LOCK = ".qunying-batch.lock"
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked on the command line. `style` is for rows that name none."""

    file: Path
    out: Path
    style: str = ""
    parallel: int = 3  # films that are open at once


async def batch(settings: Settings, order: Order) -> int:
    """Film what is not filmed yet. 0 when everything is there, 1 when something failed."""
    console = Console()
    table, wishes = await asyncio.to_thread(_read, order)
    _tell_table(console, table)
    await asyncio.to_thread(try_folder, order.out)
    try:
        async with locked(order.out / LOCK, 0):
            ledger = await asyncio.to_thread(_open, order, wishes)
            return await _batch(settings, order, wishes, ledger, console)
    except Taken as error:
        raise CommandFailed(wording.OUT_TAKEN.format(out=order.out)) from error


async def _batch(
    settings: Settings, order: Order, wishes: Sequence[Wish], ledger: Ledger, console: Console
) -> int:
    await ledger.save()
    left = [wish for wish in wishes if ledger.entry(wish).state != "done"]
    if before := len(wishes) - len(left):
        console.print(wording.BEFORE.format(count=before), highlight=False)
    if left:
        line = wording.START.format(all=len(wishes), left=len(left), parallel=order.parallel)
        console.print(line, highlight=False)
        try:
            await _film(settings, order, left, ledger, Screen(console))
        except asyncio.CancelledError:
            console.print(wording.STOPPED.format(out=order.out), highlight=False, soft_wrap=True)
            raise
    failed = await asyncio.to_thread(write_failures, ledger, wishes)
    tell(console, ledger, wishes, failed)
    return 1 if failed else 0


async def _film(
    settings: Settings, order: Order, left: Sequence[Wish], ledger: Ledger, screen: Screen
) -> None:
    """Film `left`, so many at once, with a service that runs or one of our own."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        client = await stack.enter_async_context(open_service(house.url))
        kit = await stack.enter_async_context(open_kit(settings.intents))
        await _tell_engine(client, screen, writer=kit.llm is not None, count=len(left))
        tools = worded(kit.tools(settings.bot.name, client), settings.bot.limits)
        camera = Camera(tools, ledger)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        keeper = tasks.create_task(house.keep())
        queue = iter(left)
        with screen.over(len(left)):
            async with asyncio.TaskGroup() as workers:
                for _ in range(min(order.parallel, len(left))):
                    workers.create_task(_work(queue, camera, ledger, screen))
        keeper.cancel()


async def _tell_engine(client: VideoClient, screen: Screen, *, writer: bool, count: int) -> None:
    """Who films rows without a photo, and that it costs money where it does.

    Nobody there at all is no matter of single rows: CommandFailed.
    """
    try:
        card = pick(await client.engines(), "text", video_wording, writer=writer).card
    except ServiceUnreachable as error:
        raise CommandFailed(wording.NO_SERVICE) from error
    except (VideoServiceError, IntentError):  # every row will say so itself
        return
    screen.note((wording.PAID if card.paid else wording.ENGINE).format(it=card.id, count=count))


async def _work(queue: Iterator[Wish], camera: Camera, ledger: Ledger, screen: Screen) -> None:
    """Film one after the other until there are no more."""
    for wish in queue:
        entry = ledger.entry(wish)
        with screen.of(wish) as show:
            try:
                await camera.film(wish, show)
            except NotFilmed as error:
                await _note(ledger, wish, entry.model_copy(update=_failed(error)))
                screen.failed(wish, error.say)
                continue
        await _note(ledger, wish, entry.model_copy(update={"state": "done"}))
        screen.done(wish, f"{entry.name}.mp4")


def _failed(error: NotFilmed) -> dict[str, str | bool]:
    return {"state": "failed", "why": error.say, "spent": error.spent}


async def _note(ledger: Ledger, wish: Wish, entry: Entry) -> None:
    try:
        await ledger.note(wish, entry)
    except OSError as error:  # what was filmed is there; what comes next could not be kept
        line = messages.ASK_OUT_BAD.format(path=ledger.out, why=error.strerror or error)
        raise CommandFailed(line) from error


def _read(order: Order) -> tuple[Table, tuple[Wish, ...]]:
    """The table and its wishes; CommandMisused with every problem, before anything is filmed."""
    try:
        table = read_table(order.file)
        return table, read_wishes(table, order.file.absolute().parent, order.style)
    except BadTable as error:
        raise CommandMisused(_list(error.problems)) from error


def _open(order: Order, wishes: Sequence[Wish]) -> Ledger:
    try:
        return open_ledger(order.out, wishes)
    except BadTable as error:
        raise CommandMisused(_list(error.problems)) from error


def _list(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    shown = [wording.PROBLEMS.format(count=len(problems)), *problems[:MOST_PROBLEMS]]
    if more := len(problems) - MOST_PROBLEMS:
        shown += [wording.MORE_PROBLEMS.format(count=more)] if more > 0 else []
    return "\n".join(shown)


def _tell_table(console: Console, table: Table) -> None:
    if table.gbk:
        console.print(wording.AS_GBK, style="yellow", highlight=False)
    if table.unused:
        line = wording.UNUSED.format(columns="、".join(table.unused))
        console.print(line, style="yellow", markup=False, highlight=False)
