"""The published folder layouts: which parts each pipeline class has, and the rules it brings.

What a folder can make is told by its own configurations, so that tiny folders and published ones
are read by the same lines: by the places that its network knows, or the size its VAE notes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from video_service.engines.specs import (
    COGVIDEOX_2B,
    COGVIDEOX_5B,
    COGVIDEOX_5B_I2V,
    COGVIDEOX_15_5B,
    COGVIDEOX_15_5B_I2V,
    FLUX_SCHNELL,
    I2VGENXL,
    QWEN_IMAGE,
    WAN_21_13B,
    WAN_22_5B,
    EngineSpec,
    Size,
)
from video_service.tokens import Reader

Configs = Mapping[str, Any]  # by part ("index": model_index.json), what its configuration says
WIDEST_WAN = 3072  # of the 5B's layers; the 14B ones have 5120
NEVER_SMALLER = 256  # pixels: a VAE that notes less is a tiny one


class BadFolder(Exception):
    """The folder cannot be used; the text says in plain English what is wrong with it.

    `pipeline`: the class that its model_index.json names, where it could be read.
    """

    def __init__(self, message: str, pipeline: str | None = None) -> None:
        super().__init__(message)
        self.pipeline = pipeline


class NoFolder(BadFolder):
    """There is nothing at that place."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`weights` are parts with a config.json and weights; `plain` are parts without."""

    weights: tuple[str, ...]
    plain: tuple[str, ...]
    tokenizer: str  # the part whose tokens are counted
    reader: Reader
    rules: Callable[[Configs], EngineSpec]  # BadFolder: nothing that we can film with


def cogvideox_text(told: Configs) -> EngineSpec:
    """2B knows places by a table, 5B by rotation, 1.5 by rotation in pairs of frames."""
    network = told["transformer"]
    if network["in_channels"] != told["vae"]["latent_channels"]:
        raise BadFolder("its transformer was made for another pipeline: it takes a picture as well")
    if network.get("patch_size_t"):
        return _cogvideox(COGVIDEOX_15_5B, network)
    rotary = network.get("use_rotary_positional_embeddings")
    return _cogvideox(COGVIDEOX_5B if rotary else COGVIDEOX_2B, network)


def cogvideox_photo(told: Configs) -> EngineSpec:
    network = told["transformer"]
    if network["in_channels"] != 2 * told["vae"]["latent_channels"]:
        raise BadFolder("its transformer was made for another pipeline: it takes no picture")
    return _cogvideox(
        COGVIDEOX_15_5B_I2V if network.get("patch_size_t") else COGVIDEOX_5B_I2V, network
    )


def wan(told: Configs) -> EngineSpec:
    """2.1 T2V 1.3B, or 2.2 TI2V 5B, whose every latent frame has a time of its own."""
    index, network, vae = told["index"], told["transformer"], told["vae"]
    if index.get("transformer_2", [None])[0] or index.get("boundary_ratio"):
        raise BadFolder("it is a Wan 2.2 A14B, two networks of 14B, which is not supported")
    if network["num_attention_heads"] * network["attention_head_dim"] > WIDEST_WAN:
        raise BadFolder("it is a Wan of 14B, which is not supported: use the 1.3B or the 2.2 5B")
    if network["in_channels"] != vae["z_dim"]:
        raise BadFolder("its transformer takes more than words, which WanPipeline does not give it")
    spec = WAN_22_5B if index.get("expand_timesteps") else WAN_21_13B
    side = network["patch_size"][1] * vae.get("scale_factor_spatial", 8)
    places = network["rope_max_seq_len"]
    longest = 1 + (places - 1) * vae.get("scale_factor_temporal", 4)
    return _limited(spec, _within(spec.sizes, (places * side, places * side), side), longest)


def i2vgenxl(told: Configs) -> EngineSpec:
    return replace(I2VGENXL, sizes=_noted(I2VGENXL.sizes, told["vae"]))


def flux(told: Configs) -> EngineSpec:
    if told["transformer"]["guidance_embeds"]:
        raise BadFolder("it is a FLUX.1-dev or a kin of it: only FLUX.1-schnell is supported")
    return replace(FLUX_SCHNELL, sizes=_noted(FLUX_SCHNELL.sizes, told["vae"]))


def qwen_image(told: Configs) -> EngineSpec:
    if told["transformer"].get("guidance_embeds"):
        raise BadFolder("it is a distilled Qwen-Image, which is not supported")
    return replace(QWEN_IMAGE, sizes=_noted(QWEN_IMAGE.sizes, told["vae"]))


COGVIDEOX_PARTS = ("text_encoder", "transformer", "vae"), ("scheduler", "tokenizer")
LAYOUTS: Mapping[str, Layout] = {
    "CogVideoXPipeline": Layout(*COGVIDEOX_PARTS, "tokenizer", "t5", cogvideox_text),
    "CogVideoXImageToVideoPipeline": Layout(*COGVIDEOX_PARTS, "tokenizer", "t5", cogvideox_photo),
    "WanPipeline": Layout(*COGVIDEOX_PARTS, "tokenizer", "umt5", wan),
    "I2VGenXLPipeline": Layout(
        ("image_encoder", "text_encoder", "unet", "vae"),
        ("feature_extractor", "scheduler", "tokenizer"),
        "tokenizer",
        "clip",
        i2vgenxl,
    ),
    "FluxPipeline": Layout(
        ("text_encoder", "text_encoder_2", "transformer", "vae"),
        ("scheduler", "tokenizer", "tokenizer_2"),
        "tokenizer_2",
        "t5",
        flux,
    ),
    "QwenImagePipeline": Layout(*COGVIDEOX_PARTS, "tokenizer", "qwen", qwen_image),
}


def _cogvideox(spec: EngineSpec, network: Mapping[str, Any]) -> EngineSpec:
    """1.5 notes the most places it knows, the others the one geometry they were trained with."""
    noted = (network["sample_width"] * 8, network["sample_height"] * 8)
    longest: int = network["sample_frames"]
    rules = replace(spec, prompt_tokens=network["max_text_seq_length"])
    if network.get("patch_size_t"):
        # its makers' 161 frames are twice the 81 it notes; it pads an odd number of latents
        limited = _limited(rules, _within(spec.sizes, noted, 16), 2 * longest - 1)
        return replace(limited, default_frames=min(limited.frames, key=lambda n: abs(n - longest)))
    if "photo" in spec.modes:
        return _limited(replace(rules, frames=(longest,)), (noted,), longest)
    return _limited(rules, (noted,), longest)


def _limited(spec: EngineSpec, sizes: tuple[Size, ...], longest: int) -> EngineSpec:
    """`spec` with these sizes and no film longer than `longest` frames."""
    frames = tuple(n for n in spec.frames if n <= longest)
    if not frames or any(width % 16 or height % 16 for width, height in sizes):
        sides = " or ".join(f"{width}x{height}" for width, height in sizes)
        raise BadFolder(f"{sides} with {longest} frames cannot be filmed")
    default = min(spec.default_frames, frames[-1])
    return replace(spec, sizes=sizes, frames=frames, default_frames=default)


def _within(sizes: tuple[Size, ...], most: Size, step: int) -> tuple[Size, ...]:
    """Those of `sizes` that fit into `most`; where none does, the largest that fits."""
    fitting = tuple(size for size in sizes if size[0] <= most[0] and size[1] <= most[1])
    return fitting or ((most[0] // step * step, most[1] // step * step),)


def _noted(sizes: tuple[Size, ...], vae: Mapping[str, Any]) -> tuple[Size, ...]:
    """The published sizes, or the square that a tiny VAE notes for itself."""
    side = vae.get("sample_size") or NEVER_SMALLER
    return sizes if side >= NEVER_SMALLER else ((side, side),)
