"""Ends a process in which nothing moves any more, even one stuck inside a library.

Python's own watchdog writes where every thread stands to stderr and leaves; it needs no turn of
the interpreter, which a library that hangs may never give back. One a process.
"""

import faulthandler
import time

STDERR = 2
REARM_S = 1.0  # quick steps are not told one by one


class Watchdog:
    """Started by the first `moved`; bites when no other follows within `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = 0.0

    def moved(self) -> None:
        """Something was done: the time begins anew."""
        now = time.monotonic()
        if now - self._since >= min(REARM_S, self._seconds / 4):
            self._since = now
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=STDERR)

    def rest(self) -> None:
        """Nothing is to be done: silence is fine."""
        self._since = 0.0
        faulthandler.cancel_dump_traceback_later()
