"""What a film takes on the card beside the weights: data by engine, no torch.

denoise   tokens x `token` bytes + WORKSPACE, where a token is a patch of latents that the network
          sees at once and `token` holds all branches of guidance that run together
decode    pixels of one tile x `pixel` bytes + the finished frames, held four times over

The figures are `benchmarks/footprints.py`'s: the peak of all that lives at once in one step of the
exact networks, uncompiled, counted without computing. What a card takes beyond that (workspaces,
fragments) is in WORKSPACE and in the tenth that profiles leave free; `benchmarks/gpu.py` shows it.
"""

from dataclasses import dataclass

from video_service.engines.base import Shot
from video_service.engines.specs import GIB, EngineSpec, Family

WORKSPACE = GIB * 3 // 20  # what the matrix library keeps for itself
FRAME_COPIES = 4  # tiles with what overlaps, the blended film, and its copies in other floats
EXACT_VAE: tuple[Family, ...] = ("wan",)  # its weights and its decode stand in float32 here
Rung = tuple[int, int]  # height and width of one tile, in pixels

# CogVideoX stitches heights divisible by 48 and widths by 40 only to the right size
TILES: dict[Family, tuple[Rung, ...]] = {
    "cogvideox": ((240, 360), (144, 200), (96, 120), (48, 40)),
    "wan": ((256, 256), (192, 192), (128, 128)),
    "i2vgenxl": ((512, 512), (256, 256)),
    "flux": ((512, 512), (256, 256)),
    "qwen-image": ((256, 256), (192, 192), (128, 128)),
}


@dataclass(frozen=True, slots=True)
class Footprint:
    """`patch`: pixels of a token's side; `stride`: frames to a latent one, the first by itself."""

    patch: int
    stride: int
    token: int
    pixel: int
    blocks: int  # how many pieces of one size the network can be streamed in
    kept: int = 0  # bytes a token that the tier `fast` keeps of all blocks

    def tokens(self, shot: Shot) -> int:
        """What the network sees at once."""
        latents = (shot.frames - 1) // self.stride + 1
        return (shot.width // self.patch) * (shot.height // self.patch) * latents


LARGE = Footprint(16, 4, 162_000, 45_000, 42, 516_000)
PAIRED = Footprint(16, 8, 162_000, 45_000, 42, 516_000)
FOOTPRINTS = {
    "cogvideox-2b": Footprint(16, 4, 94_000, 45_000, 30, 230_000),
    "cogvideox-5b": LARGE,
    "cogvideox-5b-i2v": LARGE,
    "cogvideox1.5-5b": PAIRED,
    "cogvideox1.5-5b-i2v": PAIRED,
    "wan2.1-t2v-1.3b": Footprint(16, 4, 49_000, 21_000, 30),
    "wan2.2-ti2v-5b": Footprint(32, 4, 200_000, 21_000, 30),  # every token has a time of its own
    "flux.1-schnell": Footprint(16, 1, 113_000, 1_600, 57),
    "qwen-image": Footprint(16, 1, 100_000, 3_500, 60),
    "i2vgen-xl": Footprint(8, 1, 43_000, 1_600, 4),
}


def footprint(spec: EngineSpec) -> Footprint:
    """The figures of this engine; KeyError for one that computes elsewhere."""
    return FOOTPRINTS[spec.name]


def tiles(spec: EngineSpec) -> tuple[Rung, ...]:
    """The rungs of its tiled decode, largest first."""
    return TILES[spec.family]


def denoise_extra(spec: EngineSpec, shot: Shot) -> int:
    """Card bytes of the denoise beside the weights."""
    figures = footprint(spec)
    kept = figures.kept if shot.tier == "fast" else 0
    return figures.tokens(shot) * (figures.token + kept) + WORKSPACE


def decode_extra(spec: EngineSpec, rung: int, shot: Shot) -> int:
    """Card bytes of the decode beside the weights; `rung` 0 decodes in one piece."""
    height, width = tiles(spec)[rung - 1] if rung else (shot.height, shot.width)
    tile = min(height, shot.height) * min(width, shot.width)
    floats = 4 if spec.family in EXACT_VAE else 2
    film = shot.frames * shot.height * shot.width * 3 * floats
    return tile * footprint(spec).pixel + film * FRAME_COPIES
