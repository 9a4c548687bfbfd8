"""Regional compilation: the block that a network repeats is compiled once, for all of them."""

from typing import Any

# graphs of one block: by size, by tier, and the first block's inputs lie in memory unlike the
# others'; torch's own 8 would end a film that is only one more
MOST_GRAPHS = 64


def compile_blocks(network: Any, blocks: tuple[str, ...], **how: Any) -> None:
    """Compile every module whose class is named in `blocks`, on its first call; `how`: torch's.

    diffusers names no such blocks for CogVideoX, and refuses to compile without.
    """
    network._repeated_blocks = list(blocks)
    network.compile_repeated_blocks(fullgraph=True, recompile_limit=MOST_GRAPHS, **how)
