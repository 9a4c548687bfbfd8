"""What each engine can film: pure data, importable without torch or numpy.

The request validator and GET /v1/models read it; the limits of a model folder that is not the
published one (a tiny test model) are derived from its own configuration in `folder.py`.
"""

from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["text", "photo"]
Size = tuple[int, int]  # width, height in pixels
GIB = 2**30


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """One engine's rules; the first size is the default. Empty `steps`: it takes none."""

    name: str
    modes: tuple[Mode, ...]
    languages: tuple[str, ...]
    sizes: tuple[Size, ...]
    frames: tuple[int, ...]
    default_frames: int
    fps: int
    steps: tuple[int, ...]
    default_steps: int
    guidance: tuple[float, float] | None
    default_guidance: float
    prompt_tokens: int | None
    licence: str
    dtype: str | None  # the precision it was trained in, used on a card
    weights: tuple[tuple[str, int], ...]  # component, bytes in that precision
    draft: bool = False

    def seconds(self, frames: int) -> float:
        """The length of a clip: the first frame stands at zero."""
        return (frames - 1) / self.fps


STEPS = (20, 25, 40, 50)  # the scheduler's step arithmetic is exact only where they divide 1000
TEXT_ENCODER = ("text_encoder", 9_524_000_000)
VAE = ("vae", 431_200_000)
CAUSAL = tuple(range(9, 50, 8))  # the causal VAE delivers 8k+1 frames and silently bends the rest

COGVIDEOX_2B = EngineSpec(
    name="cogvideox-2b",
    modes=("text",),
    languages=("en",),
    sizes=((720, 480),),
    frames=CAUSAL,
    default_frames=49,
    fps=8,
    steps=STEPS,
    default_steps=50,
    guidance=(1.0, 12.0),
    default_guidance=6.0,
    prompt_tokens=226,
    licence="Apache-2.0",
    dtype="float16",
    weights=(("transformer", 3_388_000_000), TEXT_ENCODER, VAE),
)

COGVIDEOX_5B = replace(
    COGVIDEOX_2B,
    name="cogvideox-5b",
    licence="CogVideoX License",
    dtype="bfloat16",
    weights=(("transformer", 11_140_000_000), TEXT_ENCODER, VAE),
)

DRAFT = EngineSpec(
    name="draft",
    modes=("text", "photo"),
    languages=("zh", "en"),
    sizes=((720, 480), (480, 720)),
    frames=tuple(16 * seconds + 1 for seconds in range(2, 13)),
    default_frames=81,
    fps=16,
    steps=(),
    default_steps=0,
    guidance=None,
    default_guidance=0.0,
    prompt_tokens=None,
    licence="MIT",
    dtype=None,
    weights=(),
    draft=True,
)
