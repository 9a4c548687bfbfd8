"""Blocking work in a thread, which is over when this is left, also by Ctrl-C.

A thread cannot be cancelled: who cleans up while it still writes would leave half of what it does.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
Look = Callable[[], None]  # raises Stopped when nobody waits any more


class Stopped(Exception):
    """The work was broken off between two of its steps."""


def always() -> None:  # for work that is never broken off
    """Go on."""


async def finished(work: Callable[[Look], T]) -> T:
    """What `work` returns; it calls what it is given before each of its steps."""
    stop = threading.Event()

    def look() -> None:
        if stop.is_set():
            raise Stopped

    future = asyncio.get_running_loop().run_in_executor(None, work, look)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        stop.set()
        while not future.done():
            with suppress(asyncio.CancelledError):  # pressing it twice changes nothing
                await asyncio.wait([future])
        future.exception()  # looked at: nobody else will
        raise
