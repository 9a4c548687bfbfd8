"""Decoding in tiles with the two kinds of VAE that diffusers has beside CogVideoX's."""

from typing import Any

from video_service.footprints import Rung

# A quarter of every tile overlaps the one before; only sides divisible by 64 have such quarters in
# whole latents at every scale, and any other tile is stitched to a wrong size.
OVERLAP = 4


def tile_with_strides(vae: Any, rung: Rung | None) -> None:
    """Wan's and Qwen-Image's: told the side of a tile and how far the next one begins."""
    if rung is None:
        vae.disable_tiling()
    else:
        height, width = rung
        vae.enable_tiling(height, width, height - height // OVERLAP, width - width // OVERLAP)


def tile_square(vae: Any, rung: Rung | None) -> None:
    """Stable Diffusion's and FLUX's: square tiles, set where no method reaches."""
    if rung is None:
        vae.disable_tiling()
        return
    vae.enable_tiling()
    vae.tile_sample_min_size = rung[0]
    vae.tile_latent_min_size = rung[0] // 2 ** (len(vae.config.block_out_channels) - 1)
    vae.tile_overlap_factor = 1 / OVERLAP
