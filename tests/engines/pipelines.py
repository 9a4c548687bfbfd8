"""Real pipelines of tiny folders, asked without any of our own code between."""

import inspect
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.tinies import Tinies
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.engines.specs import EngineSpec

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")


@cache
def opened(folder: Path, name: str | None = None) -> Any:
    """The pipeline that model_index.json names, or another around the same parts."""
    with hushed():
        import diffusers

        index = json.loads((folder / "model_index.json").read_text())
        pipe: Any = getattr(diffusers, name or index["_class_name"]).from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def ask(pipe: Any, **wish: Any) -> Any:
    """[frames, height, width, 3] of a wish: two steps, words and photo if it wants one."""
    photo = Image.fromarray(np.zeros((64, 64, 3), np.uint8) + 99)
    takes_photo = any(name in type(pipe).__name__ for name in ("ImageToVideo", "I2VGen"))
    usual = {
        "prompt": "a panda",
        "num_inference_steps": 2,
        "generator": torch.Generator().manual_seed(0),
        "output_type": "np",
        **({"image": photo} if takes_photo else {}),
        **({"clip_skip": None} if "I2VGen" in type(pipe).__name__ else {}),  # else it breaks
    }
    with hushed(), torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(0)  # I2VGen-XL draws from here too
        made = pipe(**(usual | wish))
    return made.images if hasattr(made, "images") else made.frames[0]


def spec_of(kind: str, tinies: Tinies) -> EngineSpec:
    return read_folder(tinies(kind)).spec


def default(pipeline: str, name: str) -> Any:
    with hushed():
        import diffusers

        call = getattr(diffusers, pipeline).__call__
    return inspect.signature(call).parameters[name].default
