"""Loading beside others: what does not fit is tried alone, what fails is closed."""

import logging
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from video_service.engines.base import EngineError, Frames, Report, Shot
from video_service.needs import Appetite, Bytes
from video_service.warm import Warm


class Scripted:
    """An engine that takes memory and does as it is told."""

    def __init__(self, name: str, log: list[str], errors: list[EngineError]) -> None:
        self.name, self._log, self._errors = name, log, errors

    def load(self) -> None:
        self._log.append(f"load {self.name}")
        if self._errors:
            raise self._errors.pop(0)

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        self._log.append(f"close {self.name}")

    def appetite(self) -> Appetite:
        return Appetite({self.name: Bytes(1, 0)}, Bytes(0, 0), Bytes(100, 0))

    def inherit(self, others_leave: Callable[[], bool]) -> None:
        self._log.append(f"inherit {self.name}")


def test_a_load_that_runs_out_of_memory_is_tried_with_the_card_to_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log: list[str] = []
    errors: list[EngineError] = []
    warm = Warm(lambda name: Scripted(name, log, errors))
    warm.ready("a")
    errors.append(EngineError("out_of_memory", "does not fit"))
    with caplog.at_level(logging.WARNING):
        assert warm.ready("b").name == "b"
    assert log[2:] == ["inherit b", "load b", "close b", "close a", "load b"]
    assert not warm.has("a")


class Greedy(Scripted):
    """Holds a heap of weights while it loads; `heaps` sees whether they are gone."""

    heaps: list[weakref.ref[Any]]

    def load(self) -> None:
        heap = {"weights"}
        assert all(one() is None for one in self.heaps), "the first heap is still there"
        self.heaps.append(weakref.ref(heap))
        super().load()


def test_what_the_first_try_had_read_is_gone_before_the_second_reads_it() -> None:
    errors: list[EngineError] = []
    greedy = Greedy("b", [], errors)
    greedy.heaps = []
    warm = Warm(lambda name: Scripted(name, [], []) if name == "a" else greedy)
    warm.ready("a")
    errors.append(EngineError("out_of_memory", "does not fit"))
    warm.ready("b")
    assert len(greedy.heaps) == 2


def test_an_engine_that_cannot_be_loaded_is_closed_and_not_kept() -> None:
    log: list[str] = []
    errors = [EngineError("model_load_failed", "a broken file")]
    warm = Warm(lambda name: Scripted(name, log, errors))
    with pytest.raises(EngineError):
        warm.ready("a")
    assert log == ["inherit a", "load a", "close a"]
    assert not warm.has("a")
    assert warm.ready("a").name == "a"
