"""A hundred rooms at once: is anything lost or said twice, how long is the wait, does she grow?

    python -m benchmarks.load                  # 20 messages a second for 2 minutes
    python -m benchmarks.load --minutes 20     # the soak

Real: the app, its memory on disk, the generation service in a process of its own, with its cap on
the queue, and all HTTP between them. Made up: the chat, a language model (a process, too), and a
worker that hands a film in as soon as it is ordered. Nine messages of ten are talk, one is a wish.
"""

import argparse
import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.load_figures import Load, Notes
from benchmarks.load_status import ask_often
from benchmarks.table import table
from tests.bot.cameraman import Cameraman, a_cameraman
from tests.family import FakeChat, Family, Said
from tests.service.running import TOKEN, running_service

RATE = 20.0  # messages a second
WISH_EACH = 10  # every tenth message is a wish for a film
PEOPLE = 3  # in each room
QUIET_S = 120.0  # for what is still owed at the end
WEIGH_S = 1.0


@dataclass
class Ear(FakeChat):
    """A chat that only notes when what was sent to whom: what is weighed is the bot."""

    notes: Notes = field(default_factory=Notes)

    def _send(self, said: Said) -> None:
        self.notes.sent(said.key, int(said.to.id), film=said.video is not None)


async def run(rooms: int, seconds: float, rate: float = RATE, asked: int = 4000) -> Load:
    """So long at so many messages a second; then `asked` looks at a job over 20 connections."""
    with (
        TemporaryDirectory() as folder,
        running_service(Path(folder) / "service", "--workers", "0", **TOKEN) as service,
        _llm() as llm,
    ):
        notes = Notes()
        family = Family(Path(folder) / "bot", service.url, llm, chat=Ear(notes=notes))
        load = Load(notes, rooms=rooms)
        async with (
            family.living(),
            a_cameraman(service) as cameraman,
            cameraman.at_work(),
            _weighed(load, {"bot": psutil.Process(), "service": _of(service.process)}, cameraman),
        ):
            await _speak(family, load, int(seconds * rate), rate)
            load.spoken_s = time.monotonic() - load.began
            await family.quiet(QUIET_S)
        load.count(family.folder / "bot.db")
        load.status = await ask_often(service.url, asked)
    return load


async def _speak(family: Family, load: Load, messages: int, rate: float) -> None:
    start = time.monotonic()
    for n in range(messages):
        await asyncio.sleep(start + n / rate - time.monotonic())
        wish = n % WISH_EACH == WISH_EACH - 1
        text = f"小爱 拍一段第{n}只熊猫吃竹子的视频" if wish else f"小爱 今天有第{n}件开心的事"
        room = n // WISH_EACH % load.rooms if wish else n % load.rooms
        load.notes.said(n)
        who = f"{room}号家的第{n // load.rooms % PEOPLE}个人"
        await family.says(who, text, room=f"room-{room}", id_=str(n))
        load.said += 1
        load.wishes += wish


@contextmanager
def _llm() -> Iterator[str]:
    """The address of a language model that lives in another process."""
    command = [sys.executable, "-m", "tests.fake_llm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@asynccontextmanager
async def _weighed(
    load: Load, processes: dict[str, psutil.Process], cameraman: Cameraman
) -> AsyncIterator[None]:
    async def weigh() -> None:
        while True:
            for name, process in processes.items():
                load.memory[name].append(process.memory_info().rss)
                load.handles[name].append(process.num_fds())
            cameraman.claims.clear()  # ours, and no part of what is weighed
            await asyncio.sleep(WEIGH_S)

    watch = asyncio.create_task(weigh())
    try:
        yield
    finally:
        watch.cancel()


def _of(process: subprocess.Popen[str]) -> psutil.Process:
    return psutil.Process(process.pid)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second")
    parser.add_argument("--minutes", type=float, default=2)
    args = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    load = asyncio.run(run(args.rooms, args.minutes * 60, args.rate))
    sys.stdout.writelines(f"{line}\n" for line in table(("what", "figure"), load.rows()))
    sys.exit(bool(load.lost or load.twice))


if __name__ == "__main__":
    main()
