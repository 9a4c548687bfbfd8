"""Our path against a plain diffusers call: the same model, words, settings and seed, in turn.

    make bench     or     python -m benchmarks.engine

A random CogVideoX of a middling size is built on the spot. Each side lives in a process of its own
(so that its peak memory is its own) and writes an mp4 a turn; the two take turns, so that what else
the machine does falls on both. Ours runs as in a worker: prompt → embeddings on disk → latents →
finite check → decode → mp4 → poster → sidecar. Accepted is 1.05 times the time and the memory.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.table import table

SIDES = ("plain", "ours")
MOST = 1.05


class Side:
    """One process that films when told to; `model` and `folder` as in `benchmarks.film_once`."""

    def __init__(self, name: str, model: Path, folder: Path, options: argparse.Namespace) -> None:
        command = [sys.executable, "-m", "benchmarks.film_once", name, str(model), str(folder)]
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(options.threads)},
        )

    def film(self, prompt: str) -> dict[str, Any]:
        """What the child measured of one film."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(f"{prompt}\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        if not line:
            sys.exit(f"the process ended with {self._child.wait()}")
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        self._child.communicate()


@contextmanager
def both(model: Path, folder: Path, options: argparse.Namespace) -> Iterator[dict[str, Side]]:
    """Both sides, loaded."""
    sides = {name: Side(name, model, folder / name, options) for name in SIDES}
    try:
        yield sides
    finally:
        for side in sides.values():
            side.close()


def measure(model: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All turns, with ours once more with known words at the end."""
    films: dict[str, list[dict[str, Any]]] = {name: [] for name in SIDES}
    with both(model, folder, options) as sides:
        for turn in range(options.times + 1):
            for name in SIDES if turn % 2 else SIDES[::-1]:
                films[name].append(sides[name].film(f"a panda plays guitar, take {turn}"))
        again = sides["ours"].film("a panda plays guitar, take 1")
    return {"films": {name: made[1:] for name, made in films.items()}, "again": again}


def report(told: dict[str, Any]) -> Iterator[str]:
    """The table, the ratios, and whether they are accepted."""
    films = told["films"]
    yield from table(HEAD, [_row(name, films[name]) for name in SIDES])
    wall = _median(films["ours"], "seconds") / _median(films["plain"], "seconds")
    memory = _peak(films["ours"]) / _peak(films["plain"])
    alike = _digests(films["ours"]) == _digests(films["plain"])
    again = told["again"]
    work = _median(films["ours"], "cpu_s") / _median(films["plain"], "cpu_s")
    yield ""
    yield f"time {wall:.3f}x, memory {memory:.3f}x (accepted: {MOST}x); processor {work:.3f}x"
    yield f"the same frames: {'yes' if alike else 'NO'}"
    yield f"known words: {again['text_encoder']} T5 calls, {again['seconds']:.2f} s a film"
    yield "accepted" if accepted(told) else "NOT ACCEPTED"


def accepted(told: dict[str, Any]) -> bool:
    """No slower, no larger, the same network calls, no T5 for known words."""
    plain, ours = (told["films"][name] for name in SIDES)
    return (
        _median(ours, "seconds") <= MOST * _median(plain, "seconds")
        and _peak(ours) <= MOST * _peak(plain)
        and {film["transformer"] for film in ours} == {film["transformer"] for film in plain}
        and told["again"]["text_encoder"] == 0
    )


HEAD = (
    "side",
    "seconds, median",
    "from - to",
    "processor s",
    "peak GiB",
    "network calls",
    "T5 calls",
)


def _row(name: str, films: list[dict[str, Any]]) -> tuple[object, ...]:
    seconds = [film["seconds"] for film in films]
    spread = f"{min(seconds):.2f} - {max(seconds):.2f}"
    calls = films[-1]["transformer"], films[-1]["text_encoder"]
    peak = f"{_peak(films) / 2**30:.2f}"
    work = f"{_median(films, 'cpu_s'):.2f}"
    return (name, f"{_median(films, 'seconds'):.2f}", spread, work, peak, *calls)


def _median(films: list[dict[str, Any]], key: str) -> float:
    return float(statistics.median(film[key] for film in films))


def _peak(films: list[dict[str, Any]]) -> int:
    return max(int(film["peak_bytes"]) for film in films)


def _digests(films: list[dict[str, Any]]) -> list[str]:
    return [film["digest"] for film in films]


def main(arguments: list[str] | None = None) -> int:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--times", type=int, default=4, help="counted films of each side")
    ask.add_argument("--threads", type=int, default=1, help="of each side: more wait for others")
    ask.add_argument("--size", choices=("tiny", "mid"), default="mid")
    options = ask.parse_args(arguments)
    with TemporaryDirectory() as folder:
        model = Path(folder) / "CogVideoX-2b"
        build = [sys.executable, "-m", "benchmarks.film_once", "build", str(model), options.size]
        subprocess.run(build, check=True)
        told = measure(model, Path(folder), options)
    sys.stdout.write("\n".join(report(told)) + "\n")
    return 0 if accepted(told) else 1


if __name__ == "__main__":
    sys.exit(main())
