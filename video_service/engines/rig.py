"""A folder's network and VAE: read, placed as a profile says, and put into pipelines."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.utils.logging import disable_progress_bar
from transformers.utils.logging import disable_progress_bar as disable_transformers_bar

from video_service.engines import place
from video_service.engines.attention import use_backend
from video_service.engines.compiling import compile_blocks
from video_service.engines.families.base import Family
from video_service.engines.folder import ModelFolder
from video_service.engines.hush import hushed
from video_service.engines.parts import vae_key
from video_service.engines.quantized import read_quantized
from video_service.engines.readers import class_of
from video_service.engines.specs import Mode
from video_service.engines.weights import read_whole
from video_service.engines.workshop import Workshop
from video_service.profiles import Profile

log = logging.getLogger(__name__)
CPU = torch.device("cpu")


class Rig:
    """The modules of one engine; its pipelines share them."""

    def __init__(
        self,
        folder: ModelFolder,
        family: Family,
        workshop: Workshop,
        device: torch.device,
        attention: str,
    ) -> None:
        """`attention`: what is asked for; it becomes what computes, and why if it is another."""
        disable_progress_bar()
        disable_transformers_bar()
        self._folder, self._family, self._workshop = folder, family, workshop
        self._device, self._asked = device, attention
        self._profile: Profile | None = None
        self._network: Any = None
        self._vae: Any = None
        self._pipes: dict[Mode, Any] = {}
        self.attention = ("", "")

    def arrange(self, profile: Profile) -> None:
        """Have the weights as `profile` wants them; read again only if they must differ."""
        if self._network is None or _weights(profile) != _weights(self._profile):
            self.drop()
            with hushed():
                self._vae = self._read_vae(profile)
                self._network = self._read_network(profile)
        self._profile = profile

    def drop(self) -> None:
        """Give everything back; `arrange` reads it again."""
        self._pipes.clear()
        self._network = self._vae = self._profile = None
        place.release()

    def pipe(self, mode: Mode) -> Any:
        """The pipeline of `mode`, without text encoders."""
        if mode not in self._pipes:
            parts = {self._family.network: self._network, "vae": self._vae}
            with hushed():
                pipe = self._family.pipeline(self._folder.path, parts, mode)
            pipe.set_progress_bar_config(disable=True)
            self._pipes[mode] = pipe
        return self._pipes[mode]

    @property
    def network(self) -> Any:
        return self._network

    def to_card(self) -> None:
        """Everything where the denoise needs it."""
        self._vae.to(self._device)
        if self._profile and self._profile.placement != "stream":
            place.move(self._network, self._device)

    def step_aside(self) -> None:
        """The network leaves the card to the decode; where it streams, it is not there."""
        if self._profile and self._profile.placement != "stream":
            place.move(self._network, CPU)
        place.release()

    @contextmanager
    def decoding_on_cpu(self) -> Iterator[None]:
        """The VAE in host memory for a while, in floats that a CPU is good at."""
        floats = self._vae.dtype
        self._vae.to(CPU, torch.float32)
        try:
            yield
        finally:
            self._vae.to(self._device, floats)

    @contextmanager
    def decoding(self, told: Callable[[], None]) -> Iterator[None]:
        """Tell `told` before every piece of the decode; what it raises ends it."""
        hook = self._vae.decoder.register_forward_pre_hook(lambda *_: told())
        try:
            yield
        finally:
            hook.remove()

    def _read_network(self, profile: Profile) -> Any:
        network = self._weights_of(profile)
        where = (self._device, _floats(profile))
        self.attention = use_backend(network, self._asked, where)
        if profile.placement == "stream":
            self._stream(network, profile)
        elif profile.compile and self._family.blocks:
            compile_blocks(network, self._family.blocks)
        return network

    def _weights_of(self, profile: Profile) -> Any:
        """The network with its layers prepared, quantized or not."""

        def prepare(network: Any) -> None:
            self._family.prepare(network, fuse=self._device.type == "cuda")

        name, floats = self._family.network, _floats(profile)
        kind, path = class_of(self._folder, name), self._folder.path / name
        if profile.quantize != "none":
            shelf = self._workshop.quantized
            return read_quantized(kind, path, profile.quantize, shelf, prepare, torch_dtype=floats)
        network = read_whole(kind, path, torch_dtype=floats)
        prepare(network)
        return network

    def _stream(self, network: Any, profile: Profile) -> None:
        """Block by block: on the card only while it computes.

        The next block comes while this one computes, except in int8: torchao's weights cannot be
        pinned in host memory, which such copying needs.
        """
        ahead = self._device.type == "cuda" and profile.quantize == "none"
        network.enable_group_offload(
            onload_device=self._device,
            offload_device=CPU,
            offload_type="block_level",
            num_blocks_per_group=1,
            use_stream=ahead,
            record_stream=ahead,
        )

    def _read_vae(self, profile: Profile) -> Any:
        """Engines share it as it lies on disk; it comes to the card and goes."""
        exact = "vae" in self._family.exact
        floats = torch.float32 if exact else _floats(profile)
        kind, path = class_of(self._folder, "vae"), self._folder.path / "vae"
        return self._workshop.parts.share(
            vae_key(path, profile, exact), lambda: read_whole(kind, path, torch_dtype=floats)
        )


def _weights(profile: Profile | None) -> tuple[Any, ...]:
    """What of a profile the weights in memory depend on."""
    if profile is None:
        return ()
    streams = profile.placement == "stream"
    return profile.quantize, profile.dtype, profile.compile, streams


def _floats(profile: Profile) -> torch.dtype:
    floats: torch.dtype = getattr(torch, profile.dtype)
    return floats
