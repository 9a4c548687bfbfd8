"""A CogVideoX model folder as it lies on disk: what it is, what it can film, what is missing.

Layout: model_index.json, scheduler/, text_encoder/, tokenizer/, transformer/, vae/. Pointing the
configuration at such a folder is the whole model abstraction, for real and for tiny weights.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from video_service.engines.specs import COGVIDEOX_2B, COGVIDEOX_5B, EngineSpec

PARTS = ("scheduler", "text_encoder", "tokenizer", "transformer", "vae")
WEIGHTS = ("text_encoder", "transformer", "vae")
PIPELINE = "CogVideoXPipeline"
VAE_SCALE = 8  # pixels to a latent, in both directions


class BadFolder(Exception):
    """The folder cannot be filmed with; the text says in plain English what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that looks complete, and the rules of the engine it makes."""

    path: Path
    spec: EngineSpec

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
        raise BadFolder(f"there is no model folder at {path}")
    index = _read(path / "model_index.json")
    if (kind := index.get("_class_name")) != PIPELINE:
        raise BadFolder(f"{path.name} holds a {kind}, not a {PIPELINE}")
    for part in PARTS:
        if not (path / part).is_dir():
            raise BadFolder(f"{path.name} is incomplete: {part}/ is missing")
    for part in WEIGHTS:
        _check_weights(path / part)
    return ModelFolder(path, _spec(path.name, _read(path / "transformer" / "config.json")))


def _spec(name: str, transformer: dict[str, Any]) -> EngineSpec:
    """2B knows places by a table, 5B by rotation; sizes are those it was trained with."""
    if transformer.get("patch_size_t"):
        raise BadFolder(f"{name} is a CogVideoX 1.5, which is not supported yet")
    base = COGVIDEOX_5B if transformer.get("use_rotary_positional_embeddings") else COGVIDEOX_2B
    try:
        width = int(transformer["sample_width"]) * VAE_SCALE
        height = int(transformer["sample_height"]) * VAE_SCALE
        frames = int(transformer["sample_frames"])
        tokens = int(transformer["max_text_seq_length"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadFolder(f"{name}: transformer/config.json does not tell {error}") from error
    allowed = tuple(n for n in base.frames if n <= frames)
    if not allowed or width % 16 or height % 16:
        raise BadFolder(f"{name}: {width}x{height} with {frames} frames cannot be filmed")
    return replace(
        base,
        sizes=((width, height),),
        frames=allowed,
        default_frames=allowed[-1],
        prompt_tokens=tokens,
    )


def _check_weights(part: Path) -> None:
    """Every shard the index names is there; a download that broke off is seen at start."""
    for index in part.glob("*.safetensors.index.json"):
        shards = set(_read(index).get("weight_map", {}).values())
        if missing := sorted(s for s in shards if not (part / s).is_file()):
            raise BadFolder(f"{part.parent.name} is incomplete: {part.name}/{missing[0]} missing")
    if not any(f.suffix in (".safetensors", ".bin") for f in part.iterdir()):
        raise BadFolder(f"{part.parent.name} is incomplete: {part.name}/ holds no weights")


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
