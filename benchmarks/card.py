"""A CUDA card as the benchmarks need it: made smaller, waited for, and its own ceiling measured.

On a machine without one everything here still answers, so that the benchmarks can be tried out.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from video_service.engines.specs import GIB

CONTEXT = GIB // 2  # what a driver takes of a real card before the first tensor
SIDE = 8192


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def shrink(wanted: float) -> int:
    """Make this card one of `wanted` GiB for this process; the bytes that tensors may take.

    torch refuses what is above, and whoever asks how much is free is told what a card of that size
    would say. A larger wish than the card has leaves it as it is.
    """
    if device().type != "cuda":
        return 0
    _, real = torch.cuda.mem_get_info()
    total = min(int(wanted * GIB), int(real))
    limit = total - CONTEXT
    torch.cuda.set_per_process_memory_fraction(limit / real)

    def told(_: Any = None) -> tuple[int, int]:
        return max(limit - torch.cuda.memory_reserved(), 0), total

    torch.cuda.mem_get_info = told
    return limit


def sync() -> None:
    if device().type == "cuda":
        torch.cuda.synchronize()


def forget_peak() -> None:
    if device().type == "cuda":
        torch.cuda.reset_peak_memory_stats()


def peak() -> tuple[int, int]:
    """Bytes of tensors and bytes reserved for them, at the most since `forget_peak`."""
    if device().type != "cuda":
        return 0, 0
    return torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()


def held() -> int:
    """Bytes of tensors now."""
    return torch.cuda.memory_allocated() if device().type == "cuda" else 0


def timed(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """Seconds of the first call, and of the median of `times` later ones."""
    seconds = []
    for _ in range(times + 1):
        sync()
        since = time.perf_counter()
        work()
        sync()
        seconds.append(time.perf_counter() - since)
    return seconds[0], statistics.median(seconds[1:])


def matmul_tflops(dtype: torch.dtype, side: int = SIDE) -> float:
    """The card's own ceiling: a large product of random matrices, in TFLOP/s."""
    left = torch.randn(side, side, device=device()).to(dtype)
    right = torch.randn(side, side, device=device()).to(dtype)
    _, seconds = timed(lambda: left @ right, 10)
    return float(2 * side**3 / seconds / 1e12)


def copy_gbs(count: int = 4 * GIB) -> float:
    """Bytes read and written by a copy on the card, in GB/s."""
    here = torch.empty(count, dtype=torch.uint8, device=device())
    there = torch.empty_like(here)
    _, seconds = timed(lambda: there.copy_(here), 10)
    return float(2 * count / seconds / 1e9)


def gib(count: float) -> float:
    return round(count / GIB, 2)
