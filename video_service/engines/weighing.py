"""How heavy a folder's components are, told by the headers of their files, without torch.

Published folders weigh what their spec says; others (tiny ones, pruned ones) what they weigh.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path

from video_service.engines.specs import EngineSpec, Part
from video_service.footprints import EXACT_VAE

HALF = 2  # bytes: specs tell of two-byte floats, whatever lies on disk
# tables have two sides too, and are no Linear layer
TABLES = ("shared", "embed_tokens", "token_embedding", "position_embedding", "attention_bias")


def weighed(path: Path, spec: EngineSpec) -> tuple[Part, ...]:
    """The components of `spec` as they lie in `path`, in bytes of the floats they compute in.

    A component whose files are not safetensors, or cannot be read, weighs what is published.
    """
    return tuple(_weigh(path / part.name, part, _floats(spec, part)) for part in spec.weights)


def _floats(spec: EngineSpec, part: Part) -> int:
    return 2 * HALF if part.name == "vae" and spec.family in EXACT_VAE else HALF


def _weigh(folder: Path, published: Part, size: int) -> Part:
    try:
        shapes = [shape for file in _files(folder) for shape in _shapes(file)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return published
    if not shapes:
        return published
    numbers = sum(math.prod(shape) for _, shape in shapes)
    linear = sum(math.prod(shape) for name, shape in shapes if _is_linear(name, shape))
    return Part(published.name, numbers * size, linear * size if published.linear else 0)


def _files(folder: Path) -> list[Path]:
    """The shards that an index names, else the one file."""
    for index in sorted(folder.glob("*.safetensors.index.json")):
        named = json.loads(index.read_text("utf-8"))["weight_map"].values()
        return [folder / name for name in sorted(set(named))]
    return sorted(folder.glob("*.safetensors"))[:1]


def _shapes(file: Path) -> Iterator[tuple[str, list[int]]]:
    """Name and shape of every tensor: a safetensors file begins with a list of them."""
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if length > file.stat().st_size:
            raise ValueError(f"{file.name} is no safetensors file")
        header = json.loads(opened.read(length))
    for name, told in header.items():
        if name != "__metadata__":
            yield name, told["shape"]


def _is_linear(name: str, shape: list[int]) -> bool:
    *_, layer, kind = ("", *name.split("."))
    return len(shape) == 2 and kind == "weight" and not layer.endswith(TABLES)
