"""A model folder as it lies on disk: what it is, what it can make, what is missing.

Layout: model_index.json and a folder for each part. Pointing the configuration at such a folder is
the whole model abstraction, for real and for tiny weights.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from video_service.engines.layouts import LAYOUTS, BadFolder, Layout, NoFolder
from video_service.engines.specs import EngineSpec
from video_service.engines.weighing import weighed

__all__ = ["BadFolder", "ModelFolder", "NoFolder", "read_folder"]
INDEX = "model_index.json"
NAMES = ("diffusion_pytorch_model", "model", "pytorch_model")  # of a part's weights, all in one
FORMATS = ("safetensors", "bin")  # the first that is there is read


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that looks complete, and the rules of the engine it makes."""

    path: Path
    spec: EngineSpec
    layout: Layout

    def fingerprint(self) -> str:
        """Changes whenever the weights do; cheap: the headers and the sizes, not the gigabytes."""
        digest = hashlib.sha256()
        for file in sorted(self.path.rglob("*")):
            if file.suffix in (".safetensors", ".bin", ".model", ".json"):
                digest.update(f"{file.relative_to(self.path)}:{file.stat().st_size}:".encode())
                digest.update(_head(file))
        return digest.hexdigest()[:16]


def read_folder(path: Path) -> ModelFolder:
    """What lies at `path`, or BadFolder; reads a few small files, never the weights."""
    if not path.is_dir():
        raise NoFolder(f"there is no model folder at {path}")
    index = _read(path / INDEX)
    kind = str(index.get("_class_name"))
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise BadFolder(f"{path.name} holds a {kind}; known are {', '.join(LAYOUTS)}")
    try:
        spec = _rules(path, index, layout)
    except BadFolder as error:
        raise BadFolder(f"{path.name}: {error}", kind) from error
    return ModelFolder(path, replace(spec, weights=weighed(path, spec)), layout)


def _rules(path: Path, index: dict[str, Any], layout: Layout) -> EngineSpec:
    for part in sorted((*layout.weights, *layout.plain)):
        if not (path / part).is_dir():
            raise BadFolder(f"it is incomplete: {part}/ is missing")
    for part in layout.weights:
        _check_weights(path / part)
    told = {part: _read(path / part / "config.json") for part in layout.weights}
    try:
        return layout.rules({"index": index, **told})
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadFolder(f"its config.json files do not tell what is needed: {error}") from error


def _check_weights(part: Path) -> None:
    """Every shard the index names is there; a download that broke off is seen at start."""
    for form in FORMATS:
        indices = [file for name in NAMES if (file := part / f"{name}.{form}.index.json").is_file()]
        for file in indices:
            shards = set(_read(file).get("weight_map", {}).values())
            if missing := sorted(s for s in shards if not (part / s).is_file()):
                raise BadFolder(f"it is incomplete: {part.name}/{missing[0]} is missing")
        if indices or any((part / f"{name}.{form}").is_file() for name in NAMES):
            return
    raise BadFolder(f"it is incomplete: {part.name}/ holds no weights")


def _read(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadFolder(f"{file.parent.name}/{file.name} cannot be read") from error
    except ValueError as error:
        raise BadFolder(f"{file.parent.name}/{file.name} is not JSON: {error}") from error
    if not isinstance(told, dict):
        raise BadFolder(f"{file.parent.name}/{file.name} is not a JSON object")
    return told


def _head(file: Path, size: int = 2**20) -> bytes:
    with file.open("rb") as opened:
        return opened.read(size)
