"""A folder's text encoders and tokenizers, read from disk when words come that are not yet known.

Together they are most of a model's weights and work a few seconds, so they stay off the card below
24 GB, and do not even load for a prompt whose embedding is on the shelf.
"""

import json
from importlib import import_module
from typing import Any

import torch

from video_service.engines import place
from video_service.engines.base import EngineError
from video_service.engines.families.base import Family
from video_service.engines.faults import host_memory, reading
from video_service.engines.folder import ModelFolder
from video_service.engines.hush import hushed
from video_service.engines.parts import content_key, encoder_key, reading_floats
from video_service.engines.quantized import read_quantized
from video_service.engines.weights import read_whole
from video_service.engines.workshop import Workshop
from video_service.profiles import Profile

LIBRARIES = ("transformers", "diffusers")


class FolderReaders:
    """By name, as in model_index.json; see `families.base.Readers`."""

    def __init__(
        self, folder: ModelFolder, family: Family, workshop: Workshop, device: torch.device
    ) -> None:
        self._folder, self._family, self._workshop = folder, family, workshop
        self._card, self._name = device, f"{folder.spec.name} ({folder.path.name})"
        self._device, self._floats, self._precision = device, torch.float32, "none"
        self._profile: Profile  # once it is arranged
        self._encoders: dict[str, Any] = {}
        self._tokenizers: dict[str, Any] = {}
        self._content = ""

    def arrange(self, profile: Profile) -> None:
        """Read as `profile` wants it from now on; what is read otherwise is given up."""
        device = self._card if profile.text_encoder == "gpu" else torch.device("cpu")
        floats: torch.dtype = getattr(torch, reading_floats(profile))
        wanted = (device, floats, profile.text_quantize)
        if wanted != (self._device, self._floats, self._precision):
            self._encoders.clear()
            place.release()  # quantized ones hold themselves in circles
        self._device, self._floats, self._precision = wanted
        self._profile = profile

    def drop(self) -> None:
        self._encoders.clear()
        self._tokenizers.clear()

    def words(self, text: str, tokens: int) -> dict[str, torch.Tensor]:
        """What the family reads in `text`; from the shelf when these words were read before."""
        key = f"{self._key()}:{tokens}:{text}"
        shelf = self._workshop.embeds
        known = shelf.get(key) if shelf else None
        if known is None:
            with hushed(), host_memory(self._name, self._device):
                known = self._family.read_words(self, text, tokens)
            if shelf:
                shelf.put(key, known)
        return known

    def encoder(self, name: str) -> Any:
        if name not in self._encoders:
            key = encoder_key(self._folder.path / name, self._profile)
            with reading(self._name):
                self._encoders[name] = self._workshop.parts.share(
                    key, lambda: self._read_encoder(name)
                )
        return self._encoders[name]

    def tokenizer(self, name: str) -> Any:
        if name not in self._tokenizers:
            with reading(self._name):
                kind, path = class_of(self._folder, name), self._folder.path / name
                self._tokenizers[name] = kind.from_pretrained(path, local_files_only=True)
        return self._tokenizers[name]

    def _key(self) -> str:
        """Changes with whatever changes what is understood; the same T5 in two folders is one."""
        if not self._content:
            parts = sorted(self._family.readers)
            self._content = ":".join(content_key(self._folder.path / part) for part in parts)
        return f"{self._folder.spec.family}:{self._content}:{self._floats}:{self._precision}"

    def _read_encoder(self, name: str) -> Any:
        kind = class_of(self._folder, name)
        path, shelf = self._folder.path / name, self._workshop.quantized
        if self._precision == "int8":
            encoder = read_quantized(kind, path, "int8", shelf, dtype=self._floats)
        else:
            encoder = read_whole(kind, path, dtype=self._floats)
        return encoder.to(self._device)


def class_of(folder: ModelFolder, part: str) -> Any:
    """The class that model_index.json names for `part`."""
    index = json.loads((folder.path / "model_index.json").read_text("utf-8"))
    library, name = index[part]
    if library not in LIBRARIES or not hasattr(module := import_module(library), name):
        message = f"{folder.path.name}: {part} is a {library}.{name}, which is not known here"
        raise EngineError("model_load_failed", message)
    return getattr(module, name)
