"""Weights kept on a shelf, and compared."""

from pathlib import Path
from typing import Any


def entries(shelf: Path) -> list[str]:
    return sorted(entry.name for entry in shelf.iterdir())


def equal(left: Any, right: Any) -> bool:
    """Bit by bit, whatever kind of tensor."""
    import torch

    if type(left) is not type(right) or left.dtype != right.dtype:
        return False
    if type(left) is torch.Tensor:
        return bool(torch.equal(left, right))
    names, told = left.__tensor_flatten__()
    pairs = [(getattr(left, name), getattr(right, name)) for name in names]
    return told == right.__tensor_flatten__()[1] and all(equal(a, b) for a, b in pairs)


def same(left: Any, right: Any) -> bool:
    from video_service.engines.skeleton import state

    first, second = dict(state(left)), dict(state(right))
    return first.keys() == second.keys() and all(equal(first[n], second[n]) for n in first)
