"""So many questions a second and no more, in the order they come.

In any window of that length, that is: a leaky bucket (aiolimiter) lets through nearly twice as
many in the first second, and the map counts that as too many.
"""

import asyncio
from collections import deque

MARGIN_S = 0.02  # the network may bring two closer together than they left


class Limiter:
    """Lets `per_second` callers pass in any second; 0.5 is one in any two seconds."""

    def __init__(self, per_second: float) -> None:
        most = max(1, int(per_second))
        self._window_s = most / per_second + MARGIN_S
        self._passed: deque[float] = deque(maxlen=most)
        self._turn = asyncio.Lock()  # waiters stand in line

    async def wait(self) -> None:
        """Return when it is the caller's turn; a caller that gives up takes nobody's place."""
        clock = asyncio.get_running_loop().time
        async with self._turn:
            if len(self._passed) == self._passed.maxlen:
                await asyncio.sleep(self._passed[0] + self._window_s - clock())
            self._passed.append(clock())
