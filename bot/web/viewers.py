"""The open tabs that look at one thing: told what is new, until they leave."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

Seen = TypeVar("Seen")
log = logging.getLogger(__name__)


class Viewers(Generic[Seen]):
    """`joined` is called when one more looks."""

    def __init__(self, joined: Callable[[], None]) -> None:
        self._shows: list[Callable[[Seen], None]] = []
        self._joined = joined

    def __len__(self) -> int:
        return len(self._shows)

    def join(self, show: Callable[[Seen], None]) -> Callable[[], None]:
        """Call `show` with everything new until the returned function is called."""
        self._shows.append(show)
        self._joined()
        return lambda: self._leave(show)

    def tell(self, seen: Seen) -> None:
        for show in tuple(self._shows):
            try:
                show(seen)
            except RuntimeError:  # NiceGUI's word for a tab that has just gone
                log.info("a tab left while it was being shown something")
                self._leave(show)

    def _leave(self, show: Callable[[Seen], None]) -> None:
        with suppress(ValueError):  # a tab may say goodbye twice
            self._shows.remove(show)
