"""A worker process whose engine is as slow as wished and needs no torch; an entry point of tests.

`python -m tests.service.slow_worker URL SLOT STEPS PAUSE` films STEPS steps of PAUSE seconds
each, and writes a line "prompt step" to stdout after every step.
"""

import sys
import time
from typing import Any

import numpy as np

from video_service.bench import Bench, work
from video_service.config import ServiceConfig
from video_service.engines.base import Frames, Report, Shot
from video_service.schema.config import load


class SlowEngine:
    """Counts steps aloud, then delivers a picture that stands still."""

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
        grey = np.linspace(0, 255, shot.width, dtype=np.uint8)[None, None, :, None]
        return np.broadcast_to(grey, (shot.frames, shot.height, shot.width, 3)).copy()

    def facts(self) -> dict[str, Any]:
        return {"weights": None}

    def close(self) -> None:
        """Nothing to close."""


def main(url: str, slot: str, steps: str, pause: str) -> None:
    bench = Bench(url, int(slot), tied=False, config=load(ServiceConfig))
    work(bench, lambda name: SlowEngine(int(steps), float(pause)))


if __name__ == "__main__":
    main(*sys.argv[1:])
