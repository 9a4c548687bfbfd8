"""Whether everybody got what was promised: what is tried in vain, and what was given up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bot import owed_wording as say
from bot.findings import Finding
from bot.locks import DataUnusable
from bot.owed import NoTable, read
from bot.settings import Settings

LATELY = timedelta(days=30)  # what was given up before that is no news


async def examine_owed(settings: Settings) -> AsyncIterator[Finding]:
    """Nothing at all where nobody has ever talked to her."""
    file = settings.bot_dir / "bot.db"
    try:
        owed = await asyncio.to_thread(read, file, "owed")
        failed = await asyncio.to_thread(read, file, "failed")
    except NoTable:
        return
    except DataUnusable as error:
        yield Finding("bad", say.UNREADABLE.format(why=error), say.UNREADABLE_CURE)
        return
    since = datetime.now(UTC) - LATELY
    tried = sum(it.attempts > 0 for it in owed)
    given_up = sum(it.in_vain and it.since > since for it in failed)
    if tried:
        yield Finding("warn", say.TRIED.format(count=tried), say.TRIED_CURE)
    if given_up:
        yield Finding("warn", say.GIVEN_UP.format(count=given_up), say.GIVEN_UP_CURE)
    if not (tried or given_up):
        yield Finding("ok", say.ALL_OUT)
