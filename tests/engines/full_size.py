"""The published models without their weights: exact configurations, on the meta device."""

from collections.abc import Callable, Mapping
from typing import Any

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


def t5() -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(vocab_size=32128, **_xxl()))


def umt5() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    return UMT5EncoderModel(UMT5Config(vocab_size=256384, **_xxl()))


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


def clip_h_reader() -> Any:
    """OpenCLIP's ViT-H/14, the half that reads: all its 24 layers, of which the last is skipped."""
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=1024,
            intermediate_size=4096,
            num_hidden_layers=24,
            num_attention_heads=16,
        )
    )


def clip_h_viewer() -> Any:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=1280,
            intermediate_size=5120,
            num_hidden_layers=32,
            num_attention_heads=16,
            patch_size=14,
            image_size=224,
            projection_dim=1024,
        )
    )


def clip_l_reader() -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=768,
            intermediate_size=3072,
            num_hidden_layers=12,
            num_attention_heads=12,
        )
    )


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


def qwen_reader() -> Any:
    """Qwen2.5-VL-7B, with the half that sees."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    text = {
        "vocab_size": 152064,
        "hidden_size": 3584,
        "intermediate_size": 18944,
        "num_hidden_layers": 28,
        "num_attention_heads": 28,
        "num_key_value_heads": 4,
        "tie_word_embeddings": False,
    }
    sight = {
        "depth": 32,
        "hidden_size": 1280,
        "intermediate_size": 3420,
        "num_heads": 16,
        "out_hidden_size": 3584,
    }
    config = Qwen2_5_VLConfig(text_config=text, vision_config=sight, tie_word_embeddings=False)
    return Qwen2_5_VLForConditionalGeneration(config)


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


def _xxl() -> dict[str, Any]:
    return {
        "d_model": 4096,
        "d_kv": 64,
        "d_ff": 10240,
        "num_layers": 24,
        "num_heads": 64,
        "feed_forward_proj": "gated-gelu",
    }
