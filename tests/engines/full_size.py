"""The published models without their weights: exact configurations, on the meta device."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.engines.full_size_readers import (
    clip_h_reader,
    clip_h_viewer,
    clip_l_reader,
    qwen_reader,
    t5,
    umt5,
)

COGVIDEOX = {
    "attention_head_dim": 64,
    "in_channels": 16,
    "out_channels": 16,
    "time_embed_dim": 512,
    "text_embed_dim": 4096,
    "sample_width": 90,
    "sample_height": 60,
    "sample_frames": 49,
    "patch_size": 2,
    "temporal_compression_ratio": 4,
    "max_text_seq_length": 226,
}
LARGE = {"num_attention_heads": 48, "num_layers": 42, "use_rotary_positional_embeddings": True}
PAIRS = {"patch_size_t": 2, "patch_bias": False, "sample_frames": 81}
WAN = {
    "patch_size": (1, 2, 2),
    "attention_head_dim": 128,
    "num_layers": 30,
    "text_dim": 4096,
    "freq_dim": 256,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
}


def cogvideox(**config: Any) -> Any:
    from diffusers import CogVideoXTransformer3DModel

    return CogVideoXTransformer3DModel(**(COGVIDEOX | config))


def cogvideox_vae() -> Any:
    from diffusers import AutoencoderKLCogVideoX

    return AutoencoderKLCogVideoX(
        block_out_channels=(128, 256, 256, 512),
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        latent_channels=16,
        layers_per_block=3,
        temporal_compression_ratio=4,
    )


def wan_13b() -> Any:
    from diffusers import WanTransformer3DModel

    return WanTransformer3DModel(
        **WAN, num_attention_heads=12, ffn_dim=8960, in_channels=16, out_channels=16
    )


def wan_5b() -> Any:
    from diffusers import WanTransformer3DModel

    return WanTransformer3DModel(
        **WAN, num_attention_heads=24, ffn_dim=14336, in_channels=48, out_channels=48
    )


def wan_vae() -> Any:
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan()


def wan_22_vae() -> Any:
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(
        base_dim=160,
        decoder_base_dim=256,
        z_dim=48,
        in_channels=12,
        out_channels=12,
        is_residual=True,
        patch_size=2,
        scale_factor_spatial=16,
        latents_mean=[0.0] * 48,
        latents_std=[1.0] * 48,
    )


def i2vgenxl_unet() -> Any:
    from diffusers import I2VGenXLUNet

    return I2VGenXLUNet(sample_size=32, cross_attention_dim=1024)


def image_vae(**config: Any) -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        **config,
    )


def flux() -> Any:
    from diffusers import FluxTransformer2DModel

    return FluxTransformer2DModel(guidance_embeds=False)  # the rest are its defaults


def qwen_image() -> Any:
    from diffusers import QwenImageTransformer2DModel

    return QwenImageTransformer2DModel()


def qwen_vae() -> Any:
    from diffusers import AutoencoderKLQwenImage

    return AutoencoderKLQwenImage()


Make = Callable[[], Any]
COGVIDEOX_PARTS: Mapping[str, Make] = {"text_encoder": t5, "vae": cogvideox_vae}
FULL: Mapping[str, Mapping[str, Make]] = {
    "cogvideox-2b": {
        "transformer": lambda: cogvideox(num_attention_heads=30, num_layers=30),
        **COGVIDEOX_PARTS,
    },
    "cogvideox-5b": {"transformer": lambda: cogvideox(**LARGE), **COGVIDEOX_PARTS},
    "cogvideox-5b-i2v": {
        "transformer": lambda: cogvideox(
            **(LARGE | {"in_channels": 32, "use_learned_positional_embeddings": True})
        ),
        **COGVIDEOX_PARTS,
    },
    "cogvideox1.5-5b": {"transformer": lambda: cogvideox(**LARGE, **PAIRS), **COGVIDEOX_PARTS},
    "cogvideox1.5-5b-i2v": {
        "transformer": lambda: cogvideox(
            **(LARGE | PAIRS | {"in_channels": 32, "ofs_embed_dim": 512})
        ),
        **COGVIDEOX_PARTS,
    },
    "wan2.1-t2v-1.3b": {"transformer": wan_13b, "text_encoder": umt5, "vae": wan_vae},
    "wan2.2-ti2v-5b": {"transformer": wan_5b, "text_encoder": umt5, "vae": wan_22_vae},
    "i2vgen-xl": {
        "unet": i2vgenxl_unet,
        "text_encoder": clip_h_reader,
        "image_encoder": clip_h_viewer,
        "vae": lambda: image_vae(latent_channels=4),
    },
    "flux.1-schnell": {
        "transformer": flux,
        "text_encoder": clip_l_reader,
        "text_encoder_2": t5,
        "vae": lambda: image_vae(
            latent_channels=16, use_quant_conv=False, use_post_quant_conv=False
        ),
    },
    "qwen-image": {"transformer": qwen_image, "text_encoder": qwen_reader, "vae": qwen_vae},
}


def count(make: Make) -> tuple[int, int]:
    """Bytes in two-byte floats: of all weights, and of those that torchao makes smaller."""
    import torch

    with torch.device("meta"):
        model = make()
    linear = sum(m.weight.numel() for m in model.modules() if isinstance(m, torch.nn.Linear))
    return 2 * sum(p.numel() for p in model.parameters()), 2 * linear
