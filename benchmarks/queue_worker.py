"""Our worker, called over Celery, with an engine that films nothing.

`python -m benchmarks.queue_worker SERVICE BROKER SLOT`; a prompt is "name seconds".
"""

import sys
import time
from typing import Any

import numpy as np

from benchmarks.queue_film import note
from tests.service.slow_worker import film, unfinished
from video_service import stages
from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.dispatch.posts import Post
from video_service.engines.base import Frames, Report, Shot
from video_service.finishing import desk
from video_service.schema.config import load

STEP_S = 0.1


class Idler:
    """Takes the time that its prompt asks for."""

    name = "idler"

    def load(self) -> None:
        """Nothing to load."""

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        name, seconds = shot.prompt.split()
        note("start", name)
        ends = time.monotonic() + float(seconds)
        while (left := ends - time.monotonic()) > 0:
            time.sleep(min(STEP_S, left))
            report("denoise", 0.5)
        note("end", name)
        return np.zeros((1, 2, 2, 3), np.uint8)

    def facts(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        """Nothing to close."""


def main(service: str, broker: str, slot: str) -> None:
    stages.film, desk.finished = film, unfinished
    bench = Bench(service, Post("card", int(slot), 1), tied=False, config=load(ServiceConfig))
    work(bench, lambda name: Idler(), broker)


if __name__ == "__main__":
    main(*sys.argv[1:])
