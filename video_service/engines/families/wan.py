"""Wan 2.1 T2V 1.3B and Wan 2.2 TI2V 5B; the latter films from words and from photos."""

from pathlib import Path
from typing import Any

from diffusers import WanImageToVideoPipeline, WanPipeline
from PIL import Image
from torch import Tensor

from video_service.engines.base import Shot
from video_service.engines.families.base import Family, OnStep, Readers, Words, after_step, filmed
from video_service.engines.families.latents import spread
from video_service.engines.families.tiling import tile_with_strides
from video_service.engines.specs import Mode
from video_service.footprints import Rung


class Wan(Family):
    """Both folders name WanPipeline; for a photo the same parts go into its sister."""

    exact = ("vae",)  # as its makers have it: half floats show in the film
    blocks = ("WanTransformerBlock",)

    def read_words(self, readers: Readers, words: str, tokens: int) -> dict[str, Tensor]:
        """[1, tokens, width]; umT5 reads Chinese as well."""
        encoder = readers.encoder("text_encoder")
        reading: Any = WanPipeline(readers.tokenizer("tokenizer"), encoder, None, None)
        embeds, _ = reading.encode_prompt(
            words,
            do_classifier_free_guidance=False,
            max_sequence_length=tokens,
            device=encoder.device,
        )
        return {"embeds": embeds.cpu()}

    def pipeline(self, folder: Path, parts: dict[str, Any], mode: Mode) -> Any:
        kind: Any = WanPipeline if mode == "text" else WanImageToVideoPipeline
        return kind.from_pretrained(
            folder, **parts, text_encoder=None, tokenizer=None, local_files_only=True
        )

    def denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, on_step: OnStep
    ) -> Tensor:
        """Latents [1, channels, latent frames, height/8 or /16, width/8 or /16]."""
        latents: Tensor = pipe(
            **({} if photo is None else {"image": photo}),
            **filmed(shot, words),
            callback_on_step_end=after_step(on_step),
        ).frames
        return latents

    def decode(self, pipe: Any, latents: Tensor) -> Tensor:
        video: Tensor = pipe.vae.decode(spread(pipe.vae, latents), return_dict=False)[0]
        return video[0]

    def tile(self, pipe: Any, rung: Rung | None) -> None:
        tile_with_strides(pipe.vae, rung)
