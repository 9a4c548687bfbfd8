"""The owner's look behind the scenes: the last turns, newest first; opened, one tells all of it."""

import asyncio
from pathlib import Path

from bot import trace_wording as say
from bot.locks import DataUnusable
from bot.owed import NoTable
from bot.traced import Trace, latest
from bot.web import wording
from bot.web.markup import box, words

SHOWN = 20
WHEN_OPENED = "(event) => event.target.open && emit()"


class TraceBox:
    """Reads bot.db when it is opened, and only then; what is shown is as old as the opening."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with box("section", "behind"), box("details", "traces") as whole:
            words("summary", "", wording.TRACES)
            self._list = box("div")
        whole.on("toggle", self._show, js_handler=WHEN_OPENED)

    async def _show(self) -> None:
        try:
            found = await asyncio.to_thread(latest, self._file, SHOWN)
        except (NoTable, DataUnusable):  # nothing was ever said here, or the log tells more
            found = []
        self._list.clear()
        with self._list:
            if not found:
                words("p", "", say.NOTHING)
            for it in found:
                _entry(it)


def _entry(it: Trace) -> None:
    with box("details", "trace"):
        words("summary", "", say.title(it))
        with box("dl"):
            for label, value in say.facts(it):
                words("dt", "", label)
                words("dd", "", value)
