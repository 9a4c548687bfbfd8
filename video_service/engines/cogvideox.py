"""CogVideoX through diffusers: embed → denoise → finite check → decode. Read it top to bottom.

    prompt ──▶ T5 (host memory, disk cache) ──▶ denoise on the card ──▶ latents ──▶ VAE in tiles

The stages are separate, so that a failure in the decode never costs the denoise again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLCogVideoX,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
)
from diffusers.utils.logging import disable_progress_bar
from safetensors import SafetensorError
from transformers.utils.logging import disable_progress_bar as disable_transformers_bar

from video_service.engines import place
from video_service.engines.base import CardLost, EngineError, Frames, Report, Shot
from video_service.engines.embeds import Embeds
from video_service.engines.folder import ModelFolder
from video_service.engines.hush import hushed
from video_service.engines.specs import GIB
from video_service.engines.t5 import T5
from video_service.engines.weights import read_whole
from video_service.quantize import quantize
from video_service.schema.settings import ServiceSettings

log = logging.getLogger(__name__)
AIR = 2 * GIB  # beside the weights, for activations and one tile of the decode
# Heights divisible by 48 and widths by 40 only: any other tile is stitched to a wrong size.
TILES = ((240, 360), (144, 200), (96, 120), (48, 40))
VERSIONS = ("torch", "diffusers", "transformers", "torchao", "av")


class CogVideoX:
    """Text to video with a 2B or 5B folder; one film at a time, in one thread."""

    def __init__(self, folder: ModelFolder, settings: ServiceSettings, embeds: Path | None) -> None:
        self.name = folder.spec.name
        self._folder, self._settings = folder, settings
        self._embeds = Embeds(embeds) if embeds else None
        self._pipe: Any = None
        self._t5: Any = None
        self._facts: dict[str, Any] = {}
        self._downgrades: list[str] = []

    def load(self) -> None:
        """Read the weights and place them; EngineError when they cannot be used."""
        if self._pipe is not None:
            return
        with self._explained("model_load_failed"), hushed():
            self._device = place.choose_device(self._settings)
            trained = self._folder.spec.dtype
            self._dtype = place.choose_dtype(self._settings, trained, self._device)
            weights = self._folder.fingerprint()
            pipe, self._t5 = self._read(weights)
            profile = self._place(pipe)
        self._pipe = pipe
        self._facts = {"weights": weights, "profile": profile}
        log.info("%s loaded from %s: %s", self.name, self._folder.path, profile)

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        """Frames of `shot`; on one machine the same seed gives the same frames."""
        self.load()
        self._downgrades = []
        place.forget_peak(self._device)
        with self._explained("film_failed"), torch.no_grad():
            report("embed", 0.0)
            words = self._embed(shot.prompt), self._embed(shot.negative_prompt)
            report("embed", 1.0)
            latents = self._denoise_or_make_room(shot, words, report)
            if not torch.isfinite(latents).all():
                raise EngineError("not_finite", f"{self.name} computed values that are no numbers")
            report("decode", 0.0)
            frames = self._decode(latents)
            report("decode", 1.0)
            return frames

    def facts(self) -> dict[str, Any]:
        """For the sidecar: weights, profile, downgrades, peak memory in bytes, versions."""
        return {
            **self._facts,
            "downgrades": list(self._downgrades),
            "peak_bytes": place.peak_bytes(self._device),
            "versions": {name: version(name) for name in VERSIONS},
        }

    def close(self) -> None:
        self._pipe = self._t5 = None
        place.release()

    def _read(self, weights: str) -> tuple[Any, T5]:
        """The pipeline without its reader, and the reader: they live in different memory."""
        disable_progress_bar()
        disable_transformers_bar()
        path, dtype = self._folder.path, self._dtype
        transformer = read_whole(
            CogVideoXTransformer3DModel, path / "transformer", torch_dtype=dtype
        )
        if self._settings.quantize == "int8":
            quantize(transformer, "int8")
        pipe: Any = CogVideoXPipeline.from_pretrained(
            path,
            transformer=transformer,
            vae=read_whole(AutoencoderKLCogVideoX, path / "vae", torch_dtype=dtype),
            text_encoder=None,
            tokenizer=None,
            local_files_only=True,
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe, T5(path, self._settings, (self._device, dtype), (self._embeds, weights))

    def _place(self, pipe: Any) -> str:
        """Transformer and VAE on the card while they fit; else they take turns. The profile."""
        told = self._profile()
        if self._device.type == "cpu":
            return told
        if place.weigh(pipe.transformer, pipe.vae) + AIR > place.free_bytes(self._device):
            # whole models in turn: layer by layer would fit anywhere but is slower by far
            pipe.enable_model_cpu_offload(device=self._device)
            return f"{told} offload"
        pipe.to(self._device)
        return f"{told} resident"

    def _profile(self) -> str:
        precision = f"{place.name_of(self._dtype)} quantize={self._settings.quantize}"
        return f"{self._device.type} {precision}"

    def _embed(self, words: str) -> torch.Tensor:
        read: torch.Tensor = self._t5.read(words, self._folder.spec.prompt_tokens)
        return read.to(self._device, self._dtype)

    def _denoise_or_make_room(
        self, shot: Shot, words: tuple[torch.Tensor, torch.Tensor], report: Report
    ) -> torch.Tensor:
        """Denoise; when memory runs out, once more with the models taking turns."""
        try:
            return self._denoise(shot, words, report)
        except torch.OutOfMemoryError:
            self._downgrade("the denoise did not fit beside the VAE")
        place.release()  # outside the handler: its traceback holds the tensors that filled the card
        self._pipe.enable_model_cpu_offload(device=self._device)
        self._facts["profile"] = f"{self._profile()} offload"  # from now on, for every film
        return self._denoise(shot, words, report)

    def _denoise(
        self, shot: Shot, words: tuple[torch.Tensor, torch.Tensor], report: Report
    ) -> torch.Tensor:
        """Latents [1, latent frames, channels, h/8, w/8]; `report` may raise out of any step."""

        def after_step(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            report("denoise", (step + 1) / shot.steps)
            return tensors

        report("denoise", 0.0)
        try:
            latents: torch.Tensor = self._pipe(
                prompt_embeds=words[0],
                negative_prompt_embeds=words[1],
                width=shot.width,
                height=shot.height,
                num_frames=shot.frames,
                num_inference_steps=shot.steps,
                guidance_scale=shot.guidance,
                # drawn on the CPU, so that a seed means the same noise on every card
                generator=torch.Generator("cpu").manual_seed(shot.seed),
                callback_on_step_end=after_step,
                output_type="latent",
            ).frames
            return latents
        finally:  # a raised step leaves caches and hooks behind that would spoil the next film
            self._pipe.maybe_free_model_hooks()

    def _decode(self, latents: torch.Tensor) -> Frames:
        """Pixels of the latents; when memory runs out, again in smaller tiles."""
        try:
            for height, width in TILES:
                self._pipe.vae.enable_tiling(height, width)
                try:
                    return _pixels(self._pipe.decode_latents(latents))
                except torch.OutOfMemoryError:
                    self._downgrade(f"the decode did not fit in tiles of {width}x{height}")
                place.release()
        finally:
            self._pipe.maybe_free_model_hooks()
        raise EngineError("out_of_memory", f"{self.name}: not even the smallest tile fits")

    def _downgrade(self, what: str) -> None:
        self._downgrades.append(what)
        log.warning("%s: %s", self.name, what)

    @contextmanager
    def _explained(self, code: str) -> Iterator[None]:
        """What torch and its libraries raise, as an EngineError that names the cause."""
        try:
            yield
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise EngineError("out_of_memory", f"{self.name} does not fit: {error}") from error
        except torch.AcceleratorError as error:
            message = f"{self.name}: {_first_line(error)}"
            raise CardLost("card_failed", message, retry=True) from error
        except (OSError, RuntimeError, ValueError, KeyError, TypeError, SafetensorError) as error:
            where = self._folder.path.name
            raise EngineError(code, f"{self.name} ({where}): {_first_line(error)}") from error


def _pixels(video: torch.Tensor) -> Frames:
    """[1, 3, frames, h, w] in -1 to 1 becomes [frames, h, w, 3] in 0 to 255."""
    levels = (video[0].float() / 2 + 0.5).clamp(0, 1).mul(255).round().to(torch.uint8)
    frames: Frames = levels.permute(1, 2, 3, 0).cpu().contiguous().numpy()
    return frames


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
