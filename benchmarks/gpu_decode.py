"""The VAE alone on a card: seconds and memory of the decode, in one piece and for every tile."""

from pathlib import Path
from typing import Any

import torch

from benchmarks import card
from video_service import footprints
from video_service.engines.folder import read_folder
from video_service.engines.readers import class_of
from video_service.engines.weights import read_whole


def decode(args: dict[str, Any]) -> dict[str, Any]:
    """`rung` 0 = in one piece, n = the n-th of the engine's tiles; `bytes_a_pixel` of one tile."""
    folder = read_folder(Path(args["folder"]))
    spec, on_card = folder.spec, card.device().type == "cuda"
    floats = getattr(torch, str(spec.dtype)) if on_card else torch.float32
    vae = read_whole(class_of(folder, "vae"), folder.path / "vae", torch_dtype=floats)
    vae.to(card.device())
    (width, height), frames = spec.sizes[0], spec.default_frames
    tile = (height, width)
    if args["rung"]:
        tile = footprints.tiles(spec)[args["rung"] - 1]
        vae.enable_tiling(*tile)
    shape = (1, vae.config.latent_channels, (frames - 1) // 4 + 1, height // 8, width // 8)
    latents = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    latents = latents.to(card.device(), floats)
    weights = card.held()

    def once() -> Any:
        with torch.no_grad():
            return vae.decode(latents).sample

    card.forget_peak()
    first, seconds = card.timed(once, args.get("times", 2))
    peak, reserved = card.peak()
    film = frames * height * width * 3 * floats.itemsize
    pixels = min(tile[0], height) * min(tile[1], width)
    extra = max(peak - weights - footprints.FRAME_COPIES * film, 0)
    return {
        "tile": f"{tile[1]}x{tile[0]}" if args["rung"] else "whole",
        "first_s": round(first, 2),
        "decode_s": round(seconds, 2),
        "peak_gib": card.gib(peak),
        "reserved_gib": card.gib(reserved),
        "bytes_a_pixel": round(extra / pixels),
    }
