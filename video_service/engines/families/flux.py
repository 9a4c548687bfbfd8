"""FLUX.1-schnell: a picture in four steps, without guidance and without a negative prompt."""

from pathlib import Path
from typing import Any

from diffusers import FluxPipeline
from PIL import Image
from torch import Tensor

from video_service.engines.base import Shot
from video_service.engines.families.base import Family, OnStep, Readers, Words, after_step, drawn
from video_service.engines.families.tiling import tile_square
from video_service.engines.specs import Mode
from video_service.footprints import Rung

READERS = ("text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2")


class Flux(Family):
    """CLIP reads for the mood (77 tokens, the rest it never sees), T5 for everything."""

    readers = READERS
    blocks = ("FluxTransformerBlock", "FluxSingleTransformerBlock")

    def read_words(self, readers: Readers, words: str, tokens: int) -> dict[str, Tensor]:
        """`embeds` [1, tokens, width], `pooled` [1, width of CLIP]."""
        parts = {
            name: readers.encoder(name) if "encoder" in name else readers.tokenizer(name)
            for name in READERS
        }
        reading: Any = FluxPipeline(**parts, scheduler=None, vae=None, transformer=None)
        embeds, pooled, _ = reading.encode_prompt(
            words, max_sequence_length=tokens, device=parts["text_encoder"].device
        )
        return {"embeds": embeds.cpu(), "pooled": pooled.cpu()}

    def pipeline(self, folder: Path, parts: dict[str, Any], mode: Mode) -> Any:
        return FluxPipeline.from_pretrained(
            folder, **parts, **dict.fromkeys(READERS), local_files_only=True
        )

    def denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, on_step: OnStep
    ) -> Tensor:
        """Latents [1, channels, height/8, width/8]."""
        packed = pipe(
            prompt_embeds=words.positive["embeds"],
            pooled_prompt_embeds=words.positive["pooled"],
            **drawn(shot),
            callback_on_step_end=after_step(on_step),
        ).images
        latents: Tensor = pipe._unpack_latents(
            packed, shot.height, shot.width, pipe.vae_scale_factor
        )
        return latents

    def decode(self, pipe: Any, latents: Tensor) -> Tensor:
        vae = pipe.vae
        latents = latents / vae.config.scaling_factor + vae.config.shift_factor
        picture: Tensor = vae.decode(latents.to(vae.device), return_dict=False)[0]
        return picture[0].unsqueeze(1)

    def tile(self, pipe: Any, rung: Rung | None) -> None:
        tile_square(pipe.vae, rung)
