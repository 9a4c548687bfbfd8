"""Tiny folders of the families beside CogVideoX, in their published layouts, with random weights.

Written through `python -m tests.tiny_model DIR --kind wan_t2v` and the like. The tokenizers are
made here from the bytes of a text: nothing is downloaded, and Chinese is read as well.
"""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from video_service.engines.hush import hushed

WIDTH = 32  # of everything that was read
ROPE = 4  # latent places in each direction: Wan's 64 pixels, Wan 2.2's 128, and 13 frames
CHINESE = "熊猫弹吉他，奶奶在海边跳舞，一只小猫看着金色的夕阳"
READER = {
    "vocab_size": 384,
    "d_model": WIDTH,
    "d_kv": 8,
    "d_ff": 64,
    "num_layers": 2,
    "num_heads": 4,
    "feed_forward_proj": "gated-gelu",
}
BYTES = (*range(33, 127), *range(161, 173), *range(174, 256))


def write(folder: Path, kind: str) -> Path:
    """Write the folder of one of `OTHERS`; the same call always writes the same weights."""
    with hushed():
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        OTHERS[kind](folder)
    return folder


def letters() -> list[str]:
    """The 256 signs in which byte-level vocabularies write bytes."""
    blank = [n for n in range(256) if n not in BYTES]
    return [chr(b) for b in BYTES] + [chr(256 + n) for n in range(len(blank))]


def t5_tokenizer(*more: str) -> Any:
    """Of English words, and of those in `more`."""
    from transformers import T5Tokenizer

    from tests.tiny_model import CORPUS, pieces

    with TemporaryDirectory() as folder:
        Path(folder, "spiece.model").write_bytes(pieces([*CORPUS, *more]))
        return T5Tokenizer.from_pretrained(folder)


def clip_tokenizer() -> Any:
    """Two tokens a byte: one inside a word, one at its end."""
    from transformers import CLIPTokenizer

    inside = letters()
    words = [*inside, *(f"{sign}</w>" for sign in inside), "<|startoftext|>", "<|endoftext|>"]
    return _from_words(CLIPTokenizer, words, model_max_length=77)


def qwen_tokenizer() -> Any:
    from transformers import Qwen2Tokenizer

    words = [*letters(), "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return _from_words(
        Qwen2Tokenizer,
        words,
        additional_special_tokens=["<|im_start|>", "<|im_end|>"],
    )


def wan_t2v(folder: Path) -> None:
    """Like Wan2.1-T2V-1.3B."""
    from diffusers import WanPipeline

    WanPipeline(
        tokenizer=t5_tokenizer(CHINESE),
        text_encoder=_umt5(),
        vae=_wan_vae(base_dim=3, z_dim=16),
        transformer=_wan_transformer(16),
        scheduler=_unipc(),
    ).save_pretrained(folder)


def wan22(folder: Path) -> None:
    """Like Wan2.2-TI2V-5B: a deeper autoencoder, and every latent frame has its own time."""
    from diffusers import WanPipeline

    vae = _wan_vae(
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
        text_encoder=_umt5(),
        vae=vae,
        transformer=_wan_transformer(48),
        scheduler=_unipc(),
        expand_timesteps=True,
    ).save_pretrained(folder)


def i2vgenxl(folder: Path) -> None:
    """Like i2vgen-xl: a U-Net that is told the photo twice, by CLIP and by the autoencoder."""
    from diffusers import DDIMScheduler, I2VGenXLPipeline, I2VGenXLUNet
    from transformers import CLIPImageProcessor

    unet = _seeded(
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
        vae=_image_vae(channels=4, sample_size=64),
        text_encoder=_clip_reader(),
        tokenizer=clip_tokenizer(),
        image_encoder=_clip_viewer(),
        feature_extractor=CLIPImageProcessor(crop_size=32, size=32),
        unet=unet,
        scheduler=DDIMScheduler(**schedule, clip_sample=False, set_alpha_to_one=False),
    ).save_pretrained(folder)


def flux(folder: Path) -> None:
    """Like FLUX.1-schnell: read by CLIP and by T5, and told no guidance."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    transformer = _seeded(
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
    vae = _image_vae(
        channels=4,
        sample_size=64,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.1159,
        scaling_factor=0.3611,
    )
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
        text_encoder=_clip_reader(),
        text_encoder_2=_t5(),
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
    transformer = _seeded(
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
    vae = _seeded(
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
        text_encoder=_qwen_reader(len(tokenizer)),
        tokenizer=tokenizer,
    ).save_pretrained(folder)


OTHERS: dict[str, Callable[[Path], None]] = {
    "wan_t2v": wan_t2v,
    "wan22": wan22,
    "i2vgenxl": i2vgenxl,
    "flux": flux,
    "qwen_image": qwen_image,
}


def _from_words(kind: Any, words: list[str], **more: Any) -> Any:
    with TemporaryDirectory() as folder:
        vocabulary = {word: number for number, word in enumerate(words)}
        Path(folder, "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
        Path(folder, "merges.txt").write_text("#version: 0.2\n")
        return kind.from_pretrained(folder, **more)


def _seeded(kind: Any, *args: Any, **config: Any) -> Any:
    """The same weights every time."""
    import torch

    torch.manual_seed(0)
    return kind(*args, **config).eval()


def _t5() -> Any:
    from transformers import T5Config, T5EncoderModel

    return _seeded(T5EncoderModel, T5Config(**READER))


def _umt5() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    return _seeded(UMT5EncoderModel, UMT5Config(**READER))


def _wan_transformer(channels: int) -> Any:
    from diffusers import WanTransformer3DModel

    return _seeded(
        WanTransformer3DModel,
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=channels,
        out_channels=channels,
        text_dim=WIDTH,
        freq_dim=256,
        ffn_dim=32,
        num_layers=2,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=ROPE,
    )


def _wan_vae(**config: Any) -> Any:
    from diffusers import AutoencoderKLWan

    small = {"dim_mult": [1, 1, 1, 1], "num_res_blocks": 1}
    return _seeded(AutoencoderKLWan, **small, temperal_downsample=[False, True, True], **config)


def _unipc() -> Any:
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )


def _image_vae(channels: int, **config: Any) -> Any:
    """Eightfold smaller in both directions, as the published ones are."""
    from diffusers import AutoencoderKL

    return _seeded(
        AutoencoderKL,
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=channels,
        norm_num_groups=2,
        **config,
    )


def _clip_reader() -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    words = 2 * len(letters())
    config = CLIPTextConfig(
        vocab_size=words + 2,
        hidden_size=WIDTH,
        intermediate_size=64,
        num_attention_heads=4,
        num_hidden_layers=2,
        projection_dim=WIDTH,
        bos_token_id=words,
        eos_token_id=words + 1,
    )
    return _seeded(CLIPTextModel, config)


def _clip_viewer() -> Any:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=WIDTH,
        projection_dim=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        intermediate_size=64,
        patch_size=8,
    )
    return _seeded(CLIPVisionModelWithProjection, config)


def _qwen_reader(words: int) -> Any:
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    text = {
        "vocab_size": words,
        "hidden_size": WIDTH,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
        "rope_theta": 1000000.0,
    }
    sight = {"depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2}
    config = Qwen2_5_VLConfig(
        text_config=text,
        vision_config={**sight, "out_hidden_size": WIDTH},
        vision_end_token_id=11,
        vision_start_token_id=12,
        vision_token_id=13,
    )
    return _seeded(Qwen2_5_VLForConditionalGeneration, config)
