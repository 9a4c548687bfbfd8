"""Celery dispatch, a worker's side: a job a call, one process a card, nothing shared but two URLs.

The pool is `solo`: the engine lives in this very process, so nothing is forked after a card was
touched, and a call that nobody can answer yet stays with the broker, where another worker takes it.
"""

import logging
import os
import time
import warnings
from collections.abc import Callable

from celery.exceptions import WorkerShutdown
from celery.signals import worker_ready
from celery.worker.state import maybe_shutdown

from video_service.dispatch import quiet
from video_service.dispatch.broker import TASK, open_app, queue_of
from video_service.engines.base import CardLost
from video_service.engines.specs import Lane
from video_service.link import LinkError, Unwelcome
from video_service.premises import CannotRun
from video_service.worker import Worker

log = logging.getLogger(__name__)
UNWELCOME_S = 15


class Attendance:
    """One worker that comes when it is called.

    `leave` raises when it was told to stop: a film is finished first, waiting is not.
    """

    def __init__(
        self,
        worker: Worker,
        sleep: Callable[[float], None] = time.sleep,
        leave: Callable[[], None] = maybe_shutdown,
    ) -> None:
        self._worker, self._sleep, self._leave = worker, sleep, leave
        self.lost: CardLost | None = None

    def arrive(self, **_: object) -> None:
        """Ask uncalled, whenever the broker is there (again): calls may have been lost with it.

        What this worker held when it died comes back to it.
        """
        told = False
        while True:
            try:
                return self._take("at the door")
            except Unwelcome as error:
                if not told:
                    log.warning("%s; waiting", error)
                told = True
                for _second in range(UNWELCOME_S):
                    self._leave()
                    self._sleep(1)

    def called(self, job_id: str) -> None:
        """Do the next job; which one that is, the service decides."""
        try:
            self._take(f"called for {job_id}")
        except Unwelcome as error:
            log.warning("called for %s, but: %s", job_id, error)

    def _take(self, why: str) -> None:
        try:
            found = self._worker.take(0, self._leave)
            log.debug("%s: %s", why, "done" if found else "nothing is left to do")
        except Unwelcome:
            raise
        except LinkError as error:
            log.warning("%s, but: %s", why, error)
        except CardLost as error:
            self.lost = error
            raise WorkerShutdown(1) from error


def attend(worker: Worker, name: str, lane: Lane, url: str) -> None:
    """Work until told to stop, the job in hand still being done; CardLost: only a fresh process."""
    attendance = Attendance(worker)
    quiet.listen()
    worker_ready.connect(attendance.arrive, weak=False)
    app = open_app(url)
    app.task(attendance.called, name=TASK)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as root in a container; there is no pickle here
        service = app.Worker(
            hostname=f"{name.replace('/', '-')}@{os.getpid()}",
            pool="solo",
            concurrency=1,
            queues=[queue_of(lane)],
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        service.start()
    if attendance.lost is not None:
        raise attendance.lost
    if service.exitcode:
        raise CannotRun(f"worker {name}: its line to the broker broke; the log says why")
