"""The worker process around its workers: slots, token, engines, end.

For the card there is one, in the main thread, and one for finishing. For the clouds there are
several, a thread each: they only wait. Only the card's ever meets torch.
"""

import logging
import os
import platform
import re
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue

from video_service.catalogue import Catalogue
from video_service.config import ServiceConfig
from video_service.dispatch.posts import Post
from video_service.engines.base import CardLost, Engine
from video_service.link import Link, LinkError
from video_service.premises import CannotRun, instance_of, locked
from video_service.probe import Probe
from video_service.schema.config import WORKER_TOKEN, SettingsError, secret
from video_service.stall import Watchdog
from video_service.tied import on_stdin_end
from video_service.worker import Worker

log = logging.getLogger(__name__)
NODE_CHARS = 50


@dataclass(frozen=True, slots=True)
class Bench:
    """Which service to work for, in which slots of this machine."""

    service: str
    post: Post
    tied: bool
    config: ServiceConfig

    @property
    def folder(self) -> Path:
        return self.config.data_dir.absolute() / "service"

    @property
    def names(self) -> tuple[str, ...]:
        """Workers that the service started are `local`, others carry their machine's name.

        Machines may be called alike, and two workers of one name would take each other's jobs
        away for ever: the name of the data folder tells them apart, also after a restart.
        """
        if self.tied:
            return self.post.workers
        machine = re.sub(r"[^\w.-]", "-", platform.node())[:NODE_CHARS]
        mine = f"{machine or 'remote'}-{instance_of(self.folder)[:8]}"
        return tuple(name.replace("local", mine, 1) for name in self.post.workers)


def work(
    bench: Bench, build: Callable[[str], Engine] | None = None, broker: str | None = None
) -> None:
    """Film until the process is ended; `build` makes an engine by its name.

    With a `broker` (its URL) it works when it is called, else it waits at the service's door.
    """
    token = secret(WORKER_TOKEN)
    if token is None:
        raise SettingsError(f"{WORKER_TOKEN}: set the token of the service's workers")
    if bench.tied:
        on_stdin_end(_leave)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends us
    if broker is not None:
        _check_broker(bench, broker)
    with locked(bench.folder / f"slot{bench.post.first}.lock"):
        workers = _workers(bench, token, build or _catalogue(bench).build)
        log.info("worker %s works for %s", ", ".join(bench.names), bench.service)
        try:
            if broker is None:
                _run(workers, alone=not bench.tied)
            else:
                _attend(bench, workers, broker)
        except (LinkError, CardLost) as error:
            raise CannotRun(f"worker {bench.names[0]}: {error}") from error
        finally:
            for worker in () if bench.tied else workers:  # the service sees its own ones end
                worker.farewell()


def _workers(bench: Bench, token: str, build: Callable[[str], Engine]) -> list[Worker]:
    """One a slot. The watchdog ends the process, so it is only for one that does one job."""
    alone = len(bench.names) == 1 and bench.post.lane != "cloud"
    watchdog = Watchdog(bench.config.video_service.stall_s) if alone else None
    workers = []
    for name in bench.names:
        scratch = bench.folder / "scratch" / f"slot{name.rpartition('/')[2]}"
        shutil.rmtree(scratch, ignore_errors=True)  # a photo may lie there: the last one was killed
        link = Link(bench.service, token, name, bench.post.lane)
        workers.append(Worker(link, build, scratch, watchdog))
    return workers


def _run(workers: list[Worker], *, alone: bool = False) -> None:
    """Until one of them ends: by then the service is gone for all of them.

    `alone`: nobody keeps this process, so that it takes leave by itself.
    """
    told = workers[0].leave if len(workers) == 1 else _end
    for number in (signal.SIGINT, signal.SIGTERM) if alone else ():
        signal.signal(number, told)
    if len(workers) == 1:
        return workers[0].run()
    ends: SimpleQueue[Exception] = SimpleQueue()

    def run(worker: Worker) -> None:
        try:
            worker.run()
        except (LinkError, CardLost) as error:
            ends.put(error)
        finally:  # fallen over in a way nobody knows: a fresh process is better than a slot less
            ends.put(LinkError("one of its slots fell over"))

    for worker in workers:
        threading.Thread(target=run, args=(worker,), daemon=True).start()
    raise ends.get()


def _check_broker(bench: Bench, broker: str) -> None:
    if find_spec("celery") is None:
        raise CannotRun("not installed: celery; install qunying[cluster]")
    if len(bench.names) > 1:
        raise CannotRun("--slots: with a broker one process does one job at a time; start another")
    from video_service.dispatch.broker import check_address  # only with the extra

    check_address(broker)


def _attend(bench: Bench, workers: list[Worker], broker: str) -> None:
    from video_service.dispatch.called import attend  # only with the extra

    attend(workers[0], bench.names[0], bench.post.lane, broker)


def _catalogue(bench: Bench) -> Catalogue:
    # it only builds what the service chose: to ask torch about the card would take seconds
    return Catalogue(bench.config.video_service, Probe(), bench.folder)


def _end(*_: object) -> None:
    raise SystemExit(0)


def _leave() -> None:
    # in the middle of a film no exception would get through; the lease does the rest
    os._exit(0)
