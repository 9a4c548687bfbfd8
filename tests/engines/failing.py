"""Calls that run out of memory, or fail otherwise, so many times."""

from collections.abc import Callable
from typing import Any

import pytest

from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")


OUT_OF_MEMORY = (
    torch.OutOfMemoryError("CUDA out of memory (injected)"),
    MemoryError(),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
)


def fails(
    times: int, then: Callable[..., Any], error: BaseException = OUT_OF_MEMORY[0]
) -> tuple[Callable[..., Any], list[int]]:
    """A stand-in that runs out of memory `times` times; and how often it was called."""
    calls: list[int] = []

    def call(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return then(*args, **more)

    return call, calls
