"""Answers the exact words: no language model is asked, and none can say them."""

import asyncio
from collections.abc import Callable, Container, Coroutine

from bot.admin import wording
from bot.admin.commands import Command, command
from bot.admin.helping import helped
from bot.admin.register import Open
from bot.limits.rules import allowance
from bot.limits.settings import LimitsSettings
from bot.memory import Memory
from bot.pace import doubling
from bot.records import Answer, Room
from intents.base import Tools
from intents.dialogue import Keep, Part, Text, Turn
from intents.gate import Makes
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Status

LONGEST_LIST = 10
LONGEST_WISH = 20
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
Start = Callable[[Coroutine[None, None, None], str], None]
Stop = Callable[[Container[str]], None]
UNIT = {"video": "段", "image": "张"}


class Steward:
    def __init__(
        self, memory: Memory, tools: Tools, limits: LimitsSettings, start: Start, stop: Stop
    ) -> None:
        self._memory, self._tools, self._limits = memory, tools, limits
        self._start, self._stop = start, stop

    async def answer(self, ask: Turn) -> Answer | None:
        """What comes of the exact words that may be said; None for all other talk."""
        said = command(ask, admin=self._tools.gate.is_admin(ask))
        return await self._obey(ask, said) if said else None

    async def say_farewell(self) -> None:
        """Delete what of forgotten people is left in files and at the service."""
        for pause in doubling(FIRST_PAUSE_S, LONGEST_PAUSE_S):
            if await self._memory.forgetting.settle(self._tools.video):
                return
            await asyncio.sleep(pause)

    async def _obey(self, ask: Turn, said: Command) -> Answer:
        match said.name:
            case "状态":
                return _answer(await self._state())
            case "队列":
                return await self._queue(ask)
            case "取消":
                return await self._cancel(ask, said.count)
            case "额度":
                return _answer(await self._grant(ask, said))
            case "忘记我":
                return await self._forget(ask)
            case "帮助":
                return _answer(helped(self._tools, admin=self._tools.gate.is_admin(ask)))
            case "我的额度":
                return _answer(await self._own(ask))
            case _:
                return _answer(await self._plain(said))

    async def _forget(self, ask: Turn) -> Answer:
        """Nothing is done for them any more, and then nothing is left of them."""
        self._stop(await self._memory.forgetting.under_way(ask))
        await self._memory.forgetting.forget(ask, owner=self._tools.gate.is_admin(ask))
        self._start(self.say_farewell(), "farewells")
        return _answer(wording.FORGOTTEN)

    async def _plain(self, said: Command) -> str:
        ledger = self._memory.ledger
        if said.name == "暂停":
            return wording.PAUSED if await ledger.pause() else wording.PAUSED_ALREADY
        if said.name == "继续":
            return wording.GOING_ON if await ledger.go_on() else wording.NOT_PAUSED
        if not (shares := await ledger.shares()):
            return wording.NOBODY
        lines = (
            wording.SHARE.format(name=it.name, clips=it.clips, pictures=it.pictures)
            for it in shares[:LONGEST_LIST]
        )
        return "\n".join((wording.SHARES, *lines))

    async def _state(self) -> str:
        shares, owed = await self._memory.ledger.shares(), await self._memory.register.under_way()
        told = await self._service(owed)
        if await self._memory.ledger.is_paused():
            told += wording.IS_PAUSED
        clips, pictures = sum(it.clips for it in shares), sum(it.pictures for it in shares)
        return told + wording.TODAY.format(clips=clips, pictures=pictures)

    async def _service(self, owed: list[Open]) -> str:
        try:
            await self._tools.video.health()
            looks = [await self._status(it) for it in owed[:LONGEST_LIST]]
        except VideoServiceError:
            return wording.SERVICE_AWAY.format(owed=len(owed))
        filming, ready = looks.count(Status.in_progress), looks.count(Status.completed)
        queued = len(owed) - filming - ready
        service = wording.SERVICE_GOOD
        told = wording.STATE.format(service=service, filming=filming, queued=queued)
        return told + (wording.READY.format(ready=ready) if ready else "")

    async def _status(self, it: Open) -> Status | None:
        video = self._tools.video
        try:
            return (await (video.get_image if it.makes == "image" else video.get)(it.job)).status
        except ServiceRefused:
            return None

    async def _queue(self, ask: Turn) -> Answer:
        """Numbered as shown here; what other rooms wish for is none of this room's business."""
        owed = await self._memory.register.under_way()
        if not owed:
            return Answer((Text(wording.QUEUE_EMPTY), Keep({"queue": []})))
        lines = [wording.QUEUE.format(count=len(owed))]
        for n, it in enumerate(owed[:LONGEST_LIST], 1):
            here = it.room == Room.of(ask)
            line = wording.QUEUED if here else wording.ELSEWHERE
            lines.append(line.format(n=n, name=it.name, wish=_short(it.wish)))
        if more := len(owed) - LONGEST_LIST:
            lines += [wording.MORE.format(count=more)] if more > 0 else []
        kept = Keep({"queue": [it.job for it in owed]})
        return Answer((Text("\n".join(lines)), kept))

    async def _cancel(self, ask: Turn, n: int) -> Answer:
        """By the list that was shown: the queue may have moved on since."""
        owed = {it.job: it for it in await self._memory.register.under_way()}
        jobs = await self._memory.register.shown(ask) or list(owed)
        if not 0 < n <= len(jobs):
            return _answer(wording.NO_SUCH.format(n=n))
        meant = owed.get(jobs[n - 1])
        if meant is None:
            return _answer(wording.OVER.format(n=n))
        video = self._tools.video
        try:
            if await self._status(meant) is Status.completed:
                return _answer(wording.OVER.format(n=n))
            await (video.cancel_image if meant.makes == "image" else video.cancel)(meant.job)
        except ServiceRefused:
            return _answer(wording.OVER.format(n=n))
        except VideoServiceError:
            return _answer(wording.CANNOT_CANCEL)
        # in its own room the film's end tells of it
        here = meant.room == Room.of(ask)
        return Answer(()) if here else _answer(wording.CANCELLED.format(n=n))

    async def _grant(self, ask: Turn, said: Command) -> str:
        if said.count < 0:
            return wording.BELOW_NONE
        found = await self._memory.register.named(ask, said.who)
        if not found:
            return wording.UNKNOWN_PERSON.format(name=said.who)
        if len(found) > 1:
            return wording.TWO_OF_A_NAME.format(name=said.who, count=len(found))
        await self._memory.ledger.grant(ask.channel, found.pop(), said.count)
        template = wording.GRANTED if said.count else wording.GRANTED_NONE
        return template.format(name=said.who, count=said.count)

    async def _own(self, ask: Turn) -> str:
        clips, clips_left = await self._share(ask, "video")
        pictures, pictures_left = await self._share(ask, "image")
        return wording.OWN.format(
            clips=clips, clips_left=clips_left, pictures=pictures, pictures_left=pictures_left
        )

    async def _share(self, ask: Turn, makes: Makes) -> tuple[int, str]:
        used = await self._memory.ledger.used(ask, makes)
        allowed = allowance(self._limits, makes, used.granted)
        if allowed is None:
            return used.person, wording.NO_LIMIT
        left = max(0, allowed - used.person)
        return used.person, wording.LEFT.format(count=f"{left}{UNIT[makes]}")


def _short(wish: str) -> str:
    """As much of it as a line of a list holds."""
    return (wish if len(wish) <= LONGEST_WISH else f"{wish[:LONGEST_WISH]}……") or wording.SOMETHING


def _answer(said: str) -> Answer:
    parts: tuple[Part, ...] = (Text(said),)
    return Answer(parts)
