"""I2VGen-XL: a photo moves for two seconds. Deprecated in diffusers, and kept because sources ask.

Its own reading of words breaks with transformers 5, so words are read here; it takes no callback,
so its scheduler tells the steps.
"""

from pathlib import Path
from typing import Any

import torch
from accelerate.hooks import AlignDevicesHook, add_hook_to_module
from diffusers import I2VGenXLPipeline
from PIL import Image
from torch import Tensor
from transformers import CLIPVisionModelWithProjection

from video_service.engines.base import Shot
from video_service.engines.families.base import Family, OnStep, Readers, Words, each_step, filmed
from video_service.engines.families.tiling import tile_square
from video_service.engines.specs import Mode
from video_service.engines.weights import read_whole
from video_service.footprints import Rung


class I2VGenXL(Family):
    """A U-Net told the photo twice: by CLIP, which stays off the card, and by the VAE."""

    network = "unet"

    def read_words(self, readers: Readers, words: str, tokens: int) -> dict[str, Tensor]:
        """[1, tokens, width]: the last layer but one, as it was trained."""
        ids = readers.tokenizer("tokenizer")(
            words, padding="max_length", max_length=tokens, truncation=True, return_tensors="pt"
        ).input_ids
        encoder = readers.encoder("text_encoder")
        layers = encoder(ids.to(encoder.device), output_hidden_states=True).hidden_states
        inner = getattr(encoder, "text_model", encoder)  # transformers 5 took a shell away
        return {"embeds": inner.final_layer_norm(layers[-2]).cpu()}

    def pipeline(self, folder: Path, parts: dict[str, Any], mode: Mode) -> Any:
        dtype = parts["unet"].dtype  # that of its eye becomes that of all it sees
        eye = read_whole(CLIPVisionModelWithProjection, folder / "image_encoder", dtype=dtype)
        add_hook_to_module(eye, AlignDevicesHook(execution_device="cpu", io_same_device=True))
        return I2VGenXLPipeline.from_pretrained(
            folder,
            **parts,
            image_encoder=eye,
            text_encoder=None,
            tokenizer=None,
            local_files_only=True,
        )

    def denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, on_step: OnStep
    ) -> Tensor:
        """Latents [1, channels, frames, height/8, width/8]."""
        # it reads the photo with noise that no generator can be given for
        with torch.random.fork_rng(), each_step(pipe.scheduler, on_step):
            torch.manual_seed(shot.seed)
            latents: Tensor = pipe(image=photo, **filmed(shot, words)).frames
        return latents

    def decode(self, pipe: Any, latents: Tensor) -> Tensor:
        video: Tensor = pipe.decode_latents(latents, decode_chunk_size=1)
        return video[0]

    def tile(self, pipe: Any, rung: Rung | None) -> None:
        tile_square(pipe.vae, rung)
