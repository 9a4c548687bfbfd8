"""One worker: claims a job, films it, brings the files back; one slot, one job at a time.

The one broad `except` of the service is here: an engine may raise anything, and the next job
deserves a fresh one.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from video_service import stages
from video_service.engines.base import Cancelled, CardLost, Engine, EngineError
from video_service.errand import Errand
from video_service.finishing import desk
from video_service.link import CLAIM_WAIT_S, JobGone, Link, LinkError, ServiceDiskFull
from video_service.media import is_full
from video_service.orders import BadOrder
from video_service.stall import Watchdog
from video_service.warm import Warm

log = logging.getLogger(__name__)
TELL_EVERY_S = 0.2  # progress is told no more often, so that quick steps stay quick
BUSY_S = 5.0  # pause after a refusal that no retry inside the link could mend


class Lease:
    """Keeps one job ours: beats in its own thread, for loading and decoding block for long."""

    def __init__(self, link: Link, errand: Errand, watchdog: Watchdog | None = None) -> None:
        """`watchdog`: ends the process when nothing is reported any more."""
        self._link, self._errand, self._watchdog = link, errand, watchdog
        self._over, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)
        self._told_at, self._stage = 0.0, ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._moved()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._watchdog:
            self._watchdog.rest()
        self._over.set()
        self._thread.join()

    def report(self, stage: str, fraction: float) -> None:
        """Told after every step; raises Cancelled as soon as the job is not ours any more."""
        self._moved()
        now = time.monotonic()
        if stage != self._stage or now - self._told_at >= TELL_EVERY_S:
            self._stage, self._told_at = stage, now
            self._tell(stage, stages.percent(stage, fraction))
        if self._lost.is_set():
            raise Cancelled

    def _moved(self) -> None:
        if self._watchdog:
            self._watchdog.moved()

    def _beat(self) -> None:
        while not self._over.wait(self._errand.beat_s):
            self._tell()

    def _tell(self, stage: str | None = None, progress: int = 0) -> None:
        if not self._link.beat(self._errand, stage, progress):
            self._lost.set()


class Worker:
    """Films what the service hands out, with the engines that `build` makes, in `folder`.

    `watchdog`: ends the process when an engine hangs; one of several workers in it has none.
    """

    def __init__(
        self,
        link: Link,
        build: Callable[[str], Engine],
        folder: Path,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._link, self._folder, self._watchdog = link, folder, watchdog
        self._warm = Warm(build)
        self._busy = self._leaving = False

    def run(self) -> None:
        """Until it is told to leave. CardLost: only another process can go on."""
        while not self._leaving:
            self.take(CLAIM_WAIT_S)

    def leave(self, *_: object) -> None:
        """A signal: the job in hand is done first, but not when told a second time."""
        if self._leaving or not self._busy:
            raise SystemExit(0)
        self._leaving = True

    def farewell(self) -> None:
        """This process ends: what was handed to it meanwhile is for others."""
        self._link.leave()

    def take(self, wait_s: float, between: Callable[[], None] | None = None) -> bool:
        """Claim a job and do it; False when for `wait_s` seconds there was none.

        `between` may raise to end the waiting for a service that is away.
        """
        try:
            errand = self._link.claim(wait_s, between)
        except JobGone as error:
            raise LinkError(f"the service does not hand out work: {error}") from error
        if errand is not None:
            self.serve(errand)
        return errand is not None

    def serve(self, errand: Errand) -> None:
        """One job from claim to outcome; what cannot be told is left to the lease."""
        began = time.monotonic()
        shutil.rmtree(self._folder, ignore_errors=True)  # what a killed one left
        self._busy = True
        try:
            said = self._attempt(errand)
        except JobGone:
            said = "not ours any more"
        except LinkError as error:
            said = f"could not be told: {error}"
            time.sleep(BUSY_S)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)  # a family's film is kept in one place
            self._busy = False
        log.info("job %s: %s after %.1f s", errand.id, said, time.monotonic() - began)

    def _attempt(self, errand: Errand) -> str:
        try:
            with Lease(self._link, errand, self._watchdog) as lease:
                self._film(errand, lease)
        except Cancelled:
            return "stopped"
        except ServiceDiskFull as error:
            self._link.fail(errand, "disk_full", str(error), retry=False)
            return "failed: no room for it"
        except LinkError:
            raise
        except EngineError as error:
            self._warm.after(errand.shot.model, error)
            self._link.fail(errand, error.code, str(error), retry=error.retry)
            if isinstance(error, CardLost):
                raise
            return f"failed: {error.code}: {error}"
        except BadOrder as error:  # the config changed since the job was accepted
            self._link.fail(errand, error.code, error.message, retry=False)
            return f"failed: {error.code}: {error}"
        except Exception as error:
            log.exception("job %s: the engine fell over", errand.id)
            self._unforeseen(errand, error)
            return f"failed: {error!r}"
        return "filmed"

    def _unforeseen(self, errand: Errand, error: Exception) -> None:
        if is_full(error):
            self._link.fail(errand, "disk_full", repr(error), retry=False)
            return
        self._warm.drop(errand.shot.model)
        self._link.fail(errand, "engine_failed", repr(error), retry=True)

    def _film(self, errand: Errand, lease: Lease) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fetch = partial(self._link.given, errand)
        work = desk.prepared(errand, self._folder, fetch)
        if errand.clips:
            film = desk.from_clips(errand, work, self._folder, fetch, lease.report)
        else:
            photo, engine = self._link.photo(errand), self._ready(errand.shot.model, lease)
            made = stages.film(engine, errand.shot, photo, self._folder, lease.report)
            film = desk.finished(made, work, self._folder, lease.report)
        for artefact, file in film.files.items():
            self._link.upload(errand, artefact, file)
        self._link.complete(errand, film.step_downs)

    def _ready(self, model: str, lease: Lease) -> Engine:
        """The engine for `model`, loaded."""
        if self._warm.has(model):
            return self._warm.ready(model)
        lease.report("load", 0.0)
        engine = self._warm.ready(model)
        lease.report("load", 1.0)
        return engine
