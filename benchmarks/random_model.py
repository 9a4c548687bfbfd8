"""CogVideoX folders of any size with random weights, in the real layout: speed knows no content.

`2b` and `5b` have the published configurations, `mid` films for seconds on a CPU, `tiny` for
tenths of one. Weights are drawn where `device` says and saved in `dtype`.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.tiny_model import SCHEDULE, pieces
from video_service.engines.hush import hushed


@dataclass(frozen=True, slots=True)
class Build:
    """`heads` of `head` channels in `layers` blocks; `reader`: width, layers, heads, inner, of T5.

    `latents`: height and width of the film it knows; `vae`: its channels, and blocks to a level.
    """

    heads: int
    head: int
    layers: int
    rotary: bool
    time: int
    reader: tuple[int, int, int, int]
    latents: tuple[int, int]
    frames: int
    channels: int
    vae: tuple[tuple[int, int, int, int], int]
    groups: int
    dtype: str


XXL = (4096, 24, 64, 10240)
PUBLISHED_VAE = ((128, 256, 256, 512), 3)
BUILDS = {
    "tiny": Build(4, 16, 2, False, 16, (32, 2, 4, 64), (8, 8), 49, 4, ((8, 8, 8, 8), 1), 2,
                  "float32"),
    "mid": Build(6, 64, 4, False, 256, (768, 8, 12, 2048), (24, 32), 9, 16,
                 ((32, 32, 64, 64), 1), 16, "float32"),
    "2b": Build(30, 64, 30, False, 512, XXL, (60, 90), 49, 16, PUBLISHED_VAE, 32, "float16"),
    "5b": Build(48, 64, 42, True, 512, XXL, (60, 90), 49, 16, PUBLISHED_VAE, 32, "bfloat16"),
}  # fmt: skip


def write(folder: Path, name: str, device: str = "cpu") -> Path:
    """Write the build `name`; the same call writes the same weights on the same device."""
    with hushed():
        import torch
        from diffusers import CogVideoXDDIMScheduler, CogVideoXDPMScheduler, CogVideoXPipeline
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        build = BUILDS[name]
        scheduler = CogVideoXDPMScheduler if build.rotary else CogVideoXDDIMScheduler
        torch.manual_seed(0)
        floats = torch.get_default_dtype()
        torch.set_default_dtype(getattr(torch, build.dtype))
        try:
            with torch.device(device):
                parts = {
                    "text_encoder": _text_encoder(build),
                    "vae": _vae(build),
                    "transformer": transformer(build),
                }
        finally:
            torch.set_default_dtype(floats)
        CogVideoXPipeline(
            tokenizer=_tokenizer(),
            scheduler=scheduler(**SCHEDULE, snr_shift_scale=1.0 if build.rotary else 3.0),
            **parts,
        ).save_pretrained(folder, safe_serialization=True)
    return folder


def transformer(build: Build) -> Any:
    """The network alone, where and in which floats torch makes things now."""
    from diffusers import CogVideoXTransformer3DModel

    height, width = build.latents
    return CogVideoXTransformer3DModel(
        num_attention_heads=build.heads,
        attention_head_dim=build.head,
        num_layers=build.layers,
        in_channels=build.channels,
        out_channels=build.channels,
        time_embed_dim=build.time,
        text_embed_dim=build.reader[0],
        sample_width=width,
        sample_height=height,
        sample_frames=build.frames,
        patch_size=2,
        temporal_compression_ratio=4,
        max_text_seq_length=226,
        use_rotary_positional_embeddings=build.rotary,
    )


def _tokenizer() -> Any:
    from transformers import T5Tokenizer

    with TemporaryDirectory() as folder:
        Path(folder, "spiece.model").write_bytes(pieces())
        return T5Tokenizer.from_pretrained(folder)


def _text_encoder(build: Build) -> Any:
    from transformers import T5Config, T5EncoderModel

    width, layers, heads, inner = build.reader
    config = T5Config(
        vocab_size=32128,
        d_model=width,
        d_kv=width // heads,
        d_ff=inner,
        num_layers=layers,
        num_heads=heads,
        feed_forward_proj="gated-gelu",
        is_encoder_decoder=False,
        use_cache=False,
        tie_word_embeddings=False,
    )
    return T5EncoderModel(config)


def _vae(build: Build) -> Any:
    from diffusers import AutoencoderKLCogVideoX

    channels, blocks = build.vae
    return AutoencoderKLCogVideoX(
        in_channels=3,
        out_channels=3,
        latent_channels=build.channels,
        layers_per_block=blocks,
        norm_num_groups=build.groups,
        block_out_channels=channels,
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        temporal_compression_ratio=4,
        scaling_factor=0.7 if build.rotary else 1.15258426,
        sample_height=480,
        sample_width=720,
    )
