"""A bot that lives many short lives: each is ended by SIGKILL at a random moment around a send.

`python -m tests.e2e.many_lives DATA_DIR SERVICE_URL LIVES SEED [alone]` prints the `Toll` as JSON.
Every life is a fork of this process, which has imported everything and opened nothing: it takes a
fraction of a second. Messages come as from a gateway: those of the last lives again, then new ones;
`alone`: each when the one before has its clip, so that one kill strikes one clip at most.
"""

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import threading
from contextlib import AsyncExitStack, closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.app import App
from bot.channels.base import Channel, Hear, Limits
from bot.channels.pulse import Pulse
from bot.limits.settings import LimitsSettings, uncounted
from bot.memory import Memory, open_memory
from bot.pace import Pace
from bot.settings import BotSettings
from intents.base import Tools
from intents.dialogue import Turn
from video_service.client import open_client

PACE = Pace(first=0.05, longest=0.2, look=1)
EACH_LIFE = 2  # new messages
AGAIN = 6  # messages of earlier lives that the gateway brings once more
ROOMS, PEOPLE = 8, 5
AIR_S = 0.01  # a send takes up to so long before the chat has it, and again before we know
MOST = 3  # the send that ends a life is one of its first so many
AROUND_S = 0.06  # a life ends so long after one of its sends began
LIFE_S = 3.0  # or after so long, when there was nothing to send
LAST_S = 120.0
OWED = """
    SELECT channel || ':' || room || ':' || turns.id || ':re:' || position
    FROM outbox JOIN turns ON turns.n = outbox.turn
    WHERE outbox.state = 'pending' AND outbox.kind = 'ticket'
"""


@dataclass
class Toll:
    """What the lives cost. A clip is in the window when the chat has it and we have not noted it.

    `window`: kills with a clip in the window; `exposed`: the clips that were in it.
    """

    lives: int = 0
    kills: int = 0
    around: int = 0  # kills that a send had set off
    window: int = 0
    exposed: int = 0
    messages: int = 0
    promised: int = 0
    clips: int = 0  # different ones that arrived
    lost: int = 0
    doubled_clips: int = 0
    doubled_words: int = 0
    given_up: int = 0  # messages that got an excuse because so many lives ended over them


@dataclass
class Chat(Channel):
    """A chat made of files: messages are numbers, and each that it accepts is a line of `sent`."""

    folder: Path
    dice: random.Random
    first: int  # the messages it brings are first..last
    last: int
    alone: bool
    fatal: int = 0  # the send that ends this life; 0: none does
    name: str = "files"
    limits: Limits = field(default_factory=Limits)
    pulse: Pulse = field(default_factory=lambda: Pulse("files"))

    async def run(self, hear: Hear) -> None:
        for n in range(max(self.first, 0), self.last):
            room, who = f"room-{n % ROOMS}", f"{n % (ROOMS * PEOPLE)}号"
            wish = f"小爱 生成一个第{n}只熊猫吃竹子的视频"
            await hear(Turn(str(n), self.name, room, who, who, wish, datetime.now(UTC)))

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        await self._accept("text", key)

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        await self._accept("image", key)

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self.fatal -= 1
        if self.fatal == 0:
            end_in(self.folder, self.dice.uniform(0, AROUND_S))
        await self._accept("video", key)

    async def typing(self, to: Turn) -> None:
        """Nobody looks."""

    async def _accept(self, kind: str, key: str) -> None:
        await asyncio.sleep(self.dice.uniform(0, AIR_S))
        with (self.folder / "sent").open("a") as sent:
            sent.write(json.dumps({"kind": kind, "key": key}) + "\n")
        await asyncio.sleep(self.dice.uniform(0, AIR_S))


def end_in(folder: Path, seconds: float) -> None:
    def end() -> None:
        (folder / "ended").touch()
        os.kill(os.getpid(), signal.SIGKILL)

    timer = threading.Timer(seconds, end)  # of its own thread: not where the loop happens to rest
    timer.daemon = True
    timer.start()


async def live(chat: Chat, url: str) -> None:
    """One life; without a fatal send it ends when nothing is owed any more."""
    settings, mortal = BotSettings(limits=uncounted(LimitsSettings())), chat.fatal > 0
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(url))
        memory = await stack.enter_async_context(open_memory(chat.folder, settings))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        app = App(memory, Tools("小爱", None, client), (chat,), tasks, settings, PACE)
        await app.resume()

        async def hear(turn: Turn) -> None:
            await app.hear(turn)
            if chat.alone:
                await nothing_owed(memory)

        if chat.alone:
            await nothing_owed(memory)
        await chat.run(hear)
        if mortal:
            threading.Timer(LIFE_S, partial(os.kill, os.getpid(), signal.SIGKILL)).start()
            await asyncio.Event().wait()
        await nothing_owed(memory)
        app.close()


async def nothing_owed(memory: Memory) -> None:
    async with asyncio.timeout(LAST_S):
        with memory.changes() as bell:
            while await memory.open_turns() or await memory.outbox.owed():
                await bell.wait()
                bell.clear()


def one_life(chat: Chat, url: str) -> bool:
    """Whether it was killed, as it should be unless it is the last."""
    child = os.fork()
    if child == 0:
        asyncio.run(live(chat, url))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def sent(folder: Path) -> list[dict[str, str]]:
    file = folder / "sent"
    return [json.loads(it) for it in file.read_text("utf-8").splitlines()] if file.exists() else []


def in_the_window(folder: Path) -> set[str]:
    """The keys of clips that the chat has accepted and we still believe to owe."""
    accepted = {line["key"] for line in sent(folder) if line["kind"] == "video"}
    with closing(sqlite3.connect(folder / "bot.db")) as file:
        return {key for (key,) in file.execute(OWED)} & accepted


def many(folder: Path, url: str, lives: int, dice: random.Random, alone: bool) -> Toll:
    """So many lives, each killed, and a last one that may finish."""
    toll = Toll()
    for n in range(lives):
        last = (n + 1) * EACH_LIFE
        first, fatal = last - EACH_LIFE - AGAIN, dice.randint(1, EACH_LIFE if alone else MOST)
        toll.kills += one_life(Chat(folder, dice, first, last, alone, fatal), url)
        toll.around += (folder / "ended").exists()
        (folder / "ended").unlink(missing_ok=True)
        exposed = in_the_window(folder)
        toll.window += bool(exposed)
        toll.exposed += len(exposed)
        dice.seed(dice.random())  # a fork leaves our dice as they were
    toll.lives, toll.messages = lives + 1, lives * EACH_LIFE
    assert not one_life(Chat(folder, dice, 0, toll.messages, alone), url)
    return count(folder, toll)


def count(folder: Path, toll: Toll) -> Toll:
    """Compare what arrived with what was promised to whom."""
    clips = [line["key"] for line in sent(folder) if line["kind"] == "video"]
    words = [line["key"] for line in sent(folder) if line["kind"] == "text"]
    with closing(sqlite3.connect(folder / "bot.db")) as file:
        (toll.promised,) = file.execute(
            "SELECT count(*) FROM outbox WHERE kind = 'ticket'"
        ).fetchone()
        (answered,) = file.execute("SELECT count(*) FROM turns WHERE state = 'answered'").fetchone()
    toll.clips = len({*clips})
    toll.lost = max(toll.promised - toll.clips, 0) + toll.messages - answered
    toll.given_up = toll.messages - toll.promised
    toll.doubled_clips, toll.doubled_words = (len(it) - len({*it}) for it in (clips, words))
    return toll


if __name__ == "__main__":
    where, service, lives, seed, *more = sys.argv[1:]
    told = many(Path(where), service, int(lives), random.Random(int(seed)), "alone" in more)
    sys.stdout.write(json.dumps(asdict(told)) + "\n")
