"""One row of `benchmarks.gpu`, in a process of its own: its arguments as JSON, its result as JSON.

python -m benchmarks.gpu_row KIND '{"folder": …}'
"""

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from video_service.engines.base import EngineError
from video_service.engines.folder import BadFolder

Told = dict[str, Any]


def ceiling(args: Told) -> Told:
    """What the card is, and the most it does."""
    import torch

    from benchmarks import card
    from video_service.engines.place import host_bytes

    told: Told = {name: version(name) for name in ("torch", "diffusers", "torchao", "transformers")}
    told |= {"device": "cpu", "host_gib": card.gib(host_bytes())}
    if card.device().type == "cuda":
        _, total = torch.cuda.mem_get_info()
        told |= {"device": torch.cuda.get_device_name(), "total_gib": card.gib(total)}
        told["capability"] = ".".join(map(str, torch.cuda.get_device_capability()))
    side, count = args.get("side", card.SIDE), args.get("copy", 4 * 2**30)
    floats = {"bfloat16": torch.bfloat16, "float16": torch.float16}
    told |= {f"{name}_tflops": round(card.matmul_tflops(d, side), 1) for name, d in floats.items()}
    return {**told, "copy_gbs": round(card.copy_gbs(count), 1)}


def build(args: Told) -> Told:
    """The folder with full-size random weights, unless it is there."""
    from benchmarks import card
    from benchmarks.random_model import write

    folder = Path(args["folder"])
    if not (folder / "model_index.json").is_file():
        write(folder, args["size"], card.device().type)
    total = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {"gib_on_disk": card.gib(total)}


def film(args: Told) -> Told:
    from benchmarks.gpu_film import film as work

    return work(args)


def step(args: Told) -> Told:
    from benchmarks.gpu_network import step as work

    return work(args)


def drift(args: Told) -> Told:
    from benchmarks.gpu_network import drift as work

    return work(args)


def decode(args: Told) -> Told:
    from benchmarks.gpu_decode import decode as work

    return work(args)


KINDS: dict[str, Callable[[Told], Told]] = {
    "ceiling": ceiling,
    "build": build,
    "film": film,
    "step": step,
    "drift": drift,
    "decode": decode,
}
FORESEEN = (
    EngineError, BadFolder, ImportError, RuntimeError, ValueError, TypeError, OSError, KeyError,
    AttributeError, AssertionError, MemoryError,
)  # fmt: skip


def attempt(kind: str, args: Told) -> Told:
    """The row's result; what a library raises is one, too."""
    try:
        return KINDS[kind](args)
    except FORESEEN as error:
        lines = str(error).strip().splitlines() or [""]
        return {"error": f"{type(error).__name__}: {lines[0][:200]}"}


def main() -> None:
    kind, args = sys.argv[1:]
    sys.stdout.write(json.dumps(attempt(kind, json.loads(args))) + "\n")


if __name__ == "__main__":
    main()
