"""The lossy tier `fast`: every second attention of the middle steps is taken from the step before.

Pyramid attention broadcast, because its price is known: a fixed schedule (a third of the attention
calls at 50 steps), the least drift of all caches measured, and one attention output a block kept on
the card. TaylorSeer skips more, but keeps four times as much (36 GiB on a 5B), and its default
identifiers match nothing in CogVideoX: it would silently do nothing at all.

diffusers' own broadcast computes the same bits, but hooks into the blocks: a compiled block could
not be traced any more, and 8-bit layers that are not compiled take twice the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from video_service.engines.attention import JointAttention
from video_service.engines.base import EngineError
from video_service.engines.specs import Tier

MIDDLE = (100, 800)  # of the 1000 timesteps: what is begun and what is finished is never skipped
EVERY = 2


@contextmanager
def sped_up(network: Any, tier: Tier) -> Iterator[None]:
    """What `tier` leaves out is left out inside; afterwards, however it ends, nothing is."""
    if tier != "fast":
        yield
        return
    attending = [module for module in network.modules() if _is_joint(module)]
    if not attending:
        raise EngineError("film_failed", f"{type(network).__name__} has no attention to skip")
    attention = attending[0].processor
    step = 0

    def decide(_: Any, __: Any, told: dict[str, Any]) -> None:
        nonlocal step
        middle = MIDDLE[0] < float(told["timestep"][0]) < MIDDLE[1]
        attention.keeps, attention.reuses = True, middle and step % EVERY != 0
        step += 1

    hook = network.register_forward_pre_hook(decide, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()
        attention.keeps = attention.reuses = False
        for module in attending:
            module.kept = None


def _is_joint(module: Any) -> bool:
    return isinstance(getattr(module, "processor", None), JointAttention)
