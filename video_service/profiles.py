"""Memory profiles: where an engine's parts live and in which precision, so that a film fits.

Pure arithmetic over the bytes of `EngineSpec.weights`, no torch. What is preferred, in order: the
network unquantized before int8, on the card throughout before stepping aside for the decode, large
tiles before small ones; what is left over then goes to the text encoders, from 24 GB on. Layer by
layer (`stream`) is for what fits in no other way. Nine tenths of the free memory are planned with.

On a card of 80 GB the network computes in 8 bits where the card can, which needs the compiler and
costs some likeness to the original: `quantize: none` in config.yaml says no.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace

from video_service.engines.base import Shot
from video_service.engines.specs import GIB, EngineSpec
from video_service.footprints import tiles
from video_service.needs import HOST_SHARE, Card, Need, Precision, Profile, Reading, predict
from video_service.schema.settings import ServiceSettings

log = logging.getLogger(__name__)
NOMINAL_GB = {"4gb": 4, "8gb": 8, "12gb": 12, "16gb": 16, "24gb": 24, "80gb": 80}
# free memory is a little less than what is printed on the box
FROM_GB = (("80gb", 60), ("24gb", 19), ("16gb", 14), ("12gb", 10), ("8gb", 5), ("4gb", 0))
LARGE = ("24gb", "80gb")
FP8, INT8 = (8, 9), (8, 0)  # capabilities whose cores multiply such numbers

__all__ = [
    "Card", "Need", "Precision", "Profile",
    "choose", "longest", "name_of", "predict", "room_of", "step_down",
]  # fmt: skip


def choose(
    spec: EngineSpec, card: Card | None, settings: ServiceSettings, host_bytes: int
) -> Profile:
    """The best profile whose default film fits; what the settings fix stays fixed, and is logged.

    `card` None: a CPU. `host_bytes`: what the machine's own memory has free.
    """
    if card is None:
        return _on_cpu(spec, settings, host_bytes)
    room, shot = room_of(card, settings), longest(spec)
    best = None
    for best in _ladder(spec, card, settings):
        if predict(spec, best, shot).fits(room):
            break
    assert best is not None  # a ladder has rungs
    chosen = _with_readers(spec, best, settings, room, host_bytes)
    need = predict(spec, chosen, shot)
    if _overridden(settings) and not need.fits(room):
        log.warning(
            "%s: as the settings have it, %.1f GiB are planned on a card with %.1f GiB free: it may"
            " run out of memory", spec.name, need.card_bytes / GIB, room / GIB,
        )  # fmt: skip
    return chosen


def longest(spec: EngineSpec) -> Shot:
    """The film that `choose` plans for: the default one, in the largest of its sizes."""
    width, height = max(spec.sizes, key=lambda size: size[0] * size[1])
    return Shot(
        spec.name, "", width, height, spec.default_frames, spec.fps, spec.default_steps,
        spec.default_guidance, 0,
    )  # fmt: skip


def room_of(card: Card, settings: ServiceSettings) -> int:
    """Bytes to plan with: what is free, or what the settings say the card has; capped by them."""
    named = NOMINAL_GB.get(settings.profile)
    room = named * GIB if named else card.free_bytes
    return min(room, int(settings.memory_gb * GIB)) if settings.memory_gb else room


def name_of(room: int) -> str:
    """The name of the profile for so many bytes."""
    return next(name for name, least in FROM_GB if room >= least * GIB)


def step_down(profile: Profile) -> tuple[Profile, str] | None:
    """The next rung after the denoise ran out of memory, and its code; None: nothing is left."""
    if profile.name == "cpu" or profile.placement == "stream":
        return None
    if profile.text_encoder == "gpu":
        return replace(profile, text_encoder="cpu"), "text_encoder_off_card"
    if profile.quantize == "none":
        return replace(profile, quantize="int8"), "int8"
    return replace(profile, placement="stream", compile=False), "streamed"


def _ladder(spec: EngineSpec, card: Card, settings: ServiceSettings) -> Iterator[Profile]:
    """Every profile the settings allow, best first, with the text encoders off the card."""
    name, rungs = name_of(room_of(card, settings)), len(tiles(spec))
    start = Profile(name, "none", "cpu", "none", "resident", 0, compile=False)
    wanted = settings.quantize
    if wanted == "auto" and (fast := _fast(spec, card, settings, name)):
        for rung in (0, 1):
            yield _set(spec, replace(start, quantize=fast, tiles=rung), settings)
    for quantize in ("none", "int8") if wanted == "auto" else (wanted,):
        precise = replace(start, quantize=quantize)
        for rung in (0, 1):
            yield _set(spec, replace(precise, tiles=rung), settings)
        for rung in range(1, rungs + 1):
            yield _set(spec, replace(precise, placement="aside", tiles=rung), settings)
    small: Precision = "int8" if wanted == "auto" else wanted
    for rung in range(1, rungs + 1):
        streamed = replace(start, quantize=small, placement="stream", tiles=rung)
        yield _set(spec, streamed, settings)


def _overridden(settings: ServiceSettings) -> bool:
    fixed = settings.quantize, settings.text_encoder, settings.dtype
    return any(value != "auto" for value in fixed)


def _fast(spec: EngineSpec, card: Card, settings: ServiceSettings, name: str) -> Precision | None:
    """Whether this card multiplies 8-bit numbers; without the compiler it takes twice as long."""
    if name != "80gb" or settings.compile == "never":
        return None
    halves = spec.dtype if settings.dtype == "auto" else settings.dtype
    if card.capability >= FP8 and halves == "bfloat16":  # its rows are made of nothing else
        return "fp8-dynamic"
    return "int8-dynamic" if card.capability >= INT8 else None


def _set(spec: EngineSpec, profile: Profile, settings: ServiceSettings) -> Profile:
    """With the precision and the compiler as the settings have them, or as they pay."""
    trained = "bfloat16" if profile.quantize == "fp8-dynamic" else spec.dtype or "bfloat16"
    pays = profile.name in LARGE and profile.placement == "resident"
    compiles = pays if settings.compile == "auto" else settings.compile == "always"
    return replace(
        profile,
        compile=compiles and profile.placement != "stream",  # what moves cannot be compiled
        dtype=trained if settings.dtype == "auto" else settings.dtype,
    )


def _with_readers(
    spec: EngineSpec, profile: Profile, settings: ServiceSettings, room: int, host_bytes: int
) -> Profile:
    """The text encoders too: on a large card where they fit beside the rest, else in host memory.

    They work for seconds and are most of a small model's weights, so they never cost the network.
    """
    where = settings.text_encoder
    on_card = [replace(profile, text_encoder="gpu", text_quantize=q) for q in _reading(settings)]
    if where == "gpu" or (profile.name in LARGE and profile.placement == "resident"):
        fitting = [p for p in on_card if predict(spec, p, longest(spec)).fits(room)]
        if where != "cpu" and fitting:
            return fitting[0]
    if where == "gpu":
        return on_card[-1]
    for precision in _reading(settings):
        profile = replace(profile, text_quantize=precision)
        if predict(spec, profile, longest(spec)).host_bytes <= host_bytes * HOST_SHARE:
            break
    return profile


def _on_cpu(spec: EngineSpec, settings: ServiceSettings, host_bytes: int) -> Profile:
    """Everything in host memory; smaller weights only where the whole ones do not fit."""
    dtype = "float32" if settings.dtype == "auto" else settings.dtype
    start = Profile(
        "cpu", "none", "cpu", "none", "resident", 1, settings.compile == "always", dtype
    )
    wanted = settings.quantize
    best = start
    for quantize in ("none", "int8") if wanted == "auto" else (wanted,):
        for reading in _reading(settings):
            best = replace(start, quantize=quantize, text_quantize=reading)
            if predict(spec, best, longest(spec)).host_bytes <= host_bytes * HOST_SHARE:
                return best
    return best


def _reading(settings: ServiceSettings) -> tuple[Reading, ...]:
    """Precisions for the text encoders, best first: weight-only, whatever the network has."""
    if settings.quantize == "auto":
        return ("none", "int8")
    return ("none",) if settings.quantize == "none" else ("int8",)
