"""How fast the channel goes: pauses, patience and the pace of sending. Tests go faster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.pace import doubling


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds: between tries after a failure, first and longest; between looks at a scan; of one
    QR code; between two messages, and at most when the server says slow down; between two signs
    of typing, and of all of them."""

    retry_s: float = 1
    longest_s: float = 60
    look_s: float = 1
    code_s: float = 300
    gap_s: float = 0.5
    widest_gap_s: float = 30
    typing_s: float = 5
    typing_for_s: float = 30


class Pauses:
    """Longer and longer, until something goes well."""

    def __init__(self, first: float, longest: float) -> None:
        self._first, self._longest = first, longest
        self.forget()

    async def take(self) -> None:
        await asyncio.sleep(next(self._pauses))

    def forget(self) -> None:
        self._pauses = doubling(self._first, self._longest)


class Pace:
    """One message after another, with a `gap` in seconds that widens when it is too narrow."""

    def __init__(self, gap: float, widest: float) -> None:
        self._narrow, self._widest = gap, widest
        self.gap, self._lock, self._free_at = gap, asyncio.Lock(), 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The right to send one message, when it is time."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            await asyncio.sleep(self._free_at - loop.time())
            try:
                yield
            finally:
                self._free_at = loop.time() + self.gap

    def widen(self) -> None:
        self.gap = min(max(self.gap * 2, self._widest / 30), self._widest)

    def narrow(self) -> None:
        self.gap = self._narrow
