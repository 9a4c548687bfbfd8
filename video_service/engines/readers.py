"""A folder's text encoders and tokenizers, read from disk when words come that are not yet known.

Together they are most of a model's weights and work a few seconds, so they stay off the card below
24 GB, and do not even load for a prompt whose embedding is on the shelf.
"""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch

from video_service.engines.base import EngineError
from video_service.engines.folder import ModelFolder
from video_service.engines.weights import read_whole
from video_service.quantize import quantize

LIBRARIES = ("transformers", "diffusers")


class FolderReaders:
    """By name, as in model_index.json; see `families.base.Readers`."""

    def __init__(
        self, folder: ModelFolder, place: tuple[torch.device, torch.dtype], precision: str
    ) -> None:
        self._folder, self._precision = folder, precision
        self._device, dtype = place
        # half floats are slow on a CPU and overflow in T5; bfloat16 is neither
        overflows = dtype == torch.float16 and self._device.type == "cpu"
        self._dtype = torch.bfloat16 if overflows else dtype
        self._read: dict[str, Any] = {}

    @property
    def key(self) -> str:
        """Changes with whatever changes what these readers understand."""
        return f"{self._folder.fingerprint()}:{self._precision}:{self._dtype}"

    def encoder(self, name: str) -> Any:
        return self._once(name, self._read_encoder)

    def tokenizer(self, name: str) -> Any:
        return self._once(name, self._read_tokenizer)

    def _once(self, name: str, read: Callable[[str], Any]) -> Any:
        if name not in self._read:
            self._read[name] = read(name)
        return self._read[name]

    def _read_encoder(self, name: str) -> Any:
        kind = class_of(self._folder, name)
        encoder = read_whole(kind, self._folder.path / name, dtype=self._dtype)
        if self._precision == "int8":
            quantize(encoder, "int8")
        return encoder.to(self._device)

    def _read_tokenizer(self, name: str) -> Any:
        kind = class_of(self._folder, name)
        return kind.from_pretrained(self._folder.path / name, local_files_only=True)


def class_of(folder: ModelFolder, part: str) -> Any:
    """The class that model_index.json names for `part`."""
    index = json.loads((folder.path / "model_index.json").read_text("utf-8"))
    library, name = index[part]
    if library not in LIBRARIES or not hasattr(module := import_module(library), name):
        message = f"{folder.path.name}: {part} is a {library}.{name}, which is not known here"
        raise EngineError("model_load_failed", message)
    return getattr(module, name)
