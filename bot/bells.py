"""Who wants to know that something changed in a room: pages, the question timer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.records import Room


class Bells:
    """`with bells.changes(room) as bell:` then `await bell.wait(); bell.clear()` for ever."""

    def __init__(self) -> None:
        self._bells: dict[Room | None, dict[asyncio.Event, None]] = {}  # rung as they came

    @contextmanager
    def changes(self, room: Room | None = None) -> Iterator[asyncio.Event]:
        """An event that is set at every change of `room`; without a room, of any."""
        bell = asyncio.Event()
        self._bells.setdefault(room, {})[bell] = None
        try:
            yield bell
        finally:
            del self._bells[room][bell]
            if not self._bells[room]:
                del self._bells[room]

    def rooms(self) -> list[Room]:
        """The rooms that somebody waits for."""
        return [room for room, bells in self._bells.items() if room and bells]

    def ring(self, room: Room) -> None:
        for bell in (*self._bells.get(room, ()), *self._bells.get(None, ())):
            bell.set()
