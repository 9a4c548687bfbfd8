"""A CUDA card put through its paces: full-size random weights, our profiles, plain diffusers.

    python -m benchmarks.gpu --minutes 9                    2B on the card that is here
    python -m benchmarks.gpu --model 5b --only films,steps
    python -m benchmarks.gpu --smoke                        tiny weights, also without a card

Small cards are a large one that is held to their size: what fits there fits here, but only this
card's speed is measured. Every row is a process of its own and may fail alone; a JSON line is
printed when it is done, and the tables at the end. What time does not allow is said to be left out.

On a machine that nothing can be installed on, carry av, diffusers, importlib_metadata, pydantic,
pydantic_core, pydantic_settings, annotated_types, typing_inspection, python_dotenv and torchao as
wheels, and set PYTHONPATH to where they were unpacked.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.gpu_plan import Row, rows
from benchmarks.gpu_row import attempt
from benchmarks.gpu_tables import tables

ROW_S = 240.0  # no row is worth more
LEAST_S = 20.0  # with less left, nothing more is begun
# what another row compiled would make this one's compiling look cheap
FRESH = {"TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the model and what is kept between rows are, and until when there is time."""

    folder: Path
    shop: Path
    ends: float
    here: bool  # rows run in this process: for trying out

    def run(self, row: Row) -> dict[str, Any]:
        """The row's result, in time or not at all."""
        left = self.ends - time.monotonic()
        if left < LEAST_S and not self.here:
            return {"error": "no time left"}
        args = {"folder": str(self.folder), "shop": str(self.shop), **row.args}
        if self.here:
            return attempt(row.kind, args)
        return _in_a_child(row.kind, args, min(left, ROW_S))


def _in_a_child(kind: str, args: dict[str, Any], limit_s: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.gpu_row", kind, json.dumps(args)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
            env={**os.environ, **FRESH},
        )
        told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return told
    except subprocess.TimeoutExpired:
        return {"error": f"longer than {limit_s:.0f} s"}
    except (ValueError, IndexError):
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return {"error": f"exit code {done.returncode}: {last[:200]}"}


def measure(bench: Bench, model: str, only: list[str], smoke: bool) -> Iterator[dict[str, Any]]:
    """One result a row, as they come."""
    small = {"side": 64, "copy": 2**20} if smoke else {}
    first = (Row("card", "card", "ceiling", small), Row("card", "folder", "build", {"size": model}))
    wanted = [row for row in rows(smoke) if not only or row.group in only]
    for row in (*first, *wanted):
        since = time.monotonic()
        told = bench.run(row)
        took = round(time.monotonic() - since, 1)
        yield {"group": row.group, "row": row.name, "row_s": took, **told}


def main(arguments: list[str] | None = None) -> int:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--model", choices=("2b", "5b"), default="2b")
    ask.add_argument("--minutes", type=float, default=9.0, help="begin no row after so long")
    ask.add_argument("--only", default="", help="groups: films,decode,steps,tiers,drift")
    ask.add_argument("--folder", type=Path, help="keep the model here, and use it if it is there")
    ask.add_argument("--out", type=Path, help="write the JSON lines here too")
    ask.add_argument("--smoke", action="store_true", help="tiny weights, in this process")
    options = ask.parse_args(arguments)
    ends = time.monotonic() + 60 * options.minutes
    told: list[dict[str, Any]] = []
    with TemporaryDirectory() as scratch:
        kept = options.folder or Path(scratch)
        model = "tiny" if options.smoke else options.model
        folder = kept / ("CogVideoX-5b" if options.model == "5b" else "CogVideoX-2b")
        bench = Bench(folder, kept / "shop", ends, options.smoke)
        bench.shop.mkdir(parents=True, exist_ok=True)
        only = [group for group in options.only.split(",") if group]
        for one in measure(bench, model, only, options.smoke):
            told.append(one)
            line = json.dumps(one, ensure_ascii=False)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            if options.out:
                with options.out.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
    sys.stdout.write("\n".join(tables(told)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
