"""A model on this machine, of any family: words → latents → finite check → pixels.

    prompt ──▶ text encoders (disk cache) ──▶ denoise on the card ──▶ latents ──▶ VAE in tiles

The stages are separate, so that a failure in the decode never costs the denoise again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import BytesIO
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError

from video_service.engines import place
from video_service.engines.base import CardLost, EngineError, Frames, Report, Shot
from video_service.engines.families import open_family
from video_service.engines.families.base import Words
from video_service.engines.folder import ModelFolder
from video_service.engines.hush import hushed
from video_service.engines.readers import FolderReaders
from video_service.engines.rig import Rig
from video_service.engines.workshop import Workshop
from video_service.schema.settings import ServiceSettings

log = logging.getLogger(__name__)
VERSIONS = ("torch", "diffusers", "transformers", "torchao", "av")


class LocalEngine:
    """Films with one model folder; one film at a time, in one thread."""

    def __init__(
        self, folder: ModelFolder, settings: ServiceSettings, workshop: Workshop | None = None
    ) -> None:
        self.name = folder.spec.name
        self._folder, self._settings = folder, settings
        self._workshop = workshop or Workshop()
        self._family = open_family(folder.spec.family)
        self._rig: Rig | None = None
        self._readers: Any = None
        self._facts: dict[str, Any] = {}
        self._step_downs: list[str] = []

    def load(self) -> None:
        """Read the weights and place them; EngineError when they cannot be used."""
        if self._rig is not None:
            return
        with self._explained("model_load_failed"), hushed():
            self._device = place.choose_device(self._settings)
            trained = self._folder.spec.dtype
            self._dtype = place.choose_dtype(self._settings, trained, self._device)
            precision = "int8" if self._settings.quantize == "int8" else "none"
            rig = Rig(self._folder, self._family, (self._device, self._dtype), precision)
            rig.pipe(self._folder.spec.modes[0])  # a broken folder is told now
            on_card = self._settings.text_encoder == "gpu"
            beside = self._device if on_card else torch.device("cpu")
            self._readers = FolderReaders(self._folder, (beside, self._dtype), precision)
        self._rig = rig
        profile = f"{self._device.type} {place.name_of(self._dtype)} quantize={precision}"
        self._facts = {"weights": self._folder.fingerprint(), "profile": profile}
        log.info("%s loaded from %s: %s", self.name, self._folder.path, profile)

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        """Frames of `shot`; on one machine the same seed gives the same frames."""
        self.load()
        self._step_downs = []
        place.forget_peak(self._device)
        with self._explained("film_failed"), torch.no_grad():
            report("embed", 0.0)
            words = self._embed(shot)
            report("embed", 1.0)
            pipe = self._ready().pipe("text" if photo is None else "photo")
            latents = self._denoise(pipe, shot, words, _opened(photo), report)
            if not torch.isfinite(latents).all():
                raise EngineError("not_finite", f"{self.name} computed values that are no numbers")
            report("decode", 0.0)
            frames = self._decode(pipe, latents)
            report("decode", 1.0)
            return frames

    def facts(self) -> dict[str, Any]:
        """For the sidecar: weights, profile, step-downs, peak memory in bytes, versions."""
        return {
            **self._facts,
            "step_downs": list(self._step_downs),
            "peak_bytes": place.peak_bytes(self._device),
            "versions": {name: version(name) for name in VERSIONS},
        }

    def close(self) -> None:
        self._rig = self._readers = None
        place.release()

    def _ready(self) -> Rig:
        if self._rig is None:
            raise EngineError("model_load_failed", f"{self.name} is not loaded")
        return self._rig

    def _embed(self, shot: Shot) -> Words:
        """What the words mean, on the card; words read before cost nothing."""
        steered = self._folder.spec.negative and shot.guidance > 1
        negative = self._read(shot.negative_prompt) if steered else None
        return Words(self._read(shot.prompt), negative)

    def _read(self, words: str) -> dict[str, torch.Tensor]:
        tokens = self._folder.spec.prompt_tokens or 0
        key = f"{self._readers.key}:{tokens}:{words}"
        shelf = self._workshop.embeds
        known = shelf.get(key) if shelf else None
        if known is None:
            with hushed():
                known = self._family.read_words(self._readers, words, tokens)
            if shelf:
                shelf.put(key, known)
        return {name: self._on_card(read) for name, read in known.items()}

    def _on_card(self, read: torch.Tensor) -> torch.Tensor:
        return read.to(self._device, self._dtype if read.is_floating_point() else None)

    def _denoise(
        self, pipe: Any, shot: Shot, words: Words, photo: Image.Image | None, report: Report
    ) -> torch.Tensor:
        """Latents; `report` may raise out of any step."""
        done = 0

        def on_step() -> None:
            nonlocal done
            done += 1
            report("denoise", done / shot.steps)

        report("denoise", 0.0)
        try:
            return self._family.denoise(pipe, shot, words, photo, on_step)
        finally:  # a raised step leaves caches and hooks behind that would spoil the next film
            pipe.maybe_free_model_hooks()

    def _decode(self, pipe: Any, latents: torch.Tensor) -> Frames:
        """Pixels of the latents; when memory runs out, again in smaller tiles."""
        for rung in self._family.tiles:
            self._family.tile(pipe, rung)
            try:
                return _levels(self._family.decode(pipe, latents))
            except torch.OutOfMemoryError:
                self._step_down(f"tiles_{rung[1]}x{rung[0]}")
            place.release()
        raise EngineError("out_of_memory", f"{self.name}: not even the smallest tile fits")

    def _step_down(self, code: str) -> None:
        self._step_downs.append(code)
        log.warning("%s: memory ran out: %s", self.name, code)

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


def _opened(photo: bytes | None) -> Image.Image | None:
    return Image.open(BytesIO(photo)).convert("RGB") if photo else None


def _levels(video: torch.Tensor) -> Frames:
    """[3, frames, h, w] in -1 to 1 becomes [frames, h, w, 3] in 0 to 255."""
    levels = (video.float() / 2 + 0.5).clamp(0, 1).mul(255).round().to(torch.uint8)
    frames: Frames = levels.permute(1, 2, 3, 0).cpu().contiguous().numpy()
    return frames


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
