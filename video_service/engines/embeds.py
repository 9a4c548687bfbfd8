"""Prompts that were already read, kept on disk: the oldest go when the shelf is full."""

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

log = logging.getLogger(__name__)
MOST_BYTES = 512 * 2**20  # some 150 prompts of a published model in float32, 300 in half


class Embeds:
    """One folder of tensors, least recently used first to go."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def get(self, key: str) -> dict[str, torch.Tensor] | None:
        """What was put under `key`, on the CPU."""
        file = self._file(key)
        try:
            found = load_file(file)
            os.utime(file)
        except FileNotFoundError:
            return None
        except (SafetensorError, OSError) as error:
            log.warning("dropping a broken embedding %s: %s", file.name, error)
            file.unlink(missing_ok=True)
            return None
        return found

    def put(self, key: str, embeds: dict[str, torch.Tensor]) -> None:
        """Keep `embeds`; a full disk costs the shelf, never the film."""
        file = self._file(key)
        part = file.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            save_file({name: one.contiguous() for name, one in embeds.items()}, part)
            part.replace(file)
            self._trim()
        except (OSError, SafetensorError) as error:
            log.warning("an embedding could not be kept: %s", error)
            with suppress(OSError):
                part.unlink()

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.safetensors"

    def _trim(self) -> None:
        kept = 0
        files = [(file.stat(), file) for file in self._folder.iterdir()]
        for stat, file in sorted(files, key=lambda f: f[0].st_mtime_ns, reverse=True):
            kept += stat.st_size
            if kept > self._most:
                file.unlink(missing_ok=True)
