"""Tiny folders of the families beside CogVideoX, in their published layouts, with random weights.

Written through `python -m tests.tiny_model DIR --kind wan_t2v` and the like. The tokenizers are
made here from the bytes of a text: nothing is downloaded, and Chinese is read as well.
"""

from collections.abc import Callable
from pathlib import Path

from tests.tiny_parts import (
    CHINESE,
    WIDTH,
    clip_reader,
    clip_tokenizer,
    clip_viewer,
    image_vae,
    qwen_reader,
    qwen_tokenizer,
    seeded,
    t5,
    t5_tokenizer,
    umt5,
    unipc,
    wan_transformer,
    wan_vae,
)
from video_service.engines.hush import hushed


def write(folder: Path, kind: str) -> Path:
    """Write the folder of one of `OTHERS`; the same call always writes the same weights."""
    with hushed():
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        OTHERS[kind](folder)
    return folder


def wan_t2v(folder: Path) -> None:
    """Like Wan2.1-T2V-1.3B."""
    from diffusers import WanPipeline

    WanPipeline(
        tokenizer=t5_tokenizer(CHINESE),
        text_encoder=umt5(),
        vae=wan_vae(base_dim=3, z_dim=16),
        transformer=wan_transformer(16),
        scheduler=unipc(),
    ).save_pretrained(folder)


def wan22(folder: Path) -> None:
    """Like Wan2.2-TI2V-5B: a deeper autoencoder, and every latent frame has its own time."""
    from diffusers import WanPipeline

    vae = wan_vae(
        base_dim=3,
        z_dim=48,
        in_channels=12,
        out_channels=12,
        is_residual=True,
        patch_size=2,
        latents_mean=[0.1] * 48,
        latents_std=[0.5] * 48,
        scale_factor_spatial=16,
    )
    WanPipeline(
        tokenizer=t5_tokenizer(CHINESE),
        text_encoder=umt5(),
        vae=vae,
        transformer=wan_transformer(48),
        scheduler=unipc(),
        expand_timesteps=True,
    ).save_pretrained(folder)


def i2vgenxl(folder: Path) -> None:
    """Like i2vgen-xl: a U-Net that is told the photo twice, by CLIP and by the autoencoder."""
    from diffusers import DDIMScheduler, I2VGenXLPipeline, I2VGenXLUNet
    from transformers import CLIPImageProcessor

    unet = seeded(
        I2VGenXLUNet,
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock3D", "DownBlock3D"),
        up_block_types=("UpBlock3D", "CrossAttnUpBlock3D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=2,
    )
    schedule = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "linear"}
    I2VGenXLPipeline(
        vae=image_vae(channels=4, sample_size=64),
        text_encoder=clip_reader(),
        tokenizer=clip_tokenizer(),
        image_encoder=clip_viewer(),
        feature_extractor=CLIPImageProcessor(crop_size=32, size=32),
        unet=unet,
        scheduler=DDIMScheduler(**schedule, clip_sample=False, set_alpha_to_one=False),
    ).save_pretrained(folder)


def flux(folder: Path) -> None:
    """Like FLUX.1-schnell: read by CLIP and by T5, and told no guidance."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    transformer = seeded(
        FluxTransformer2DModel,
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
        axes_dims_rope=[4, 4, 8],
        guidance_embeds=False,
    )
    vae = image_vae(
        channels=4,
        sample_size=64,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.1159,
        scaling_factor=0.3611,
    )
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
        text_encoder=clip_reader(),
        text_encoder_2=t5(),
        tokenizer=clip_tokenizer(),
        tokenizer_2=t5_tokenizer(),
        transformer=transformer,
        vae=vae,
    ).save_pretrained(folder)


def qwen_image(folder: Path) -> None:
    """Like Qwen-Image; its autoencoder notes the size it was made for, as FLUX's does."""
    from diffusers import (
        AutoencoderKLQwenImage,
        FlowMatchEulerDiscreteScheduler,
        QwenImagePipeline,
        QwenImageTransformer2DModel,
    )

    tokenizer = qwen_tokenizer()
    transformer = seeded(
        QwenImageTransformer2DModel,
        patch_size=2,
        in_channels=16,
        out_channels=4,
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=3,
        joint_attention_dim=WIDTH,
        guidance_embeds=False,
        axes_dims_rope=(8, 4, 4),
    )
    vae = seeded(
        AutoencoderKLQwenImage,
        base_dim=12,
        z_dim=4,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.1] * 4,
        latents_std=[0.5] * 4,
    )
    vae.register_to_config(sample_size=64)
    QwenImagePipeline(
        transformer=transformer,
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=True),
        text_encoder=qwen_reader(len(tokenizer)),
        tokenizer=tokenizer,
    ).save_pretrained(folder)


OTHERS: dict[str, Callable[[Path], None]] = {
    "wan_t2v": wan_t2v,
    "wan22": wan22,
    "i2vgenxl": i2vgenxl,
    "flux": flux,
    "qwen_image": qwen_image,
}
