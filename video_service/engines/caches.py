"""The lossy tier `fast`: every second attention of the middle steps is taken from the step before.

Pyramid attention broadcast, because its price is known: a fixed schedule (a third of the attention
calls at 50 steps), the least drift of all caches measured, and one attention output a block kept on
the card. TaylorSeer skips more, but keeps four times as much (36 GiB on a 5B), and its default
identifiers match nothing in CogVideoX: it would silently do nothing at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from diffusers import PyramidAttentionBroadcastConfig

from video_service.engines.compiling import eager
from video_service.engines.specs import Tier

MIDDLE = (100, 800)  # of the 1000 timesteps: what is begun and what is finished is never skipped
EVERY = 2


@contextmanager
def sped_up(pipe: Any, network: Any, blocks: tuple[str, ...], tier: Tier) -> Iterator[None]:
    """What `tier` leaves out is left out inside; afterwards, however it ends, nothing is.

    `blocks`: where in the network attention may be skipped, as regular expressions over names.
    """
    if tier != "fast":
        yield
        return
    with eager(network):
        network.enable_cache(
            PyramidAttentionBroadcastConfig(
                spatial_attention_block_skip_range=EVERY,
                spatial_attention_timestep_skip_range=MIDDLE,
                spatial_attention_block_identifiers=blocks,
                current_timestep_callback=lambda: pipe.current_timestep,
            )
        )
        try:
            yield
        finally:
            network.disable_cache()  # its hooks go, and what they kept goes with them
