"""Qwen-Image: pictures from Chinese and English words, and with such words written in them."""

from pathlib import Path
from typing import Any

import torch
from diffusers import QwenImagePipeline
from PIL import Image
from torch import Tensor

from video_service.engines.base import Shot
from video_service.engines.families.base import Family, OnStep, Readers, Words, after_step, drawn
from video_service.engines.families.latents import spread
from video_service.engines.families.tiling import tile_with_strides
from video_service.engines.specs import Mode
from video_service.footprints import Rung


class QwenImage(Family):
    """Read by a Qwen2.5-VL, who is shown nothing; guided by what it is to stay away from."""

    blocks = ("QwenImageTransformerBlock",)

    def read_words(self, readers: Readers, words: str, tokens: int) -> dict[str, Tensor]:
        """[1, as many tokens as there are, width]; nothing to stay away from is a blank."""
        encoder = readers.encoder("text_encoder")
        reading: Any = QwenImagePipeline(None, None, encoder, readers.tokenizer("tokenizer"), None)
        embeds, _ = reading.encode_prompt(
            words or " ", max_sequence_length=tokens, device=encoder.device
        )
        return {"embeds": embeds.cpu()}

    def pipeline(self, folder: Path, parts: dict[str, Any], mode: Mode) -> Any:
        return QwenImagePipeline.from_pretrained(
            folder, **parts, text_encoder=None, tokenizer=None, local_files_only=True
        )

    def denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, on_step: OnStep
    ) -> Tensor:
        """Latents [1, channels, 1, height/8, width/8]."""
        packed = pipe(
            **_told("prompt", words.positive),
            **_told("negative_prompt", words.negative),
            true_cfg_scale=shot.guidance,
            **drawn(shot),
            max_sequence_length=1024,  # its default would cut the words in half, silently
            callback_on_step_end=after_step(on_step),
        ).images
        latents: Tensor = pipe._unpack_latents(
            packed, shot.height, shot.width, pipe.vae_scale_factor
        )
        return latents

    def decode(self, pipe: Any, latents: Tensor) -> Tensor:
        picture: Tensor = pipe.vae.decode(spread(pipe.vae, latents), return_dict=False)[0]
        return picture[0]

    def tile(self, pipe: Any, rung: Rung | None) -> None:
        tile_with_strides(pipe.vae, rung)


def _told(what: str, read: dict[str, Tensor] | None) -> dict[str, Tensor]:
    """A mask beside the embeddings: all of them count, and without one it complains."""
    if read is None:
        return {}
    embeds = read["embeds"]
    mask = torch.ones(embeds.shape[:2], dtype=torch.long, device=embeds.device)
    return {f"{what}_embeds": embeds, f"{what}_embeds_mask": mask}
