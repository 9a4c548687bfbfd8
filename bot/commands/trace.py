"""`qunying trace`: what she heard, took it for, wrote, filmed and sent; also while the bot runs."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from bot import trace_wording as say
from bot.commands.failures import CommandFailed, CommandMisused
from bot.lines import print_lines
from bot.neighbours import NAMES as NEIGHBOURS
from bot.owed import NoTable
from bot.settings import Settings
from bot.traced import Trace, latest, named

USUAL = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands on the command line."""

    id: str | None
    last: int | None
    as_json: bool


async def trace(settings: Settings, asked: Asked) -> int:
    """Print one turn in full, or the last ones in short; CommandMisused when there is no such."""
    if asked.id is not None and asked.last is not None:
        raise CommandMisused(say.MISUSED)
    found = await asyncio.to_thread(_read, settings, asked)
    if asked.id is not None and not found:
        raise CommandMisused(say.NO_SUCH.format(id=asked.id))
    if asked.as_json:
        whole = [asdict(it) for it in found]
        sys.stdout.write(f"{json.dumps(whole, ensure_ascii=False, indent=1, default=_plain)}\n")
        return 0
    print_lines(_lines(found, in_full=asked.id is not None))
    return 0


def _lines(found: list[Trace], *, in_full: bool) -> list[str]:
    if in_full:
        told = [fact for it in found for fact in say.facts(it)]
        return [f"{label}：{_indented(value)}" for label, value in told]
    if not found:
        return [say.NOTHING]
    return [*(line for it in found for line in say.brief(it)), say.HOW]


def _indented(value: str) -> str:
    return value.replace("\n", "\n    ")


def _read(settings: Settings, asked: Asked) -> list[Trace]:
    file = settings.bot_dir / "bot.db"
    if asked.id and not asked.id.isdecimal():  # a number means another turn in every folder
        for name in NEIGHBOURS:
            with suppress(NoTable):
                if found := named(settings.data_dir / name / "bot.db", asked.id):
                    return found
    try:
        if asked.id is not None:
            return named(file, asked.id)
        return latest(file, asked.last or USUAL)
    except NoTable as error:
        raise CommandFailed(say.NO_DATA) from error


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is no JSON")
