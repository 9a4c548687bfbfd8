"""What torch and its libraries raise, named: out of memory, a lost card, or a first line to log."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from safetensors import SafetensorError

from video_service.engines.base import CardLost, Code, EngineError

# memory that libraries ask for themselves, past torch's own allocator
NO_ROOM = re.compile("DefaultCPUAllocator|_STATUS_ALLOC_FAILED|CUDA error: out of memory")
FAULTS = (
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    ImportError,
    SafetensorError,
)


def ran_out(error: BaseException) -> bool:
    """Whether it is about memory, so that something smaller may still work."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and bool(NO_ROOM.search(str(error)))


@contextmanager
def explained(code: Code, name: str) -> Iterator[None]:
    """Raise what comes out of it as an EngineError about `name`; CardLost when the card is gone."""
    try:
        yield
    except MemoryError as error:
        raise EngineError("out_of_memory", f"{name} does not fit: {first_line(error)}") from error
    except FAULTS as error:
        told = first_line(error)
        if ran_out(error):
            raise EngineError("out_of_memory", f"{name} does not fit: {told}") from error
        if isinstance(error, torch.AcceleratorError):
            raise CardLost("card_failed", f"{name}: {told}", retry=True) from error
        raise EngineError(code, f"{name}: {told}") from error


@contextmanager
def reading(name: str) -> Iterator[None]:
    """As `explained` while weights are read in the midst of a film; memory may be made for them."""
    try:
        yield
    except FAULTS as error:
        if ran_out(error):
            raise
        raise EngineError("model_load_failed", f"{name}: {first_line(error)}") from error


@contextmanager
def host_memory(name: str, device: torch.device) -> Iterator[None]:
    """Where the host's memory ran out, an EngineError: nothing smaller on the card would help."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        on_card = device.type != "cpu" or isinstance(error, torch.OutOfMemoryError)
        if isinstance(error, RuntimeError) and (on_card or not ran_out(error)):
            raise
        raise EngineError("out_of_memory", f"{name}: {first_line(error)}") from error


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
