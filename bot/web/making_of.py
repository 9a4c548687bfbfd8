"""How a film was made, as labelled facts: from its sidecar, else from what its job tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.web import studio_wording as wording
from video_service.schema import VideoJob

WORTH_TELLING_S = 0.05
Fact = tuple[str, str]  # label and value, both shown as they stand
Told = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class MakingOf:
    """`settings` are what one may choose, `times` seconds a stage, `house` what it ran on."""

    prompt: str = ""
    settings: tuple[Fact, ...] = ()
    times: tuple[Fact, ...] = ()
    house: tuple[Fact, ...] = ()


def making_of(sidecar: Told) -> MakingOf:
    """What a sidecar tells; services of other makers leave out what they do not know."""
    return MakingOf(
        prompt=str(sidecar.get("prompt") or ""),
        settings=tuple(_settings(sidecar)),
        times=tuple(_times(sidecar.get("stage_seconds"))),
        house=tuple(_house(sidecar)),
    )


def facts_of(job: VideoJob) -> Told:
    """The part of a sidecar that is known while a film is still being made."""
    width, _, height = (job.size or "").partition("x")
    return {
        "model": job.model,
        "prompt": job.prompt,
        "seed": job.seed,
        "width": width,
        "height": height,
        "frames": job.num_frames,
        "fps": job.fps,
        "steps": job.num_inference_steps,
        "guidance": job.guidance_scale,
        "tier": job.tier,
        "negative_prompt": job.negative_prompt,
        "step_downs": job.step_downs,
    }


def seconds_of(sidecar: Told) -> float | None:
    """How long the film is."""
    frames, fps = sidecar.get("frames"), sidecar.get("fps")
    if not isinstance(frames, int | float) or not isinstance(fps, int | float) or not fps:
        return None
    return round(max(frames - 1, 0) / fps, 2)


def engine_name(model: str) -> str:
    return wording.ENGINES.get(model, model)


def size_shown(width: object, height: object) -> str:
    return wording.SIZED.format(width=width, height=height)


def _settings(told: Told) -> Iterator[Fact]:
    if model := told.get("model"):
        yield wording.ENGINE, engine_name(str(model))
    if told.get("seed") is not None:
        yield wording.SEED, str(told["seed"])
    if told.get("width") and told.get("height"):
        yield wording.SIZE, size_shown(told["width"], told["height"])
    if (seconds := seconds_of(told)) is not None:
        lasting = wording.LASTING.format(seconds=f"{seconds:g}", frames=told["frames"])
        yield wording.LENGTH, lasting
    yield from _steering(told)
    if isinstance(downs := told.get("step_downs"), list) and downs:
        yield wording.MADE_SMALLER, "、".join(map(str, downs))


def _steering(told: Told) -> Iterator[Fact]:
    """What only some engines have."""
    if told.get("steps"):
        yield wording.STEPS, str(told["steps"])
    if guidance := told.get("guidance"):
        yield wording.GUIDANCE, f"{guidance:g}" if isinstance(guidance, float) else str(guidance)
    if (tier := told.get("tier")) and tier != "standard":
        yield wording.TIER, wording.TIERS.get(str(tier), str(tier))
    if negative := told.get("negative_prompt"):
        yield wording.NEGATIVE, str(negative)


def _times(stages: object) -> Iterator[Fact]:
    if not isinstance(stages, dict):
        return
    spent = {str(k): float(v) for k, v in stages.items() if isinstance(v, int | float)}
    for stage, seconds in spent.items():
        if seconds >= WORTH_TELLING_S:
            yield wording.STAGES.get(stage, stage), _shown(seconds)
    if len(spent) > 1:
        yield wording.ALL_STAGES, _shown(sum(spent.values()))


def _shown(seconds: float) -> str:
    return wording.SECONDS.format(seconds=f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}")


def _house(told: Told) -> Iterator[Fact]:
    for key, label in (
        ("profile", wording.PROFILE),
        ("weights", wording.PRECISION),
        ("generator", wording.GENERATOR),
    ):
        if isinstance(value := told.get(key), str) and value:
            yield label, value
    if isinstance(versions := told.get("versions"), dict) and versions:
        yield wording.VERSIONS, "，".join(f"{name} {number}" for name, number in versions.items())
