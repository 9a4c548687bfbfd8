"""The loop: hear, write down, answer, owe. Here alone any failure ends in a Chinese sentence."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Container, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from bot import wording
from bot.admin.steward import Steward
from bot.attention import Attention
from bot.channels.base import Channel, NotHeard, SendError
from bot.channels.pulse import Health
from bot.database import insist
from bot.deliveries import Deliveries
from bot.ears import words_of
from bot.limits.gate import declined, guarded
from bot.limits.quiet import Quiet, read_hours
from bot.memory import Memory
from bot.pace import Pace
from bot.patience import Patience, nobody
from bot.records import Answer, Room
from bot.settings import BotSettings
from bot.thinking import think
from intents.base import Tools
from intents.dialogue import Text, Turn
from intents.errors import IntentError, NotAllowed

ANSWER_S = 10  # the family waits 12 s at most; two are left for writing, sending and a slow start
ORDER_S = 15  # an order that is out is waited for: longer than the client waits for its answer
MOST_TAKES = 3  # begun so often and never finished: the turn itself ends the process
TYPING_S = 5
log = logging.getLogger(__name__)
T = TypeVar("T")


class App:
    """One bot over its channels. Its tasks live in the task group it is given."""

    def __init__(
        self,
        memory: Memory,
        tools: Tools,
        channels: Sequence[Channel],
        tasks: asyncio.TaskGroup,
        settings: BotSettings,
        pace: Pace | None = None,
        in_vain: Callable[[Turn], None] = nobody,
    ) -> None:
        """`in_vain` hears of turns to which something was owed for too long."""
        tools = guarded(tools, memory.ledger, settings)
        self._memory, self._tools, self._group = memory, tools, tasks
        self._quiet = Quiet(read_hours(settings.limits.quiet_hours))
        self._attention = Attention(memory, (settings.name, *settings.aliases))
        self._channels = {channel.name: channel for channel in channels}
        self._pace = pace or Pace()
        patience = Patience(timedelta(days=settings.outbox.keep_days), in_vain)
        self._steward = Steward(memory, tools, settings.limits, self._start, self._stop)
        self._deliveries = Deliveries(
            memory, tools.video, self._channels, self._start, self._pace, patience, self._quiet
        )
        self._people: defaultdict[tuple[Room, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: set[asyncio.Task[None]] = set()
        memory.keepsakes.fetch = self._fetch
        memory.clips.again.follow = self._deliveries.follow
        for channel in channels:
            channel.pulse.watch(partial(self._beat, channel.name))

    async def resume(self) -> None:
        """Take up what the last process left: promises, open turns, questions whose time runs."""
        await self._deliveries.resume()
        for turn in await insist(self._memory.open_turns, self._pace.pauses()):
            if turn.channel in self._channels:
                self._start(self._answer(turn), turn.key)
        self._start(self._deliveries.look_again(), "deliveries")
        self._start(self._keep_time(), "question timer")
        self._start(self._steward.say_farewell(), "farewells")
        self._start(self._memory.retention.run(), "retention")

    async def hear(self, turn: Turn) -> None:
        """Take one message of a channel: on disk when this returns, answered in its room's turn.

        Raises NotHeard when it could not be written down, whatever the reason.
        """
        if not turn.mine and not await self._safely(self._hear(turn), turn.key, False):
            raise NotHeard(turn.key)

    async def _hear(self, turn: Turn) -> bool:
        it = await self._attention.notice(turn)
        if await self._memory.hear(it.turn, it.wanted, it.chosen):
            self._deliveries.room_spoke(Room.of(turn))
            if it.wanted:
                self._start(self._answer(it.turn), turn.key)
        return True

    async def _fetch(self, channel: str, ref: str) -> bytes:
        """A photo or a voice message of long ago, from where it was sent."""
        if channel not in self._channels:
            raise FileNotFoundError(f"{channel} is not open: {ref}")
        return await self._channels[channel].fetch(ref)

    def _beat(self, channel: str, health: Health) -> None:
        if health.state == "up":
            self._deliveries.channel_back(channel)

    def deliver(self, turn: Turn) -> None:
        """The owner wants it: send what is owed to `turn` now, whatever but the night it awaits."""
        self._deliveries.room_spoke(Room.of(turn))
        self._deliveries.follow(turn)

    def close(self) -> None:
        """End what this app started; whatever is owed stays on disk."""
        for task in self._running:
            task.cancel()

    async def _answer(self, turn: Turn) -> None:
        """One person's turns are answered in order; nobody waits for what another has asked."""
        start = time.monotonic()
        ends = asyncio.get_running_loop().time() + ANSWER_S
        async with self._people[Room.of(turn), turn.sender]:
            self._start(self._show_typing(turn), turn.key)
            reply = self._reply(turn, ends)
            answer = await self._safely(reply, turn.key, _excuse(wording.SURPRISED))
            await insist(lambda: self._memory.answered(turn, answer), self._pace.pauses())
        took = time.monotonic() - start
        log.info("%s: %s %s in %.1f s", turn.key, answer.intent or "-", answer.outcome, took)
        self._deliveries.follow(turn)

    async def _reply(self, turn: Turn, ends: float) -> Answer:
        if await self._memory.take(turn) > MOST_TAKES:
            log.error("%s: given up after %d takes", turn.key, MOST_TAKES)
            return _excuse(wording.SURPRISED)
        try:
            async with asyncio.timeout_at(ends) as deadline:
                if told := await self._steward.answer(turn):
                    return told
                turn = await self._listened_to(turn)
                tools = self._held_open(deadline)
                return self._quiet.told(await think(turn, self._memory, tools))
        except TimeoutError:
            log.warning("%s: no answer within %d s of being asked", turn.key, ANSWER_S)
            return _excuse(wording.SLOW)
        except NotAllowed as error:
            log.info("%s: declined: %s", turn.key, error)
            return await declined(self._memory.ledger, turn, error)
        except IntentError as error:
            log.warning("%s: %s", turn.key, error)
            return _excuse(error.say)

    async def _listened_to(self, turn: Turn) -> Turn:
        """What was spoken as words, once: they may answer her question as typed ones do."""
        if turn.voice is None or turn.voice.music:
            return turn
        text = await words_of(turn, self._tools.speech)
        return await self._attention.put_into_words(turn, text)

    def _held_open(self, deadline: asyncio.Timeout) -> Tools:
        """The tools; an order under way is waited for, or a film would be made for nobody."""

        def hold() -> None:
            deadline.reschedule(asyncio.get_running_loop().time() + ORDER_S)

        return replace(self._tools, committing=hold)

    async def _show_typing(self, turn: Turn) -> None:
        with suppress(SendError, TimeoutError):  # a sign that nobody misses
            async with asyncio.timeout(TYPING_S):
                await self._channels[turn.channel].typing(turn)

    async def _keep_time(self) -> None:
        """Answer the questions that nobody answers, each when its time is over."""
        with self._memory.changes() as bell:
            while True:
                bell.clear()
                left = await insist(self._take_what_is_due, self._pace.pauses())
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await bell.wait()

    async def _take_what_is_due(self) -> float | None:
        """Seconds until the next question's time is over; None while no question waits."""
        while (asked := await self._memory.asked.next_due()) and asked.due:
            left = (asked.due - datetime.now(UTC)).total_seconds()
            if left > 0:
                return left
            silence = await self._memory.asked.take_default(asked)
            if silence and silence.channel in self._channels:
                self._start(self._answer(silence), silence.key)
        return None

    def _start(self, work: Coroutine[None, None, None], what: str) -> None:
        task = self._group.create_task(self._safely(work, what, None), name=what)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _stop(self, keys: Container[str]) -> None:
        """Break off what is done for these turns."""
        for task in self._running:
            if task.get_name() in keys:
                task.cancel()

    async def _safely(self, work: Awaitable[T], what: str, otherwise: T) -> T:
        """One broken answer or delivery must not take the others with it."""
        try:
            return await work
        except Exception:
            log.exception("%s: failed unexpectedly", what)
            return otherwise


def _excuse(say: str) -> Answer:
    return Answer((Text(say),), outcome="broken")
