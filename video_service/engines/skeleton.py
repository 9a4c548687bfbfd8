"""A model without its weights: built from config.json in a moment, filled from somewhere else."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from torch import Tensor, nn


def empty(kind: Any, part: Path, how: dict[str, Any]) -> Any:
    """The model of class `kind` that config.json in `part` tells of, all weights on "meta"."""
    with init_empty_weights(include_buffers=False):
        if hasattr(kind, "load_config"):  # of diffusers; the other kind is of transformers
            return kind.from_config(kind.load_config(part, local_files_only=True)).eval()
        config = kind.config_class.from_pretrained(part, local_files_only=True)
        return kind._from_config(config, **how).eval()


def layers_key(module: Any) -> str:
    """Names what layers the module has, whatever weights are in them."""
    shapes = [f"{name}:{tuple(weight.shape)}" for name, weight in state(module)]
    return hashlib.sha256("\n".join(shapes).encode()).hexdigest()[:16]


def state(module: Any) -> Iterator[tuple[str, Tensor]]:
    """Every weight and every buffer once, those too that no checkpoint has."""
    for name, weight in (*module.named_parameters(), *module.named_buffers()):
        yield name, weight.detach()


def lacking(frame: Any, module: Any) -> Iterator[tuple[str, Tensor]]:
    """What of the state of `module` its empty `frame` does not compute for itself."""
    known = dict(state(frame))
    for name, weight in state(module):
        there = known.get(name)
        if there is None or there.is_meta or not _equal(there, weight):
            yield name, weight


def twins(module: Any) -> dict[str, str]:
    """The other names of weights that have several, and the name that `state` gives them."""
    first = {id(weight): name for name, weight in module.named_parameters()}
    every = module.named_parameters(remove_duplicate=False)
    return {name: first[id(w)] for name, w in every if first[id(w)] != name}


def fill(module: Any, weights: dict[str, Tensor], others: dict[str, str]) -> None:
    """Put `weights` into their places; KeyError or ValueError when they are not the module's."""
    held: dict[str, Any] = {}
    for name, weight in weights.items():
        owner, _, leaf = name.rpartition(".")
        home = module.get_submodule(owner)
        if leaf in home._buffers:
            home._buffers[leaf] = weight
        else:
            held[name] = nn.Parameter(weight, requires_grad=False)
            home._parameters[leaf] = held[name]
    for name, other in others.items():
        owner, _, leaf = name.rpartition(".")
        module.get_submodule(owner)._parameters[leaf] = held[other]
    if missing := [name for name, weight in state(module) if weight.is_meta]:
        raise ValueError(f"{len(missing)} weights are missing: {missing[0]}, …")


def _equal(known: Tensor, weight: Tensor) -> bool:
    return known.dtype == weight.dtype and bool(torch.equal(known, weight))
