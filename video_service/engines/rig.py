"""A folder's network and VAE: read once, placed, and put into pipelines of either mode."""

from typing import Any

import torch
from diffusers.utils.logging import disable_progress_bar
from transformers.utils.logging import disable_progress_bar as disable_transformers_bar

from video_service.engines.families.base import Family
from video_service.engines.folder import ModelFolder
from video_service.engines.hush import hushed
from video_service.engines.readers import class_of
from video_service.engines.specs import Mode
from video_service.engines.weights import read_whole
from video_service.quantize import quantize


class Rig:
    """The modules of one engine; its pipelines share them."""

    def __init__(
        self,
        folder: ModelFolder,
        family: Family,
        where: tuple[torch.device, torch.dtype],
        precision: str,
    ) -> None:
        disable_progress_bar()
        disable_transformers_bar()
        self._folder, self._family = folder, family
        self._device, self._dtype = where
        self.network = self._part(family.network)
        family.prepare(self.network, fuse=False)
        if precision == "int8":
            quantize(self.network, "int8")
        self.vae = self._part("vae")
        for module in (self.network, self.vae):
            module.to(self._device)
        self._pipes: dict[Mode, Any] = {}

    def pipe(self, mode: Mode) -> Any:
        """The pipeline of `mode`, without text encoders."""
        if mode not in self._pipes:
            parts = {self._family.network: self.network, "vae": self.vae}
            with hushed():
                pipe = self._family.pipeline(self._folder.path, parts, mode)
            pipe.set_progress_bar_config(disable=True)
            self._pipes[mode] = pipe
        return self._pipes[mode]

    def _part(self, name: str) -> Any:
        kind = class_of(self._folder, name)
        dtype = torch.float32 if name in self._family.exact else self._dtype
        return read_whole(kind, self._folder.path / name, torch_dtype=dtype)
