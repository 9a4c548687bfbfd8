"""Our worker, called over Celery, with an engine that films nothing.

`python -m benchmarks.queue_worker SERVICE BROKER SLOT`; a prompt is "name seconds".
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.queue_film import note
from video_service import stages
from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.dispatch.posts import Post
from video_service.engines.base import Engine, Frames, Report, Shot
from video_service.finishing import desk
from video_service.finishing.finish import Finishing
from video_service.schema.config import load

STEP_S = 0.1
MP4 = b"\x00\x00\x00\x18ftypmp42 not really a film"


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


def _film(
    engine: Engine, shot: Shot, photo: bytes | None, folder: Path, report: Report
) -> stages.Film:
    engine.film(shot, photo, report)
    (folder / "a.mp4").write_bytes(MP4)
    return stages.Film(dict.fromkeys(("sidecar", "thumbnail", "video"), folder / "a.mp4"))


def _unfinished(film: stages.Film, work: Finishing, folder: Path, report: Report) -> stages.Film:
    return film


def main(service: str, broker: str, slot: str) -> None:
    stages.film, desk.finished = _film, _unfinished
    bench = Bench(service, Post("card", int(slot), 1), tied=False, config=load(ServiceConfig))
    work(bench, lambda name: Idler(), broker)


if __name__ == "__main__":
    main(*sys.argv[1:])
