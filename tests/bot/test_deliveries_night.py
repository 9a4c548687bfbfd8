"""A film that found no way out by day: when there is one again at night, it wakes nobody."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.base import CannotSendNow
from bot.limits import quiet
from bot.limits.quiet import Quiet, read_hours
from bot.records import Room
from intents.dialogue import Turn
from intents.tools import beijing
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat


def at(hour: int) -> datetime:
    return datetime(2026, 11, 21, hour, tzinfo=beijing.BEIJING)


class Night(Quiet):
    """From ten to seven; `waited` tells that somebody has asked whether it is over."""

    def __init__(self) -> None:
        super().__init__(read_hours("22:00-07:00"))
        self.waited = asyncio.Event()

    async def over(self) -> None:
        self.waited.set()
        await super().over()


@dataclass
class ShutOnce(FakeChat):
    """The first film does not go out; `films`: at which hours one did."""

    tried: asyncio.Event = field(default_factory=asyncio.Event)
    films: list[int] = field(default_factory=list)

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        if not self.tried.is_set():
            self.tried.set()
            raise CannotSendNow("away")
        self.films.append(beijing.now().hour)


@pytest.mark.parametrize(("drop", "sent"), [(False, [7]), (True, [])])
async def test_what_could_not_be_sent_by_day_waits_for_the_morning_or_for_the_owners_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drop: bool, sent: list[int]
) -> None:
    hour = [21]
    monkeypatch.setattr(beijing, "now", lambda: at(hour[0]))
    monkeypatch.setattr(quiet, "LOOK_S", 0.02)
    chat, night, studio = ShutOnce(), Night(), Studio([{"status": "completed"}])
    async with delivering(tmp_path, studio, chat, quiet=night) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        async with asyncio.timeout(10):
            await chat.tried.wait()
            hour[0] = 23
            night.waited.clear()
            while not (night.waited.is_set() or chat.films):
                owing.room_spoke(Room.of(ASK))  # the channel is back
                await asyncio.sleep(0.01)
        if drop:
            assert await memory.outbox.decide(2, "drop")
        hour[0] = 7
        await until_nothing_is_owed(memory)
        async with asyncio.timeout(10):
            while owing._wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert chat.films == sent
