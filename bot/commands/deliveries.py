"""`qunying deliveries`: what is owed and what was given up, and the owner's word about one of it.

Looking takes no lock. A change is made by the running bot, or here when none is running.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import owed_wording as say
from bot.commands.failures import CommandFailed, CommandMisused
from bot.errands import Errands
from bot.lines import print_lines
from bot.locks import Taken, is_held, locked
from bot.memory import open_memory
from bot.owed import MOST, NoTable, Owed, Verb, Which, decidable, read
from bot.settings import Settings

DONE_S = 15.0  # a running bot looks every second
LOOK_S = 0.1
VERBS: dict[str, Verb] = {"resend": "resend", "drop": "drop"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands on the command line."""

    verb: str
    number: int | None
    every: bool
    failed: bool


async def deliveries(settings: Settings, asked: Asked) -> int:
    """Show, resend or drop; CommandMisused when the words make no sense together."""
    if asked.verb == "list" and asked.number is None and not (asked.every and asked.failed):
        return await show(settings, "all" if asked.every else "failed" if asked.failed else "owed")
    verb = VERBS.get(asked.verb)
    if verb is None or asked.number is None or asked.every or asked.failed:
        raise CommandMisused(say.MISUSED)
    return await decide(settings, verb, asked.number)


async def show(settings: Settings, which: Which) -> int:
    """Print them, newest first; 0 also when there is nothing."""
    found = await asyncio.to_thread(_read, settings, which)
    now, channels = datetime.now(UTC), settings.bot.channels
    told = [line for it in found for line in say.lines(it, now, channels)]
    told += [say.NO_MORE.format(most=MOST)] if len(found) == MOST else []
    print_lines([*told, say.HOW] if told else [say.NOTHING[which]])
    return 0


async def decide(settings: Settings, verb: Verb, id_: int) -> int:
    """Resend or drop part `id_`; CommandMisused when that cannot be done with it."""
    can = await asyncio.to_thread(_decidable, settings, verb, id_)
    if can is None:
        raise CommandMisused(say.NO_SUCH.format(id=id_))
    if not can:
        raise CommandMisused(say.CANNOT[verb].format(id=id_))
    try:
        await _do(settings, verb, id_)
        told = say.LATER[verb]
    except Taken:
        await _leave(settings, verb, id_)
        told = say.DONE[verb]
    print_lines([told.format(id=id_), *await asyncio.to_thread(_shut, settings, id_)])
    return 0


def _shut(settings: Settings, id_: int) -> list[str]:
    """Why part `id_` does not go out even so."""
    owed = _read(settings, "owed")
    return [line for it in owed if it.id == id_ for line in say.shut(it, settings.bot.channels)]


async def _do(settings: Settings, verb: Verb, id_: int) -> None:
    """Here and now; Taken while a bot runs."""
    async with (
        locked(settings.bot_dir / "lock", 0),
        open_memory(settings.bot_dir, settings.bot) as memory,
    ):
        await memory.outbox.decide(id_, verb)


async def _leave(settings: Settings, verb: Verb, id_: int) -> None:
    """The running bot does it; what it does not take within its time is taken back."""
    file = await Errands(settings.bot_dir).leave(verb, id_)
    try:
        async with asyncio.timeout(DONE_S):
            while await asyncio.to_thread(file.exists):
                if not await asyncio.to_thread(is_held, settings.bot_dir / "lock"):
                    break  # it has just ended: the next start does it
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        await asyncio.to_thread(file.unlink, missing_ok=True)
        raise CommandFailed(say.NOT_TAKEN) from None


def _read(settings: Settings, which: Which) -> list[Owed]:
    try:
        return read(settings.bot_dir / "bot.db", which)
    except NoTable as error:
        raise CommandFailed(say.NO_DATA) from error


def _decidable(settings: Settings, verb: Verb, id_: int) -> bool | None:
    try:
        return decidable(settings.bot_dir / "bot.db", verb, id_)
    except NoTable as error:
        raise CommandFailed(say.NO_DATA) from error
