"""`qunying ask`: one message down the same path as any other, its replies, and then the end."""

import asyncio
import os
import uuid
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot import messages
from bot.admin.wording import FORGOTTEN
from bot.app import App
from bot.channels.ask import AskChannel, Said
from bot.channels.base import NotHeard
from bot.clips import call_off
from bot.commands.failures import CommandFailed, CommandMisused
from bot.commands.result import report, save, try_folder
from bot.commands.show import Progress, show_reply
from bot.house import House, find_service, open_house, open_service
from bot.late_house import ANYWHERE, LateHouse
from bot.limits.settings import uncounted
from bot.locks import locked
from bot.memory import Memory, open_memory
from bot.retention import ABANDONED
from bot.settings import Settings
from bot.settled import Settled, settled
from bot.web.photos import BadPhoto, clean_photo
from intents.base import Tools
from intents.dialogue import Photo, Turn
from intents.picture.handler import INTENT as PICTURE
from intents.recognize import PATTERNS
from intents.tools.kit import open_kit
from intents.video.handler import INTENT as VIDEO
from video_service.client import VideoClient, VideoServiceError

FAREWELL_S, LOOK_S = 20.0, 0.2
LOCK_WAIT_S = 10  # a restore may just be ending


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked on the command line."""

    text: str
    photo: Path | None
    sender: str
    room: str
    out: Path
    timeout_s: float
    as_json: bool  # nothing but one object on stdout


async def ask(settings: Settings, wish: Wish) -> int:
    """Ask, wait, write down what came back. 0 only when everything wished for is there."""
    turn = await _turn(wish)
    await asyncio.to_thread(try_folder, wish.out)
    folder = settings.data_dir / "ask"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(locked(folder / "lock", LOCK_WAIT_S, shared=True))
        rooms = await stack.enter_async_context(AsyncExitStack())
        house = LateHouse(partial(_house, settings=settings, wish=wish), rooms)
        if _is_made(wish):  # a cold disk takes longer to start a service than an answer may take
            await house.open()
        client = await stack.enter_async_context(open_service(ANYWHERE, house))
        kit = await stack.enter_async_context(open_kit(settings.intents))
        memory = await stack.enter_async_context(open_memory(folder, settings.bot, ABANDONED))
        channel = AskChannel(turn, partial(settled, memory), show_reply(wish.as_json))
        tools = kit.tools(settings.bot.name, client)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        keeper = tasks.create_task(house.keep())
        try:
            ended = await _converse(memory, tools, channel, settings, wish)
        finally:
            keeper.cancel()
        result = await save(channel.replies, ended, wish.text, wish.out)
    report(result, as_json=wish.as_json)
    if ended is None:
        raise CommandFailed(messages.ASK_TIMEOUT.format(seconds=wish.timeout_s))
    if ended.outcome == "forgotten":
        return _forgotten(channel.replies)
    return 0 if ended.complete else 1


def _forgotten(said: list[Said]) -> int:
    """0 when that is what was asked for; it may also be said elsewhere, of what was asked here."""
    if any(reply.text == FORGOTTEN for reply in said):
        return 0
    raise CommandFailed(messages.ASK_FORGOTTEN)


def _is_made(wish: Wish) -> bool:
    """Whether that sounds like a film or a picture."""
    found = PATTERNS.find(wish.text, photo=wish.photo is not None)
    return wish.photo is not None or found.intent in (PICTURE, VIDEO)


async def _house(stack: AsyncExitStack, settings: Settings, wish: Wish) -> House:
    """A service to film with: one that runs already, else one of our own for as long as we ask.

    Asks that bring their own service take turns; one ask's service is never another's.
    """
    if settings.video_service.url:
        return House(settings)
    async with AsyncExitStack() as turn_taking:
        lock = locked(settings.data_dir / "ask" / "service.lock", wish.timeout_s)
        await turn_taking.enter_async_context(lock)
        if await find_service(settings):
            return await stack.enter_async_context(open_house(settings))
        stack.push_async_exit(turn_taking.pop_all())
    return await stack.enter_async_context(open_house(settings))


async def _converse(
    memory: Memory, tools: Tools, channel: AskChannel, settings: Settings, wish: Wish
) -> Settled | None:
    """What came of the turn, None when it took longer than the person waits."""
    turn = channel.turn
    free = settings.bot.model_copy(update={"limits": uncounted(settings.bot.limits)})
    async with asyncio.TaskGroup() as tasks:
        app = App(memory, tools, (channel,), tasks, free)
        progress = tasks.create_task(Progress(memory, tools.video, turn).show())
        try:
            async with asyncio.timeout(wish.timeout_s):
                await channel.run(app.hear)
            ended = await settled(memory, turn)
            await _say_farewell(memory, tools.video)
            return ended
        except NotHeard as error:
            raise CommandFailed(messages.NOT_HEARD) from error
        except TimeoutError:
            await _call_off(memory, tools.video, turn)
            return None
        finally:
            progress.cancel()
            app.close()


async def _say_farewell(memory: Memory, client: VideoClient) -> None:
    """What is forgotten goes before this ends; what cannot go now, the bot deletes later."""
    if await memory.forgetting.owes():
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                while not await memory.forgetting.settle(client):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_S)


async def _call_off(memory: Memory, client: VideoClient, turn: Turn) -> None:
    """Nobody waits for the film any more: free the camera."""
    for parcel in await memory.outbox.parcels(turn):
        if parcel.job_id:
            try:
                await call_off(client, parcel)
            except VideoServiceError:
                return  # it is over already, or the service is away: nothing to free
        await memory.outbox.drop(turn, parcel)


async def _turn(wish: Wish) -> Turn:
    turn = Turn(
        id=uuid.uuid4().hex,
        channel=AskChannel.name,
        room=wish.room,
        sender=wish.sender,
        name=wish.sender,
        text=os.fsencode(wish.text).decode("utf-8", "replace").strip(),  # in any shell's locale
        at=datetime.now(UTC),
        private=True,
        photos=(await _photo(wish.photo),) if wish.photo else (),
    )
    if not turn.text and not turn.photos:
        raise CommandMisused(messages.ASK_EMPTY)
    return turn


async def _photo(path: Path) -> Photo:
    try:
        raw = await asyncio.to_thread(path.read_bytes)
        clean = await asyncio.to_thread(clean_photo, raw)
    except OSError as error:
        raise CommandMisused(messages.NO_PHOTO.format(path=path)) from error
    except BadPhoto as error:
        raise CommandMisused(messages.BAD_PHOTO.format(path=path, why=error.say)) from error

    async def read() -> bytes:
        return clean

    return Photo(path.name, read)
