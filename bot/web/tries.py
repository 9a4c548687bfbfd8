"""Wrong passwords cost time: some are free, then each one doubles the wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

FREE, FREE_TOGETHER = 5, 50  # wrong tries of one address, and of all
FIRST_S, LONGEST_S = 2.0, 900.0
FORGOTTEN_S = 3600.0
MOST = 1000  # addresses that are remembered
ALL = "everybody"


@dataclass(slots=True)
class Record:
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0


class Tries:
    """Counts by address, of IPv6 by its network, and together. Nobody is held up: who comes too
    early is told how long to wait, and whoever is logged in notices nothing."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[str, Record] = {}

    def wait_s(self, address: str) -> float:
        """Seconds until `address` may try again; 0 when it may now."""
        now = self._now()
        return max(0.0, *(self._get(it).until - now for it in (_house(address), ALL)))

    def wrong(self, address: str) -> None:
        for name, free in ((_house(address), FREE), (ALL, FREE_TOGETHER)):
            record = self._get(name)
            record.wrong, record.last = record.wrong + 1, self._now()
            if record.wrong >= free:
                pause = min(LONGEST_S, FIRST_S * 2.0 ** min(record.wrong - free, 20))
                record.until = self._now() + pause
            self._seen[name] = record
        while len(self._seen) > MOST:
            del self._seen[min(self._seen, key=lambda it: self._seen[it].last)]

    def right(self, address: str) -> None:
        self._seen.pop(_house(address), None)

    def _get(self, name: str) -> Record:
        record = self._seen.get(name, Record())
        return record if self._now() - record.last < FORGOTTEN_S else Record()


def _house(address: str) -> str:
    """One family's line has a whole /64 of IPv6."""
    try:
        it = ip_address(address)
    except ValueError:
        return "?"
    return str(int(it) >> 64) if isinstance(it, IPv6Address) and not it.ipv4_mapped else str(it)
