"""The folders beside the bot's own: what was said to `qunying ask` and to `qunying mcp`.

Their commands come and go, so the bot keeps them in order: nothing lies there past its time, and
忘记我 reaches them. Each has a bot.db that another process may be writing right now.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bot.database import Database, open_database
from bot.locks import DataUnusable
from bot.media import Shelf
from bot.retention import ABANDONED, EVERY, Retention
from bot.settings import MemorySettings
from bot.tables import MIGRATIONS
from intents.dialogue import Turn

ASK, AGENTS = NAMES = ("ask", "agents")
NAMELESS = "我"  # who asks in the terminal without a name
AGENT = "agent"  # whoever wishes there, it is a program of who looks after the house
log = logging.getLogger(__name__)


class Neighbour(NamedTuple):
    """One of the folders, open."""

    db: Database
    shelf: Shelf


@asynccontextmanager
async def neighbour(beside: Path, name: str) -> AsyncIterator[Neighbour | None]:
    """The folder `name`; None where nothing was ever said. DataUnusable when it is broken."""
    folder = beside / name
    if not await asyncio.to_thread((folder / "bot.db").is_file):
        yield None
        return
    async with open_database(folder / "bot.db", MIGRATIONS) as db:
        yield Neighbour(db, Shelf(folder / "media"))


def asked_as(ask: Turn, names: Collection[str], *, owner: bool) -> set[tuple[str, str]]:
    """The folders, and under which name who speaks may be known there.

    A name says who one is only where the house has given it: on the page, or to an admin.
    """
    owner = owner or ask.channel == "console"
    known = {(ASK, ask.sender)} if ask.channel == "web" else set()
    if owner:
        known |= {(AGENTS, AGENT), *((ASK, name) for name in {*names, NAMELESS})}
    return known


async def keep_neighbours(beside: Path, rules: MemorySettings) -> None:
    """Let go of what is past its time there, every hour until cancelled."""
    sure = False  # of the clock, see `Retention`
    while True:
        for name in NAMES:
            try:
                async with neighbour(beside, name) as there:
                    if there:
                        await Retention(*there, rules, ABANDONED, sure=sure).sweep()
            except (DataUnusable, sqlite3.Error, OSError) as error:
                log.warning("%s cannot be kept in order: %s", name, error)
        sure = True
        await asyncio.sleep(EVERY.total_seconds())
