"""A model on this machine, of any family: words → latents → finite check → pixels.

    prompt ──▶ text encoders (disk cache) ──▶ denoise on the card ──▶ latents ──▶ VAE in tiles

The stages are separate, so that a failure in one never costs what was done before it. What differs
between families is in `families/`, where the weights lie in `rig.py`, what is tried when memory
runs out in `ladder.py`.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any, TypeVar

import torch
from PIL import Image

from video_service import footprints, profiles
from video_service.engines import place
from video_service.engines.appetite import appetite, inherited, room
from video_service.engines.base import Code, EngineError, Frames, Report, Shot
from video_service.engines.caches import sped_up
from video_service.engines.compiling import is_compiled
from video_service.engines.families import open_family
from video_service.engines.families.base import Words, counted
from video_service.engines.faults import explained, first_line, ran_out
from video_service.engines.folder import ModelFolder
from video_service.engines.framing import frame
from video_service.engines.hush import hushed
from video_service.engines.ladder import Decode, Ladder, decodes, fewer
from video_service.engines.pixels import levels
from video_service.engines.readers import FolderReaders
from video_service.engines.rig import Rig
from video_service.engines.specs import Mode
from video_service.engines.workshop import Workshop
from video_service.needs import Appetite
from video_service.schema.settings import ServiceSettings

log = logging.getLogger(__name__)
VERSIONS = ("torch", "diffusers", "transformers", "torchao", "av")
T = TypeVar("T")


class LocalEngine:
    """Films with one model folder; one film at a time, in one thread."""

    def __init__(
        self, folder: ModelFolder, settings: ServiceSettings, workshop: Workshop | None = None
    ) -> None:
        self.name = folder.spec.name
        self._spec, self._folder, self._settings = folder.spec, folder, settings
        self._workshop = workshop or Workshop()
        self._family = open_family(folder.spec.family)
        self._loaded = False
        self._others_leave: Callable[[], bool] = lambda: False
        self._step_downs: list[str] = []
        self._film: dict[str, Any] = {}  # facts of the last one

    def load(self) -> None:
        """Choose a profile, read the weights; EngineError when they cannot be used."""
        if self._loaded:
            return
        with self._explained("model_load_failed"):
            self._weights = self._folder.fingerprint()
            self._device = place.choose_device(self._settings)
            self._profile = self._choose()
            self._ladder = Ladder(self._profile)
            given = self._folder, self._family, self._workshop, self._device
            self._readers = FolderReaders(*given)
            self._rig = Rig(*given, self._settings.attention)
            self._arrange(self._profile)
            self._rig.pipe(self._spec.modes[0])  # a broken folder is told now
        self._loaded = True
        log.info("%s loaded from %s: %s", self.name, self._folder.path, self._profile)
        if why := self._rig.attention[1]:
            log.warning("attention %s cannot be used: %s", self._settings.attention, why)

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Frames:
        """Frames of `shot`; on one machine the same seed gives the same frames.

        Fewer than were asked for when nothing else fits: `facts` tells of every step down.
        """
        self.load()
        place.forget_peak(self._device)
        with self._explained("film_failed"), torch.no_grad():
            profile, self._step_downs = self._ladder.begin(shot, place.room(self._device))
            self._arrange(profile)
            self._predict(shot)
            words = self._fitting(shot, lambda _: self._embed(shot, report))
            image = frame(photo, shot.width, shot.height) if photo else None
            latents = self._fitting(
                shot, lambda smaller: self._denoise(smaller, words, image, report)
            )
            if not torch.isfinite(latents).all():
                raise EngineError("not_finite", f"{self.name} computed values that are no numbers")
            return self._decode(latents, "photo" if photo else "text", report)

    def facts(self) -> dict[str, Any]:
        """For the sidecar: how the last film was made, and with what."""
        profile = self._profile
        return {
            "weights": self._weights,
            "profile": profile.name,
            "device": self._device.type,
            "precision": profile.dtype,
            "quantize": profile.quantize,
            "placement": profile.placement,
            "text_encoder": f"{profile.text_encoder} {profile.text_quantize}",
            "compiled": is_compiled(self._rig.network),
            "attention": self._rig.attention[0],
            **self._film,
            "step_downs": list(self._step_downs),
            "peak_bytes": place.peak_bytes(self._device),
            "versions": {name: version(name) for name in VERSIONS},
        }

    def appetite(self) -> Appetite:
        """What it takes of the machine; before it is loaded, what it would take."""
        profile = self._profile if self._loaded else self._choose()
        return appetite(self._folder, self._family, profile, room(self._settings))

    def inherit(self, others_leave: Callable[[], bool]) -> None:
        """Hold what other engines share with it; `others_leave` closes them where it gets tight."""
        self._others_leave = others_leave
        self._inherited = inherited(self._folder, self._family, self._choose(), self._workshop)

    def close(self) -> None:
        self._inherited = []
        if self._loaded:
            self._rig.drop()
            self._readers.drop()
        self._loaded = False
        place.release()

    def _choose(self) -> profiles.Profile:
        card = place.card_of(place.choose_device(self._settings))
        return profiles.choose(self._spec, card, self._settings, place.host_bytes())

    def _arrange(self, profile: profiles.Profile) -> None:
        with hushed():
            self._readers.arrange(profile)
            self._rig.arrange(profile)
        self._profile = profile

    def _predict(self, shot: Shot) -> None:
        need = profiles.predict(self._spec, self._profile, shot)
        film = f"{self.name} {shot.width}x{shot.height}x{shot.frames}"
        log.info("%s: %s, %s", film, need, self._profile)

    def _embed(self, shot: Shot, report: Report) -> Words:
        """What the words mean, on the card; those read before cost nothing."""
        report("embed", 0.0)
        tokens = self._spec.prompt_tokens or 0
        steered = self._spec.negative and shot.guidance > 1
        positive = self._readers.words(shot.prompt, tokens)
        negative = self._readers.words(shot.negative_prompt, tokens) if steered else None
        report("embed", 1.0)
        return Words(positive, negative)

    def _denoise(
        self, shot: Shot, words: Words, photo: Image.Image | None, report: Report
    ) -> torch.Tensor:
        """Latents; `report` may raise out of any step."""
        report("denoise", 0.0)
        self._film = {"tier": shot.tier, "frames": shot.frames}
        self._rig.to_card()
        pipe = self._rig.pipe("photo" if photo else "text")
        self._family.tile(pipe, None)  # a photo is understood in one piece
        on_card = words.to(self._device, getattr(torch, self._profile.dtype))
        try:
            with sped_up(self._rig.network, shot.tier):
                on_step = counted(shot.steps, lambda done: report("denoise", done))
                return self._family.denoise(pipe, shot, on_card, photo, on_step)
        finally:  # a raised step leaves state behind that would spoil the next film
            pipe.maybe_free_model_hooks()

    def _decode(self, latents: torch.Tensor, mode: Mode, report: Report) -> Frames:
        """Pixels of the latents; when memory runs out, again in a smaller way."""
        report("decode", 0.0)
        for way in self._ways():
            try:
                with self._rig.decoding(lambda: report("decode", 0.0)):
                    frames = self._decode_so(latents, mode, way)
                report("decode", 1.0)
                return frames
            except (RuntimeError, MemoryError) as error:
                if not ran_out(error):
                    raise
            place.release()  # outside the handler: its traceback holds what filled the card
        raise EngineError("out_of_memory", f"{self.name}: the decode fits in no way")

    def _ways(self) -> Iterator[Decode]:
        """Ways to decode, each tried again when other engines left the card for it."""
        for way in decodes(self._profile, footprints.tiles(self._spec)):
            if way.code:
                self._step_down(way.code)
            yield way
            while self._others_leave():
                yield way

    def _decode_so(self, latents: torch.Tensor, mode: Mode, way: Decode) -> Frames:
        pipe = self._rig.pipe(mode)
        self._family.tile(pipe, way.tile)
        if way.aside:
            self._rig.step_aside()
        if not way.on_cpu:
            return levels(self._family.decode(pipe, latents))
        with self._rig.decoding_on_cpu():
            return levels(self._family.decode(pipe, latents.cpu().float()))

    def _fitting(self, shot: Shot, attempt: Callable[[Shot], T]) -> T:
        """What `attempt` makes of the shot; when memory runs out, smaller and again."""
        while True:
            try:
                return attempt(shot)
            except (RuntimeError, MemoryError) as error:
                if not ran_out(error):
                    raise
                told = first_line(error)
            place.release()  # outside the handler: its traceback holds what filled the card
            shot = self._make_room(shot, told)
            self._arrange(self._profile)

    def _make_room(self, shot: Shot, told: str) -> Shot:
        """Step down once; the shot to go on with. EngineError when nothing is left to try."""
        self._inherited = []  # what of it is in use, its users hold
        if self._profile.placement == "stream":
            self._rig.drop()  # its hooks are left in between when memory runs out
        if self._others_leave():
            return shot
        if shot.tier == "fast":  # what it keeps of every block is worth gigabytes
            self._step_down("standard_tier")
            return replace(shot, tier="standard")
        if lower := self._ladder.refuse(self._profile, shot, place.room(self._device)):
            self._step_down(lower[1])
            self._profile = lower[0]
            return shot
        if count := fewer(shot.frames, self._spec.frames):
            self._step_down("fewer_frames")
            return replace(shot, frames=count)
        raise EngineError("out_of_memory", f"{self.name} does not fit: {told}")

    def _step_down(self, code: str) -> None:
        self._step_downs.append(code)
        log.warning("%s: memory ran out, stepping down: %s", self.name, code)

    def _explained(self, code: Code) -> Any:
        return explained(code, f"{self.name} ({self._folder.path.name})")
