"""What differs from model family to model family; all else of filming is in `engines/local.py`.

A family holds no state: the modules of a folder belong to the engine, which hands them in.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar, Protocol

import torch
from PIL import Image
from torch import Tensor

from video_service.engines.base import Shot
from video_service.engines.specs import Mode
from video_service.footprints import Rung

OnStep = Callable[[], None]  # told after every step; what it raises ends the film


@dataclass(frozen=True, slots=True)
class Words:
    """What the text encoders made of a shot's words; all batches are 1.

    `negative` is None where nothing is to be steered away from: by its rules, or at a guidance
    of 1 and below.
    """

    positive: dict[str, Tensor]
    negative: dict[str, Tensor] | None

    def to(self, device: torch.device, floats: torch.dtype) -> "Words":
        """The same on `device`; what is no float (a mask) stays what it is."""

        def moved(read: dict[str, Tensor]) -> dict[str, Tensor]:
            return {
                name: one.to(device, floats if one.is_floating_point() else None)
                for name, one in read.items()
            }

        return Words(moved(self.positive), self.negative and moved(self.negative))


class Readers(Protocol):
    """The text encoders and tokenizers of a folder, by the names of their parts.

    Each is read from disk when it is first asked for, so that words already known cost nothing.
    """

    def encoder(self, name: str) -> Any:
        """The text encoder, ready where it works: see its own `device` and `dtype`."""

    def tokenizer(self, name: str) -> Any: ...


class Family(Protocol):
    """Subclass it: the defaults are those of most families."""

    network: ClassVar[str] = "transformer"  # the part that denoises
    readers: ClassVar[tuple[str, ...]] = ("text_encoder", "tokenizer")  # never in the pipeline
    exact: ClassVar[tuple[str, ...]] = ()  # parts that compute in float32 on every card
    blocks: ClassVar[tuple[str, ...]] = ()  # class names that compile one by one

    def prepare(self, network: Any, *, fuse: bool) -> None:
        """Ready a network just read, before it is quantized; `fuse`: join what computes faster."""
        return

    def read_words(self, readers: Readers, words: str, tokens: int) -> dict[str, Tensor]:
        """What `words` (a prompt or a negative one) mean, batch 1; kept on disk by the engine."""
        ...

    def pipeline(self, folder: Path, parts: dict[str, Any], mode: Mode) -> Any:
        """The diffusers pipeline of `mode` around `parts` (network and vae), without readers."""
        ...

    def denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, on_step: OnStep
    ) -> Tensor:
        """Latents of `shot` as `decode` takes them; `photo` has exactly the size of the shot."""
        ...

    def decode(self, pipe: Any, latents: Tensor) -> Tensor:
        """Pixels [3, frames, height, width] in -1 to 1."""
        ...

    def tile(self, pipe: Any, rung: Rung | None) -> None:
        """Decode in tiles of this height and width from now on; None: in one piece."""
        if rung is None:
            pipe.vae.disable_tiling()
        else:
            pipe.vae.enable_tiling(*rung)


def drawn(shot: Shot) -> dict[str, Any]:
    """What every pipeline is told of `shot`; what it hands back are latents."""
    return {
        "width": shot.width,
        "height": shot.height,
        "num_inference_steps": shot.steps,
        # drawn on the CPU, so that a seed means the same noise on every card
        "generator": torch.Generator("cpu").manual_seed(shot.seed),
        "output_type": "latent",
    }


def filmed(shot: Shot, words: Words) -> dict[str, Any]:
    """The same where frames are counted, and one embedding holds all the words."""
    return {
        **drawn(shot),
        "prompt_embeds": words.positive["embeds"],
        "negative_prompt_embeds": words.negative and words.negative["embeds"],
        "num_frames": shot.frames,
        "guidance_scale": shot.guidance,
    }


def counted(steps: int, told: Callable[[float], None]) -> OnStep:
    """Tells `told` after every step which share of them is done."""
    done = 0

    def on_step() -> None:
        nonlocal done
        done += 1
        told(done / steps)

    return on_step


def after_step(on_step: OnStep) -> Callable[..., dict[str, Any]]:
    """`on_step` as diffusers' `callback_on_step_end`."""

    def call(_: Any, __: int, ___: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        on_step()
        return tensors

    return call


@contextmanager
def each_step(scheduler: Any, on_step: OnStep) -> Iterator[None]:
    """Tell `on_step` after every step of a pipeline that takes no callback."""
    step = scheduler.step

    @wraps(step)  # pipelines look at what it takes
    def told(*args: Any, **more: Any) -> Any:
        made = step(*args, **more)
        on_step()
        return made

    scheduler.step = told
    try:
        yield
    finally:
        del scheduler.step
