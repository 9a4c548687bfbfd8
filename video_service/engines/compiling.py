"""Regional compilation: the block that a network repeats is compiled once, for all of them."""

import logging
from collections.abc import Callable
from typing import Any

from video_service.engines.faults import first_line

log = logging.getLogger(__name__)
# graphs of one block: by size, by tier, and the first block's inputs lie in memory unlike the
# others'; torch's own 8 would end a film that is only one more
MOST_GRAPHS = 64


def compile_blocks(network: Any, blocks: tuple[str, ...], **how: Any) -> None:
    """Compile every module whose class is named in `blocks`, on its first call; `how`: torch's.

    diffusers names no such blocks for CogVideoX, and refuses to compile without. Where it cannot
    be done (a machine without a C compiler), the network computes as it is, and a warning is left.
    """
    network._repeated_blocks = list(blocks)
    network.compile_repeated_blocks(fullgraph=True, recompile_limit=MOST_GRAPHS, **how)
    for module in _compiled(network):
        module._compiled_call_impl = _or_plain(network, module)


def is_compiled(network: Any) -> bool:
    """Whether it is compiled, or will be on its first call."""
    return bool(_compiled(network))


def _or_plain(network: Any, block: Any) -> Callable[..., Any]:
    """The compiled call of `block`, or its plain one from the first failure to compile on."""
    from torch._dynamo.exc import TorchDynamoException

    compiled = block._compiled_call_impl

    def call(*args: Any, **more: Any) -> Any:
        try:
            return compiled(*args, **more)
        except TorchDynamoException as error:
            why = first_line(getattr(error, "inner_exception", error))
            log.warning("the network cannot be compiled here, which is slower: %s", why)
        for module in _compiled(network):
            module._compiled_call_impl = None
        return block(*args, **more)

    return call


def _compiled(network: Any) -> list[Any]:
    return [m for m in network.modules() if getattr(m, "_compiled_call_impl", None) is not None]
