"""The worker process around the worker: its slot, its token, its engines, its end."""

import logging
import os
import platform
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from video_service.catalogue import Catalogue
from video_service.config import ServiceConfig
from video_service.engines.base import CardLost, Engine
from video_service.link import Link, LinkError
from video_service.premises import CannotRun, locked
from video_service.probe import Probe
from video_service.schema.config import WORKER_TOKEN, SettingsError, secret
from video_service.stall import Watchdog
from video_service.tied import on_stdin_end
from video_service.worker import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bench:
    """Which service to work for, in which slot of this machine."""

    service: str
    slot: int
    tied: bool
    config: ServiceConfig

    @property
    def folder(self) -> Path:
        return self.config.data_dir.absolute() / "service"

    @property
    def name(self) -> str:
        """A worker that the service started is `local`, others carry their machine's name."""
        machine = re.sub(r"[^\w.-]", "-", platform.node())[:64] or "remote"
        return f"{'local' if self.tied else machine}/{self.slot}"


def work(bench: Bench, build: Callable[[str], Engine] | None = None) -> None:
    """Film until the process is ended; `build` makes an engine by its name."""
    token = secret(WORKER_TOKEN)
    if token is None:
        raise SettingsError(f"{WORKER_TOKEN}: set the token of the service's workers")
    if bench.tied:
        on_stdin_end(_leave)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends us
    with locked(bench.folder / f"slot{bench.slot}.lock"):
        link = Link(bench.service, token, bench.name)
        scratch = bench.folder / "scratch" / f"slot{bench.slot}"
        watchdog = Watchdog(bench.config.video_service.stall_s)
        worker = Worker(link, build or _catalogue(bench).build, scratch, watchdog)
        log.info("worker %s works for %s", bench.name, bench.service)
        try:
            worker.run()
        except (LinkError, CardLost) as error:
            raise CannotRun(f"worker {bench.name}: {error}") from error


def _catalogue(bench: Bench) -> Catalogue:
    # it only builds what the service chose: to ask torch about the card would take seconds
    return Catalogue(bench.config.video_service, Probe(), bench.folder)


def _leave() -> None:
    # in the middle of a film no exception would get through; the lease does the rest
    os._exit(0)
