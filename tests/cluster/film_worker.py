"""A worker on another machine, as tests need it: real in everything but the picture.

`python -m tests.cluster.film_worker SERVICE BROKER SLOT STEPS PAUSE` films STEPS steps of PAUSE
seconds a job and tells each on stdout. A film called "poison" kills the process that makes it.
"""

import os
import signal
import sys

from tests.service import slow_worker
from tests.service.slow_worker import SlowEngine
from video_service import logs, stages
from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.dispatch.posts import Post
from video_service.engines.base import Engine, Frames, Report, Shot
from video_service.finishing import desk
from video_service.schema.config import load
from video_service.tied import on_stdin_end


class DeadlyEngine(SlowEngine):
    """Survives every film but one."""

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        if shot.prompt == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().film(shot, photo, report)


def main(service: str, broker: str, slot: str, steps: str, pause: str) -> None:
    stages.film = slow_worker.film
    desk.finished = slow_worker.unfinished
    on_stdin_end(lambda: os._exit(0))  # the test is over, however it ended
    config = load(ServiceConfig)
    logs.set_up(config.data_dir, f"worker-{slot}")
    bench = Bench(service, Post("card", int(slot), 1), tied=False, config=config)

    def build(name: str) -> Engine:
        return DeadlyEngine(int(steps), float(pause))

    work(bench, build, broker)


if __name__ == "__main__":
    main(*sys.argv[1:])
