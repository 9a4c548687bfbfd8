"""One connection: subscribed, kept warm, every request answered or given up in time."""

import asyncio
import logging
import random
import ssl
import uuid
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.channels.wecom.frames import (
    EVENT,
    KICKED,
    MESSAGE,
    PING,
    SUBSCRIBE,
    Body,
    Frame,
    Kicked,
    LinkLost,
    NoAnswer,
    Refused,
    WecomError,
    new_id,
    read,
    write,
)
from bot.pace import doubling

MOST_BYTES = 4 * 2**20  # one frame of theirs; messages are a few kilobytes
MISSED_PINGS = 2
SAYING = (Kicked, Refused, WecomError)  # of several errors at once, the one to tell
log = logging.getLogger(__name__)
Take = Callable[[Frame, str], None]  # a callback, and the id of the link it came by


@dataclass(frozen=True, slots=True)
class Credentials:
    """The bot's id and its secret for the long connection. The secret never shows itself."""

    bot_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: to connect, to be answered, between pings, before a new try (first and longest),
    and how long a message out waits for a connection that is coming back."""

    connect: float = 15
    answer: float = 10
    beat: float = 30
    first: float = 1
    longest: float = 30
    wait: float = 20

    def pauses(self) -> Iterator[float]:
        """Doubling, and never twice the same: bots of one outage must not return as one."""
        for pause in doubling(self.first, self.longest):
            yield pause * random.uniform(0.5, 1)


class Link:
    """`id` names this connection: a request id of theirs means nothing on another one."""

    def __init__(self, socket: ClientConnection, pace: Pace) -> None:
        self.id = uuid.uuid4().hex
        self._socket, self._pace, self._silent = socket, pace, False
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._busy: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def ask(
        self, cmd: str, body: Body | None = None, *, req_id: str = "", within: float = 0
    ) -> Body:
        """The body of the answer to one request, in `within` seconds or as long as is usual.

        Requests of the same `req_id` go one after another: an answer carries nothing else.
        """
        within = within or self._pace.answer
        req_id = req_id or new_id(cmd)
        lock = self._busy.get(req_id) or self._busy.setdefault(req_id, asyncio.Lock())
        async with lock:
            answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
            self._answers[req_id] = answer
            try:
                async with asyncio.timeout(within):
                    await self._socket.send(write(cmd, req_id, body))
                    frame = await answer
            except ConnectionClosed as error:
                raise LinkLost(f"{cmd}: {error}") from error
            except TimeoutError as error:
                raise NoAnswer(f"{cmd}: no answer within {within:g}s") from error
            finally:
                del self._answers[req_id]
        if frame.code:
            raise Refused(frame.code, frame.text)
        return frame.body

    async def listen(self, take: Take) -> None:
        """Hand on callbacks and answers until the connection ends: LinkLost or Kicked."""
        why: WecomError = LinkLost("the connection was closed")
        try:
            async for raw in self._socket:
                self._sort(raw, take)
        except ConnectionClosed as error:
            why = LinkLost(str(error))
        except Kicked as error:
            why = error
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(why)
                answer.exception()  # looked at: who asked may be gone already
        raise why

    def _sort(self, raw: str | bytes, take: Take) -> None:
        self._silent = False
        try:
            frame = read(raw)
        except ValueError as error:
            log.warning("a frame that cannot be read: %s", error)
            return
        if frame.cmd == EVENT and frame.event == KICKED:
            raise Kicked("another connection of this bot took over")
        if frame.cmd in (MESSAGE, EVENT):
            take(frame, self.id)
        elif (answer := self._answers.get(frame.req_id)) and not answer.done():
            answer.set_result(frame)

    async def beat(self) -> None:
        """Ping for as long as anything comes back; then LinkLost."""
        missed, self._silent = 0, True
        while missed < MISSED_PINGS:
            await asyncio.sleep(self._pace.beat)
            try:
                await self.ask(PING)
            except NoAnswer as error:  # behind a large file on a slow line it may be late
                log.info("%s", error)
            missed = missed + 1 if self._silent else 0
            self._silent = True
        raise LinkLost(f"{missed} pings without an answer")

    async def hang_up(self) -> None:
        """End it from here; `listen` raises."""
        await self._socket.close()


@asynccontextmanager
async def linked(url: str, bot: Credentials, take: Take, pace: Pace) -> AsyncIterator[Link]:
    """A connection that is subscribed. The block ends with LinkLost or Kicked as soon as the
    connection does; it is not entered, with Refused, when WeCom will not have the bot."""
    try:
        async with _connected(url, pace) as socket, asyncio.TaskGroup() as tasks:
            link = Link(socket, pace)
            listening = tasks.create_task(link.listen(take))
            await link.ask(SUBSCRIBE, {"bot_id": bot.bot_id, "secret": bot.secret})
            yield link
            listening.cancel()
    except BaseExceptionGroup as group:
        raise _reason(group) from group


@asynccontextmanager
async def _connected(url: str, pace: Pace) -> AsyncIterator[ClientConnection]:
    secure = url.startswith("wss")
    context = await asyncio.to_thread(ssl.create_default_context) if secure else None
    opening = connect(
        url,
        ssl=context,
        open_timeout=pace.connect,
        close_timeout=2,
        ping_interval=None,  # they have a ping of their own
        max_size=MOST_BYTES,
        logger=_quiet(),
    )
    try:
        socket = await opening
    except (OSError, WebSocketException) as error:  # a TimeoutError is an OSError
        raise LinkLost(f"no connection to {url}: {error!r}") from error
    async with socket:
        yield socket


def _quiet() -> logging.Logger:
    """The library writes whole frames at DEBUG, and the first one holds the secret."""
    quiet = logging.getLogger(f"{__name__}.websockets")
    quiet.setLevel(logging.WARNING)
    return quiet


def _reason(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one that says most of a task group's exceptions."""
    leaves = list(_leaves(group))
    said = (leaf for kind in SAYING for leaf in leaves if isinstance(leaf, kind))
    return next(said, group)


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
