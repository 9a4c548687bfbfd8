"""`qunying doctor`: each finding as one line, with what to do under it."""

import asyncio
import logging

from rich.console import Console

from bot import diagnoses
from bot.doctor import examine
from bot.findings import Finding
from bot.settings import Settings

MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


async def doctor(settings: Settings) -> int:
    """1 when something essential is broken, else 0."""
    logging.getLogger().addHandler(logging.NullHandler())  # what is found is told once, below
    console = Console()
    levels = set()
    async with asyncio.TaskGroup() as tasks:
        async for finding in examine(settings, tasks):
            _show(console, finding)
            levels.add(finding.level)
    if "bad" in levels:
        console.print(diagnoses.BROKEN, style="red")
        return 1
    console.print(diagnoses.WORKS if "warn" in levels else diagnoses.ALL_WELL)
    return 0


def _show(console: Console, finding: Finding) -> None:
    mark, colour = MARKS[finding.level]
    console.print(f"{mark} ", style=colour, end="")
    console.print(finding.what, markup=False, highlight=False, soft_wrap=True)
    if finding.cure:
        console.print(f"  → {finding.cure}", markup=False, highlight=False, soft_wrap=True)
