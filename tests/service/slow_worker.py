"""A worker process whose films take as long as wished and cost nothing; an entry point of tests.

`python -m tests.service.slow_worker URL SLOT STEPS PAUSE` films STEPS steps of PAUSE seconds
each, and writes a line "prompt step" to stdout after every step. Everything but the picture is
the real worker.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from video_service import stages
from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.dispatch.posts import Post
from video_service.engines.base import Engine, Frames, Report, Shot
from video_service.finishing import desk
from video_service.finishing.finish import Finishing
from video_service.schema.config import load

MP4 = b"\x00\x00\x00\x18ftypmp42 not really a film"


class SlowEngine:
    """Counts steps aloud; its frames are never looked at."""

    name = "slow"

    def __init__(self, steps: int, pause: float) -> None:
        self._steps, self._pause = steps, pause

    def load(self) -> None:
        """Nothing to load."""

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        for step in range(1, self._steps + 1):
            time.sleep(self._pause)
            sys.stdout.write(f"{shot.prompt} {step}\n")
            sys.stdout.flush()
            report("denoise", step / self._steps)
        return np.zeros((1, 2, 2, 3), np.uint8)

    def facts(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        """Nothing to close."""


def film(
    engine: Engine, shot: Shot, photo: bytes | None, folder: Path, report: Report
) -> stages.Film:
    """In place of `stages.film`: the encoder would take most of the time."""
    engine.film(shot, photo, report)
    (folder / "a.mp4").write_bytes(MP4)
    return stages.Film(dict.fromkeys(("sidecar", "thumbnail", "video"), folder / "a.mp4"))


def unfinished(film: stages.Film, work: Finishing, folder: Path, report: Report) -> stages.Film:
    """In place of `desk.finished`: there is no picture that anything could be written on."""
    return film


def main(url: str, slot: str, steps: str, pause: str) -> None:
    stages.film = film
    desk.finished = unfinished
    bench = Bench(url, Post("card", int(slot), 1), tied=False, config=load(ServiceConfig))
    work(bench, lambda name: SlowEngine(int(steps), float(pause)))


if __name__ == "__main__":
    main(*sys.argv[1:])
