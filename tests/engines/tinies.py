"""Tiny folders of every kind under their published names, each written when first asked for."""

from pathlib import Path
from typing import cast

from tests import tiny_model, tiny_others

NAMES = {
    "t2v": "CogVideoX-2b",
    "t2v5b": "CogVideoX-5b",
    "i2v": "CogVideoX-5b-I2V",
    "t2v15": "CogVideoX1.5-5B",
    "i2v15": "CogVideoX1.5-5B-I2V",
    "wan_t2v": "Wan2.1-T2V-1.3B-Diffusers",
    "wan22": "Wan2.2-TI2V-5B-Diffusers",
    "i2vgenxl": "i2vgen-xl",
    "flux": "FLUX.1-schnell",
    "qwen_image": "Qwen-Image",
}


class Tinies:
    """Call it with a kind; the same kind is the same folder."""

    def __init__(self, models: Path) -> None:
        self._models = models

    def __call__(self, kind: str) -> Path:
        folder = self._models / NAMES[kind]
        if folder.is_dir():
            return folder
        if kind in tiny_others.OTHERS:
            return tiny_others.write(folder, kind)
        frames = {"i2v": 9}.get(kind, 49)  # it films its longest film only
        return tiny_model.write(folder, cast(tiny_model.Kind, kind), frames)
