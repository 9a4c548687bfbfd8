"""CogVideoX 2B, 5B, 5B-I2V, 1.5-5B and 1.5-5B-I2V through diffusers."""

from pathlib import Path
from typing import Any

from diffusers import CogVideoXImageToVideoPipeline, CogVideoXPipeline
from PIL import Image
from torch import Tensor

from video_service.engines.attention import JointAttention, fuse_projections
from video_service.engines.base import Shot
from video_service.engines.families.base import Family, OnStep, Readers, Words, after_step, filmed
from video_service.engines.specs import Mode
from video_service.engines.t5 import read_t5


class CogVideoX(Family):
    """All five folders: what 1.5 and the photo do differently, its pipelines know."""

    blocks = ("CogVideoXBlock",)

    def prepare(self, network: Any, *, fuse: bool) -> None:
        """With an attention that asks diffusers' dispatcher, as all other families have."""
        network.set_attn_processor(JointAttention())
        if fuse:
            fuse_projections(network)

    def read_words(self, readers: Readers, words: str, tokens: int) -> dict[str, Tensor]:
        return {"embeds": read_t5(readers, words, tokens)}

    def pipeline(self, folder: Path, parts: dict[str, Any], mode: Mode) -> Any:
        kind: Any = CogVideoXPipeline if mode == "text" else CogVideoXImageToVideoPipeline
        return kind.from_pretrained(
            folder, **parts, text_encoder=None, tokenizer=None, local_files_only=True
        )

    def denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, on_step: OnStep
    ) -> Tensor:
        """Latents [1, latent frames, channels, height/8, width/8]."""
        latents: Tensor = pipe(
            **({} if photo is None else {"image": photo}),
            **filmed(shot, words),
            callback_on_step_end=after_step(on_step),
        ).frames
        wanted = (shot.frames - 1) // pipe.vae_scale_factor_temporal + 1
        return latents[:, -wanted:]  # 1.5 pads in front to an even number of latents

    def decode(self, pipe: Any, latents: Tensor) -> Tensor:
        pixels: Tensor = pipe.decode_latents(latents)[0]
        return pixels
