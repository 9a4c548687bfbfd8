"""What diffusers itself makes when it is simply asked: the pipelines whole, words and all."""

from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
from PIL import Image

from video_service.engines.base import Frames, Shot
from video_service.engines.hush import hushed
from video_service.engines.specs import Mode


def film_plainly(kind: str, folder: Path, shot: Shot, photo: Image.Image | None = None) -> Frames:
    """[frames, height, width, 3] of a kind of `tests.tiny_others`, in float32 on the CPU."""
    with hushed():
        import diffusers
        import torch

        name = _class(kind, "photo" if photo else "text")
        pipe: Any = getattr(diffusers, name).from_pretrained(folder, torch_dtype=torch.float32)
        pipe.set_progress_bar_config(disable=True)
        if kind == "i2vgenxl":  # transformers 5 took away a shell that this pipeline still opens
            object.__setattr__(pipe.text_encoder, "text_model", pipe.text_encoder)
        # the photo pipeline of Wan asks for ftfy even where it is not installed
        wan = import_module("diffusers.pipelines.wan.pipeline_wan_i2v")
        unharmed = patch.object(wan, "ftfy", Mock(fix_text=str), create=True)
    with unharmed, torch.random.fork_rng():
        torch.manual_seed(shot.seed)  # I2VGen-XL draws from here too, past its own generator
        made = pipe(
            prompt=shot.prompt,
            width=shot.width,
            height=shot.height,
            num_inference_steps=shot.steps,
            generator=torch.Generator().manual_seed(shot.seed),
            output_type="np",
            **({"image": photo} if photo else {}),
            **_particulars(kind, shot),
        )
    pictures = made.images if shot.makes == "image" else made.frames[0]
    frames: Frames = (pictures * 255).round().astype(np.uint8)
    return frames


def _class(kind: str, mode: Mode) -> str:
    if kind == "wan22" and mode == "photo":
        return "WanImageToVideoPipeline"
    return {
        "wan_t2v": "WanPipeline",
        "wan22": "WanPipeline",
        "i2vgenxl": "I2VGenXLPipeline",
        "flux": "FluxPipeline",
        "qwen_image": "QwenImagePipeline",
    }[kind]


def _particulars(kind: str, shot: Shot) -> dict[str, Any]:
    if kind == "flux":
        return {"max_sequence_length": 256}
    negative = {"negative_prompt": shot.negative_prompt}
    if kind == "qwen_image":
        blank = {"negative_prompt": shot.negative_prompt or " "}
        return {**blank, "true_cfg_scale": shot.guidance, "max_sequence_length": 1024}
    return {**negative, "guidance_scale": shot.guidance, "num_frames": shot.frames}
