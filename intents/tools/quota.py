"""A provider that has said "no more for now" is left alone until it will answer again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from intents.tools import beijing

log = logging.getLogger(__name__)


class Quota:
    """Closed until midnight in Beijing when a day's questions are used up, or for a while."""

    def __init__(self, name: str, clock: Callable[[], datetime] = beijing.now) -> None:
        self._name, self._clock = name, clock
        self._until: datetime | None = None
        self._for_today = False

    @property
    def closed(self) -> bool:
        return self._until is not None and self._clock() < self._until

    @property
    def for_today(self) -> bool:
        """Whether what closed it is the day's quota."""
        return self.closed and self._for_today

    def spent(self) -> None:
        """The day's questions are used up."""
        self._close(beijing.next_midnight(self._clock()), for_today=True)

    def rest(self, seconds: float) -> None:
        """Too many at once: leave it alone for a while."""
        self._close(self._clock() + timedelta(seconds=seconds), for_today=False)

    def _close(self, until: datetime, *, for_today: bool) -> None:
        self._until, self._for_today = until, for_today
        log.warning("%s: not asked again before %s", self._name, until.isoformat("T", "minutes"))
