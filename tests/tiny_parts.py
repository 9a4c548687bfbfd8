"""Tiny networks and tokenizers, with random weights, of the families beside CogVideoX."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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


def _from_words(kind: Any, words: list[str], **more: Any) -> Any:
    with TemporaryDirectory() as folder:
        vocabulary = {word: number for number, word in enumerate(words)}
        Path(folder, "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
        Path(folder, "merges.txt").write_text("#version: 0.2\n")
        return kind.from_pretrained(folder, **more)


def seeded(kind: Any, *args: Any, **config: Any) -> Any:
    """The same weights every time."""
    import torch

    torch.manual_seed(0)
    return kind(*args, **config).eval()


def t5() -> Any:
    from transformers import T5Config, T5EncoderModel

    return seeded(T5EncoderModel, T5Config(**READER))


def umt5() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    return seeded(UMT5EncoderModel, UMT5Config(**READER))


def wan_transformer(channels: int) -> Any:
    from diffusers import WanTransformer3DModel

    return seeded(
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


def wan_vae(**config: Any) -> Any:
    from diffusers import AutoencoderKLWan

    small = {"dim_mult": [1, 1, 1, 1], "num_res_blocks": 1}
    return seeded(AutoencoderKLWan, **small, temperal_downsample=[False, True, True], **config)


def unipc() -> Any:
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )


def image_vae(channels: int, **config: Any) -> Any:
    """Eightfold smaller in both directions, as the published ones are."""
    from diffusers import AutoencoderKL

    return seeded(
        AutoencoderKL,
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=channels,
        norm_num_groups=2,
        **config,
    )


def clip_reader() -> Any:
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
    return seeded(CLIPTextModel, config)


def clip_viewer() -> Any:
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
    return seeded(CLIPVisionModelWithProjection, config)


def qwen_reader(words: int) -> Any:
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
    return seeded(Qwen2_5_VLForConditionalGeneration, config)
