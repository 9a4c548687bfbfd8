"""Engines kept warm: as many as fit together, the one used least recently is closed first."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol, runtime_checkable

from video_service.engines.base import Engine, EngineError
from video_service.needs import Appetite, together

log = logging.getLogger(__name__)


@runtime_checkable
class Hungry(Protocol):
    """An engine that takes memory; those that do not are never closed for another."""

    def appetite(self) -> Appetite:
        """What it takes when it is loaded; may be asked before."""

    def inherit(self, others_leave: Callable[[], bool]) -> None:
        """Hold what other engines share with it, so that their end does not free it.

        `others_leave` closes them all, should memory run out; False when there are none.
        """


class Warm:
    """The loaded engines of one worker, by model; one thread, one of them films at a time."""

    def __init__(self, build: Callable[[str], Engine]) -> None:
        self._build = build
        self._kept: OrderedDict[str, Engine] = OrderedDict()

    def has(self, model: str) -> bool:
        """Whether `model` can film at once."""
        return model in self._kept

    def ready(self, model: str) -> Engine:
        """The engine for `model`, loaded; EngineError or BadOrder when there is none."""
        if model not in self._kept:
            engine = self._build(model)
            self._make_room(engine)
            self._load(model, engine)
        self._kept.move_to_end(model)
        return self._kept[model]

    def drop(self, model: str) -> None:
        """Close the engine for `model`: it failed, and the next film deserves a fresh one."""
        if engine := self._kept.pop(model, None):
            engine.close()

    def after(self, model: str, error: EngineError) -> None:
        """What a failure with a name leaves: where memory ran out, nothing at all stays."""
        if error.code == "out_of_memory":
            for kept in list(self._kept):
                self.drop(kept)
        elif error.code == "film_failed":
            self.drop(model)

    def _make_room(self, engine: Engine) -> None:
        if not isinstance(engine, Hungry):
            return
        hungry = {m: kept.appetite() for m, kept in self._kept.items() if isinstance(kept, Hungry)}
        wanted = engine.appetite()
        engine.inherit(lambda: self._leave_alone(engine))
        for model in list(hungry):
            if together([*hungry.values(), wanted]):
                return
            log.info("%s makes room for %s", model, engine.name)
            del hungry[model]
            self.drop(model)

    def _leave_alone(self, engine: Engine) -> bool:
        others = [model for model, kept in self._kept.items() if kept is not engine]
        for model in others:
            log.warning("%s ran out of memory: closing %s", engine.name, model)
            self.drop(model)
        return bool(others)

    def _load(self, model: str, engine: Engine) -> None:
        """Load; where memory ran out all the same, once more with the card to itself."""
        try:
            _load_or_close(engine)
        except EngineError as error:
            if error.code != "out_of_memory" or not self._leave_alone(engine):
                raise
        else:
            self._kept[model] = engine
            return
        _load_or_close(engine)  # outside the handler: its traceback holds what was read
        self._kept[model] = engine


def _load_or_close(engine: Engine) -> None:
    with ExitStack() as undo:
        undo.callback(engine.close)
        engine.load()
        undo.pop_all()
