"""Write a tiny model folder in the real layout: `python -m tests.tiny_model DIR [--kind t2v]`.

Real classes, random weights, a real T5 tokenizer: 1.3 MB that film on a CPU in a second, so that
anyone can run the true pipeline. The same call always writes the same weights.
"""

import argparse
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

from tests import tiny_others
from video_service.engines.hush import hushed

Kind = Literal["t2v", "t2v5b", "i2v", "t2v15", "i2v15"]
SIDE = 8  # latents, so 64 pixels
TEXT_WIDTH, LATENT_CHANNELS = 32, 4
CORPUS = """
a panda plays guitar in a quiet bamboo forest, slow dolly in, warm morning light, cinematic
wide shot of the sea at sunset, golden hour, gentle waves, calm mood, very high quality
close-up of an orange cat turning its head to the camera, shallow depth of field
an old man walks through an ancient street in the rain, tracking shot, neon lights
aerial view of snow mountains, clouds drift slowly, majestic atmosphere, realistic
a child runs on green grass chasing a butterfly, handheld camera, soft light, detailed
camera pans left to right, low angle, a grandmother laughs, birthday cake with candles
""".strip().splitlines()
# the published scheduler's settings
SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "set_alpha_to_one": True,
    "timestep_spacing": "trailing",
    "num_train_timesteps": 1000,
}


# what tells the transformers apart: places by a table or by rotation, a photo beside the latents
NETWORKS: dict[Kind, dict[str, Any]] = {
    "t2v": {},
    "t2v5b": {"use_rotary_positional_embeddings": True},
    "i2v": {
        "in_channels": 2 * LATENT_CHANNELS,
        "use_rotary_positional_embeddings": True,
        "use_learned_positional_embeddings": True,
    },
    "t2v15": {
        "use_rotary_positional_embeddings": True,
        "patch_size_t": 2,
        "patch_bias": False,
    },
    "i2v15": {
        "in_channels": 2 * LATENT_CHANNELS,
        "use_rotary_positional_embeddings": True,
        "patch_size_t": 2,
        "patch_bias": False,
        "ofs_embed_dim": 16,
    },
}


def write(folder: Path, kind: Kind = "t2v", frames: int = 49) -> Path:
    """Write the folder of a CogVideoX: 2B, 5B, 5B-I2V, 1.5-5B, 1.5-5B-I2V by `kind`.

    `frames` is noted as its longest film; 1.5 films up to twice as many.
    """
    with hushed():
        import diffusers
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        small, photo = kind == "t2v", kind.startswith("i2v")
        scheduler = diffusers.CogVideoXDDIMScheduler if small else diffusers.CogVideoXDPMScheduler
        pipeline = diffusers.CogVideoXImageToVideoPipeline if photo else diffusers.CogVideoXPipeline
        pipeline(
            tokenizer=_tokenizer(),
            text_encoder=_text_encoder(),
            vae=_vae(1.15258426 if small else 0.7, inverted=kind == "i2v15"),
            transformer=_transformer(kind, frames),
            scheduler=scheduler(**SCHEDULE, snr_shift_scale=3.0 if small else 1.0),
        ).save_pretrained(folder, safe_serialization=True)
    return folder


def pieces(corpus: Sequence[str] = CORPUS) -> bytes:
    """A small unigram vocabulary in T5's own file format."""
    import sentencepiece

    model = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*corpus] * 4),
        model_writer=model,
        vocab_size=160,
        model_type="unigram",
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return model.getvalue()


def _tokenizer() -> Any:
    from transformers import T5Tokenizer

    with TemporaryDirectory() as folder:
        Path(folder, "spiece.model").write_bytes(pieces())
        return T5Tokenizer.from_pretrained(folder)


def _text_encoder() -> Any:
    import torch
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(0)
    config = T5Config(
        vocab_size=384,
        d_model=TEXT_WIDTH,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        is_encoder_decoder=False,
        use_cache=False,
        tie_word_embeddings=False,
    )
    return T5EncoderModel(config)


def _vae(scaling: float, *, inverted: bool) -> Any:
    import torch
    from diffusers import AutoencoderKLCogVideoX

    torch.manual_seed(0)
    return AutoencoderKLCogVideoX(
        in_channels=3,
        out_channels=3,
        latent_channels=LATENT_CHANNELS,
        layers_per_block=1,
        norm_num_groups=2,
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        temporal_compression_ratio=4,
        scaling_factor=scaling,
        sample_height=480,
        sample_width=720,
        invert_scale_latents=inverted,  # the makers of 1.5-I2V divided where others multiply
    )


def _transformer(kind: Kind, frames: int) -> Any:
    import torch
    from diffusers import CogVideoXTransformer3DModel

    torch.manual_seed(0)
    published = {
        "num_attention_heads": 4,
        "attention_head_dim": 16,
        "in_channels": LATENT_CHANNELS,
        "out_channels": LATENT_CHANNELS,
        "time_embed_dim": 16,
        "text_embed_dim": TEXT_WIDTH,
        "num_layers": 2,
        "sample_width": SIDE,
        "sample_height": SIDE,
        "sample_frames": frames,
        "patch_size": 2,
        "temporal_compression_ratio": 4,
        "max_text_seq_length": 226,
    }
    return CogVideoXTransformer3DModel(**(published | NETWORKS[kind]))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("folder", type=Path, metavar="DIR")
    kinds = (*get_args(Kind), *tiny_others.OTHERS)
    ask.add_argument("--kind", choices=kinds, default="t2v", help="the published folder it is like")
    ask.add_argument("--frames", type=int, default=49, help="its longest film: 9, 17, … 49")
    options = ask.parse_args()
    if options.kind in tiny_others.OTHERS:
        tiny_others.write(options.folder, options.kind)
    else:
        write(options.folder, options.kind, options.frames)


if __name__ == "__main__":
    main()
