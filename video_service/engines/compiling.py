"""Regional compilation: the block that a network repeats is compiled once, for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def compile_blocks(network: Any, blocks: tuple[str, ...], **how: Any) -> None:
    """Compile every module whose class is named in `blocks`, on its first call; `how`: torch's.

    diffusers names no such blocks for CogVideoX, and refuses to compile without.
    """
    network._repeated_blocks = list(blocks)
    network.compile_repeated_blocks(fullgraph=True, **how)


@contextmanager
def eager(network: Any) -> Iterator[None]:
    """Not compiled for a while: a hook inside a block (a cache's) cannot be traced."""
    compiled = [
        (module, call)
        for module in network.modules()
        if (call := getattr(module, "_compiled_call_impl", None)) is not None
    ]
    for module, _ in compiled:
        module._compiled_call_impl = None
    try:
        yield
    finally:
        for module, call in compiled:
            module._compiled_call_impl = call
