"""The network alone on a card: seconds a step, share of the ceiling, cost of compiling, drift."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import card
from benchmarks.gpu_film import WORDS, shot_of
from video_service.engines.caches import sped_up
from video_service.engines.families import open_family
from video_service.engines.families.base import Words
from video_service.engines.folder import ModelFolder, read_folder
from video_service.engines.hush import hushed
from video_service.engines.rig import Rig
from video_service.engines.workshop import Workshop
from video_service.profiles import Profile

RESIDENT = Profile("80gb", "none", "cpu", "none", "resident", 1, compile=False)
TEXT = 226  # tokens


def _rig(folder: ModelFolder, args: dict[str, Any]) -> Rig:
    """The network as the service arranges it for these args: precision, compiler, attention."""
    on_card = card.device().type == "cuda"
    dtype = args.get("dtype") or (folder.spec.dtype if on_card else "float32")
    profile = replace(
        RESIDENT,
        quantize=args.get("quantize", "none"),
        compile=args.get("compile", False),
        dtype=str(dtype),
    )
    family = open_family(folder.spec.family)
    shop = Workshop.at(Path(args["shop"]))
    rig = Rig(folder, family, shop, card.device(), args.get("attention", "auto"))
    rig.arrange(profile)
    rig.to_card()
    used, why = rig.attention
    if args.get("attention", used) != used:
        raise RuntimeError(f"attention {args['attention']} is not to be had: {why}")
    return rig


def _inputs(network: Any, spec: Any) -> dict[str, Any]:
    """One guided step of the engine's own film: both branches in one batch; random, seeded."""
    (width, height), frames = spec.sizes[0], spec.default_frames
    config, drawn = network.config, torch.Generator().manual_seed(1)
    latents = (2, (frames - 1) // 4 + 1, config.in_channels, height // 8, width // 8)
    words = (2, TEXT, config.text_embed_dim)
    floats, device = network.dtype, card.device()
    rotary = _rotary(config, latents) if config.use_rotary_positional_embeddings else None
    return {
        "hidden_states": torch.randn(latents, generator=drawn).to(device, floats),
        "encoder_hidden_states": torch.randn(words, generator=drawn).to(device, floats),
        "timestep": torch.tensor([500, 500], device=device),
        "image_rotary_emb": rotary,
        "return_dict": False,
    }


def _rotary(config: Any, latents: tuple[int, ...]) -> Any:
    from diffusers.models.embeddings import get_3d_rotary_pos_embed

    height, width = latents[3] // config.patch_size, latents[4] // config.patch_size
    return get_3d_rotary_pos_embed(
        embed_dim=config.attention_head_dim,
        crops_coords=((0, 0), (height, width)),
        grid_size=(height, width),
        temporal_size=latents[1],
        device=card.device(),
    )


def step(args: dict[str, Any]) -> dict[str, Any]:
    """One variant: `quantize`, `compile`, `attention`, `dtype`; drift from eager, where known."""
    folder, kept = read_folder(Path(args["folder"])), Path(args["shop"]) / "eager.pt"
    rig = _rig(folder, args)
    network = rig.network
    given = _inputs(network, folder.spec)
    weights = card.held()

    def once() -> Any:
        with torch.no_grad():
            return network(**given)[0]

    card.forget_peak()
    first, seconds = card.timed(once, args.get("times", 5))
    peak, _ = card.peak()
    made = once().float().cpu()
    if args.get("reference"):
        torch.save(made, kept)
    told = {
        "first_s": round(first, 2),
        "step_s": round(seconds, 4),
        "weights_gib": card.gib(weights),
        "peak_gib": card.gib(peak),
        "finite": bool(torch.isfinite(made).all()),
        "drift": _drift(made, torch.load(kept)) if kept.is_file() else None,
    }
    if args.get("reference"):
        told["flops"] = _flops(once)
        tokens = given["hidden_states"][0, :, 0].numel() // network.config.patch_size**2
        told["bytes_a_token"] = round((peak - weights) / tokens)
    return told


def _flops(once: Any) -> int:
    with FlopCounterMode(display=False) as counter:
        once()
    return int(counter.get_total_flops())


def _drift(made: torch.Tensor, reference: torch.Tensor) -> float:
    """The length of the difference, as a share of the reference's."""
    return round(float((made - reference).norm() / reference.norm()), 5)


def drift(args: dict[str, Any]) -> dict[str, Any]:
    """Latents of a small film on one seed, held against those of the `reference`, in float32."""
    folder, kept = read_folder(Path(args["folder"])), Path(args["shop"]) / "float32.pt"
    rig = _rig(folder, args)
    family, pipe = open_family(folder.spec.family), rig.pipe("text")
    shot = replace(shot_of(folder.spec, args["steps"], WORDS), width=args["width"],
                   height=args["height"], frames=args["frames"])  # fmt: skip
    width = rig.network.config.text_embed_dim
    drawn = torch.Generator().manual_seed(2)
    words = [torch.randn(1, TEXT, width, generator=drawn) for _ in range(2)]
    read = Words({"embeds": words[0]}, {"embeds": words[1]})
    on_card = read.to(card.device(), rig.network.dtype)
    tier = args.get("tier", "standard")
    with hushed(), torch.no_grad(), sped_up(rig.network, tier):
        latents = family.denoise(pipe, shot, on_card, None, lambda: None).float().cpu()
    if args.get("reference"):
        torch.save(latents, kept)
    reference = torch.load(kept)
    error = float((latents - reference).pow(2).mean().sqrt())
    span = float(reference.max() - reference.min())
    psnr = None if error == 0 else round(float(20 * torch.log10(torch.tensor(span / error))), 1)
    return {"drift": _drift(latents, reference), "psnr_db": psnr}
