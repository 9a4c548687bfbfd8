"""Many rooms at once through the wechaty path: is anything lost, answered twice or out of order?

    python -m benchmarks.wechaty_load          # 50 rooms, 1,000 messages in 60 seconds

Real: the npm gateway (over a mock WeChat), the channel, the app, its memory on disk, HTTP to a
language model. Made up: that model, which says back the number of what it was asked. Needs node.
"""

import argparse
import asyncio
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psutil

from benchmarks.table import table
from bot.channels.wechaty.channel import NAME
from bot.records import Room
from tests.e2e.gateway.home import Home, living
from tests.e2e.gateway.running import BOT, Gateway, gateway
from tests.fake_llm import completion, running_llm
from tests.fake_mind import Body, think

NOBODY = "http://127.0.0.1:9"
MARK = re.compile(r"第\d+句")
PATIENCE_S = 30.0  # for one more answer
QUIET_S = 2.0  # after the last one, for one too many
MIB = 2**20


def echo(asked: Body) -> tuple[int, Body]:
    """Say back the number of the sentence that was asked, and remember nothing of it."""
    answer = think(asked)
    if isinstance(answer, str):
        mark = MARK.findall(str(asked["messages"][-1]["content"]))
        answer = f"{mark[-1]}我听到了。" if mark else answer
    return 200, completion(asked, answer)


@dataclass
class Load:
    """What was said, what came back, and how much memory it took."""

    asked: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    heard: dict[str, list[str]] = field(default_factory=dict)  # as memory has it
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    said_at: dict[tuple[str, str], float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)  # bytes of this process, once a second

    @property
    def said(self) -> int:
        return sum(map(len, self.asked.values()))

    @property
    def lost(self) -> int:
        return sum((Counter(it) - Counter(self.answers[r])).total() for r, it in self.asked.items())

    @property
    def twice(self) -> int:
        return sum((Counter(it) - Counter(self.asked[r])).total() for r, it in self.answers.items())

    @property
    def disordered(self) -> int:
        """Rooms in which something was heard, or answered, out of the order it was said in."""
        return sum(not it == self.heard[r] == self.answers[r] for r, it in self.asked.items())

    def growth(self) -> float:
        """MiB by which the last quarter of the run is above the second one."""
        quarter = max(1, len(self.memory) // 4)
        second, last = self.memory[quarter : 2 * quarter] or self.memory, self.memory[-quarter:]
        return (statistics.median(last) - statistics.median(second)) / MIB

    def rows(self) -> list[tuple[str, object]]:
        waits = sorted(self.waits) or [0.0]
        return [
            ("messages said", self.said),
            ("rooms", len(self.asked)),
            ("lost", self.lost),
            ("answered twice", self.twice),
            ("rooms out of order", self.disordered),
            ("wait for an answer, median s", f"{statistics.median(waits):.2f}"),
            ("wait for an answer, 99 % s", f"{waits[int(len(waits) * 0.99)]:.2f}"),
            ("wait for an answer, longest s", f"{waits[-1]:.2f}"),
            ("memory at the end, MiB", f"{self.memory[-1] / MIB:.0f}" if self.memory else "-"),
            ("growth from 2nd to last quarter, MiB", f"{self.growth():+.1f}"),
        ]


async def run(rooms: int, messages: int, seconds: float) -> Load:
    """Say so much in so long, and collect what comes back."""
    load = Load()
    with (
        TemporaryDirectory() as folder,
        running_llm() as llm,
        patch.object(llm, "reply", echo),
    ):
        async with (
            gateway() as wechat,
            living(Path(folder), NOBODY, wechat, llm.url) as home,
            asyncio.TaskGroup() as tasks,
        ):
            await home.up()
            names = [f"load-{n}@chatroom" for n in range(rooms)]
            for n, name in enumerate(names):
                await wechat.tell("room", id=name, topic=f"第{n}家")
            watch = tasks.create_task(_weigh(load))
            hear = tasks.create_task(_collect(wechat, load, messages))
            await _speak(wechat, load, names, messages, seconds)
            await hear
            await home.quiet()
            await _look(home, load)
            watch.cancel()
    return load


async def _speak(
    wechat: Gateway, load: Load, rooms: list[str], messages: int, seconds: float
) -> None:
    start = time.monotonic()
    for n in range(messages):
        room, mark = rooms[n % len(rooms)], f"第{n}句"
        await asyncio.sleep(start + n * seconds / messages - time.monotonic())
        load.asked[room].append(mark)
        load.said_at[room, mark] = time.monotonic()
        await wechat.says(f"@小爱\u2005{mark}话，随便聊聊", room=room, mention=[BOT])


async def _collect(wechat: Gateway, load: Load, messages: int) -> None:
    """Everything that is sent, and a little longer."""
    count = 0
    while True:
        try:
            sent = await wechat.hears(PATIENCE_S if count < messages else QUIET_S)
        except TimeoutError:
            return
        wechat.sent.clear()  # what is weighed is the bot, not this list
        mark = MARK.search(str(sent.get("text", "")))
        found = mark[0] if mark else str(sent)
        load.answers[sent["to"]].append(found)
        if said := load.said_at.pop((sent["to"], found), None):
            load.waits.append(time.monotonic() - said)
        count += 1


async def _weigh(load: Load) -> None:
    me = psutil.Process()
    while True:
        load.memory.append(me.memory_info().rss)
        await asyncio.sleep(1)


async def _look(home: Home, load: Load) -> None:
    for room, said in load.asked.items():
        lines = await home.memory.history(Room(NAME, room), limit=4 * len(said))
        load.heard[room] = [m[0] for it in lines if not it.mine and (m := MARK.search(it.text))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rooms", type=int, default=50)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    load = asyncio.run(run(args.rooms, args.messages, args.seconds))
    sys.stdout.writelines(f"{line}\n" for line in table(("what", "figure"), load.rows()))
    sys.exit(bool(load.lost or load.twice or load.disordered))


if __name__ == "__main__":
    main()
