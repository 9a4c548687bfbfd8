"""What a provider has said, for as long as it holds good. In memory: an answer costs one question.

A restart forgets it. That is cheap for a family's handful of places, and what is not on disk can
neither go stale there nor tell anybody where the family goes.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from cachetools import TLRUCache

MOST = 1000  # answers of a few kB


@dataclass(frozen=True, slots=True)
class _Kept:
    said: Any
    keep_s: float


class Answers:
    """Answers by question, each with its own time to live; the least used make room."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: TLRUCache[Hashable, _Kept] = TLRUCache(most, _ends, clock)

    def find(self, question: Hashable) -> Any | None:
        kept = self._kept.get(question)
        return kept.said if kept else None

    def keep(self, question: Hashable, said: Any, seconds: float) -> None:
        self._kept[question] = _Kept(said, seconds)


def _ends(question: Hashable, kept: _Kept, now: float) -> float:
    return now + kept.keep_s
