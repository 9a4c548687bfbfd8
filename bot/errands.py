"""What the owner asks a running bot to do: one empty file an errand, `resend-12`, `drop-12`.

bot.db has one writer, the bot itself: a command that wants something changed leaves an errand in
this folder, and the bot does it and takes the file away.
"""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bot.outbox import Outbox
from bot.owed import Verb
from intents.dialogue import Turn

FOLDER = "errands"
LOOK_S = 1.0
ERRAND = re.compile(r"(resend|drop)-(\d{1,15})", re.ASCII)
log = logging.getLogger(__name__)


class Errands:
    """The folder `<bot_dir>/errands`."""

    def __init__(self, bot_dir: Path) -> None:
        self._folder = bot_dir / FOLDER
        self._done: set[str] = set()  # and not yet taken away

    async def leave(self, verb: Verb, id_: int) -> Path:
        """For the running bot; the file is gone once it is done."""
        path = self._folder / f"{verb}-{id_}"
        await asyncio.to_thread(_leave, path)
        return path

    async def run(self, outbox: Outbox, follow: Callable[[Turn], None]) -> None:
        """Do what is left here, until cancelled; `follow` delivers what is owed to a turn now."""
        while True:
            names = await asyncio.to_thread(_names, self._folder)
            self._done.intersection_update(names)
            for name in names:
                await self._do(name, outbox, follow)
            await asyncio.sleep(LOOK_S)

    async def _do(self, name: str, outbox: Outbox, follow: Callable[[Turn], None]) -> None:
        try:
            errand = ERRAND.fullmatch(name)
            if errand and name not in self._done:
                verb: Verb = "drop" if errand[1] == "drop" else "resend"
                turn = await outbox.decide(int(errand[2]), verb)
                log.info("errand %s: %s", name, "done" if turn else "there is no such part")
                self._done.add(name)
                if turn:
                    follow(turn)
            await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)
            self._done.discard(name)  # the next of this name is another one
        except (sqlite3.OperationalError, OSError) as error:
            log.warning("errand %s: not yet: %s", name, error)


def _leave(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
