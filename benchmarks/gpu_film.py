"""Whole films on a card: ours under a profile, and plain diffusers with what the sources set."""

import statistics
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks import card
from video_service import profiles
from video_service.engines import place
from video_service.engines.base import Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.engines.local import LocalEngine
from video_service.engines.specs import EngineSpec
from video_service.engines.workshop import Workshop
from video_service.schema.settings import ServiceSettings

CLIP = 50  # steps of the sources' clip
WORDS = "a panda plays guitar in a quiet bamboo forest"
FACTS = (
    "profile", "quantize", "placement", "text_encoder", "compiled", "attention", "precision",
    "step_downs",
)  # fmt: skip


class Watch:
    """A `Report` that waits for the card and notes when each step ended and what was held."""

    def __init__(self) -> None:
        self.steps: list[float] = []
        self.marks: dict[str, float] = {}
        self.peaks: dict[str, tuple[int, int]] = {}
        self._stage, self._since = "", time.perf_counter()
        card.forget_peak()

    def __call__(self, stage: str, fraction: float) -> None:
        card.sync()
        now = time.perf_counter()
        if stage != self._stage:
            self.end()
            self._stage = stage
            self.marks[stage] = now
        elif stage == "denoise":
            self.steps.append(now - self._since)
        self._since = now

    def end(self) -> None:
        """The stage so far is over."""
        if self._stage:
            self.peaks[self._stage] = card.peak()
        card.forget_peak()

    def told(self, clip_steps: int = CLIP) -> dict[str, Any]:
        """Seconds and peaks by stage; a clip is the sum, its steps counted up to `clip_steps`."""
        ended = time.perf_counter()
        self.end()
        step = statistics.median(self.steps[1:] or self.steps)
        embed = self.marks["denoise"] - self.marks.get("embed", self.marks["denoise"])
        decode = ended - self.marks["decode"]
        clip = embed + step * clip_steps + decode
        return {
            "steps": len(self.steps),
            "first_step_s": round(self.steps[0], 3),
            "step_s": round(step, 4),
            "embed_s": round(embed, 2),
            "decode_s": round(decode, 2),
            "clip_s": round(clip, 1),
            "clip_scaled": len(self.steps) != clip_steps,
            "peak_gib": {stage: card.gib(peak) for stage, (peak, _) in self.peaks.items()},
            "reserved_gib": card.gib(max(reserved for _, reserved in self.peaks.values())),
        }


def shot_of(spec: EngineSpec, steps: int, words: str = WORDS, **more: Any) -> Shot:
    """The engine's own film with so many steps."""
    (width, height), frames = spec.sizes[0], spec.default_frames
    return Shot(
        spec.name, words, width, height, frames, spec.fps, steps, spec.default_guidance, 1, **more
    )


def ours(args: dict[str, Any]) -> dict[str, Any]:
    """LocalEngine as a worker has it, on a card of `gib` GiB (none: the whole card)."""
    limit = card.shrink(args["gib"]) if args.get("gib") else 0
    folder = read_folder(Path(args["folder"]))
    settings = ServiceSettings.model_validate(args.get("settings", {}))
    # new words where the text encoder is to be seen at work, known ones elsewhere
    words = f"{WORDS}, take {time.time_ns()}" if args.get("read") else WORDS
    shot = shot_of(folder.spec, args["steps"], words, tier=args.get("tier", "standard"))
    planned = _planned(settings, folder.spec, shot)
    engine = LocalEngine(folder, settings, Workshop.at(Path(args["shop"])))
    since = time.perf_counter()
    engine.load()
    told: dict[str, Any] = {"load_s": round(time.perf_counter() - since, 2)}
    watch = Watch()
    engine.film(shot, None, watch)
    facts = engine.facts()
    told |= watch.told(args.get("clip_steps", CLIP))
    told |= {key: facts[key] for key in FACTS} | {"planned_gib": planned}
    if limit:
        told |= {"limit_gib": card.gib(limit), "within": told["reserved_gib"] <= card.gib(limit)}
    return told


def _planned(settings: ServiceSettings, spec: EngineSpec, shot: Shot) -> dict[str, float]:
    """What `profiles.predict` says of the profile that is about to be chosen, in GiB."""
    here = place.card_of(place.choose_device(settings))
    profile = profiles.choose(spec, here, settings, place.host_bytes())
    need = profiles.predict(spec, profile, shot)
    return {"denoise": card.gib(need.denoise_bytes), "decode": card.gib(need.decode_bytes)}


def plain(args: dict[str, Any]) -> dict[str, Any]:
    """The diffusers pipeline; `way`: resident, model-offload, sources, or sources-int8."""
    folder = read_folder(Path(args["folder"]))
    on_card = card.device().type == "cuda"
    dtype = getattr(torch, str(folder.spec.dtype)) if on_card else torch.float32
    since = time.perf_counter()
    with hushed():
        from diffusers import CogVideoXPipeline

        pipe = CogVideoXPipeline.from_pretrained(folder.path, torch_dtype=dtype)
        pipe.set_progress_bar_config(disable=True)
        _arrange(pipe, args["way"])
    load = time.perf_counter() - since
    shot, watch = shot_of(folder.spec, args["steps"]), Watch()
    _call(pipe, shot, watch)
    return {
        "load_s": round(load, 2),
        "precision": str(dtype).removeprefix("torch."),
        **watch.told(),
    }


def _call(pipe: Any, shot: Shot, watch: Watch) -> None:
    """One film, timed at the same places as ours."""

    def before(*_: Any) -> None:
        hook.remove()
        watch("denoise", 0.0)

    def after_step(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        watch("denoise", (step + 1) / shot.steps)
        if step + 1 == shot.steps:
            watch("decode", 0.0)
        return tensors

    hook = pipe.transformer.register_forward_pre_hook(before)
    watch("embed", 0.0)
    pipe(
        prompt=shot.prompt,
        width=shot.width,
        height=shot.height,
        num_frames=shot.frames,
        num_inference_steps=shot.steps,
        guidance_scale=shot.guidance,
        generator=torch.Generator("cpu").manual_seed(shot.seed),
        callback_on_step_end=after_step,
        output_type="np",
    )
    card.sync()


def _arrange(pipe: Any, way: str) -> None:
    """As the sources have it: sequential offload, sliced and tiled; or with 8-bit weights resident.

    Their 6-bit floats exist in no torchao that diffusers still takes.
    """
    if way.startswith("sources"):
        pipe.vae.enable_slicing()
        pipe.vae.enable_tiling()
    if way == "sources-int8":
        from video_service.quantize import quantize

        for module in (pipe.transformer, pipe.text_encoder):
            quantize(module, "int8")
    if card.device().type != "cuda":
        return
    if way == "sources":
        pipe.enable_sequential_cpu_offload()
    elif way == "model-offload":
        pipe.enable_model_cpu_offload()
    else:
        pipe.to("cuda")


def film(args: dict[str, Any]) -> dict[str, Any]:
    """One film, ours or, with a `way`, plain diffusers'."""
    return (plain if "way" in args else ours)(args)
