"""A request becomes a shot: checked against its engine's rules, never bent to fit them."""

import re
import secrets
from collections.abc import Callable

from video_service.engines.base import Shot
from video_service.engines.specs import EngineSpec, Tier
from video_service.schema import VideoRequest

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
PREVIEW_STEPS = 25  # half of the usual fifty
CountTokens = Callable[[str], int]


class BadOrder(Exception):
    """The request is at fault: `code` is stable, `param` names the field, the text is English."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param


def resolve(
    request: VideoRequest,
    spec: EngineSpec,
    has_photo: bool,
    count: CountTokens | None = None,
    *,
    upright: bool = False,
) -> Shot:
    """The shot this request means on this engine, or BadOrder. The seed is drawn when left out.

    An `upright` photo is filmed in an upright size where none is asked for and the engine has one.
    """
    _check_mode(spec, has_photo)
    _check_prompt(request, spec, count)
    width, height = _size(request, spec, upright)
    if request.fps not in (None, spec.fps):
        raise _refused(spec, "fps", f"exactly {spec.fps} frames per second")
    return Shot(
        model=spec.name,
        prompt=request.prompt,
        width=width,
        height=height,
        frames=_frames(request, spec),
        fps=spec.fps,
        steps=_steps(request, spec),
        guidance=_guidance(request, spec),
        seed=_seed(request, spec),
        negative_prompt=request.negative_prompt or "",
        makes=spec.makes,
        tier=_tier(request, spec),
    )


def _check_mode(spec: EngineSpec, has_photo: bool) -> None:
    if ("photo" if has_photo else "text") in spec.modes:
        return
    message = f"{spec.name} films from {' or '.join(spec.modes)} only"
    if has_photo:
        raise BadOrder("photo_not_supported", message, "input_reference")
    raise BadOrder("photo_required", message, "input_reference")


def _check_prompt(request: VideoRequest, spec: EngineSpec, count: CountTokens | None) -> None:
    if request.negative_prompt and not spec.negative:
        raise BadOrder("invalid_value", f"{spec.name} has no negative prompt", "negative_prompt")
    for name, words in (
        ("prompt", request.prompt),
        ("negative_prompt", request.negative_prompt or ""),
    ):
        if "zh" not in spec.languages and CJK.search(words):
            raise BadOrder("prompt_language", f"{spec.name} reads English only", name)
        if spec.prompt_tokens and count and (tokens := count(words)) > spec.prompt_tokens:
            message = f"{tokens} tokens are too many: {spec.name} reads {spec.prompt_tokens}"
            raise BadOrder("prompt_too_long", message, name)
        if spec.prompt_chars and len(words) > spec.prompt_chars:
            message = f"{len(words)} characters are too many: {spec.name} reads {spec.prompt_chars}"
            raise BadOrder("prompt_too_long", message, name)


def _size(request: VideoRequest, spec: EngineSpec, upright: bool) -> tuple[int, int]:
    if request.size is None:
        tall = (size for size in spec.sizes if upright and size[0] < size[1])
        return next(tall, spec.sizes[0])
    width, height = map(int, request.size.split("x"))
    if (width, height) not in spec.sizes:
        raise _refused(spec, "size", _either([f"{w}x{h}" for w, h in spec.sizes]))
    return width, height


def _frames(request: VideoRequest, spec: EngineSpec) -> int:
    asked = request.num_frames
    if asked is not None and asked not in spec.frames:
        raise _refused(spec, "num_frames", f"{_either(spec.frames)} frames")
    if request.seconds is None:
        return spec.default_frames if asked is None else asked
    lengths = {_length(spec.seconds(n)): n for n in spec.frames}
    wanted = lengths.get(_length(float(request.seconds)))
    if wanted is None:
        raise _refused(spec, "seconds", f"{_either(list(lengths))} seconds")
    if asked is not None and asked != wanted:
        raise BadOrder("invalid_value", "seconds and num_frames contradict each other", "seconds")
    return wanted


def _length(seconds: float) -> str:
    """As jobs tell it: at 24 frames a second hardly a length is a short number."""
    return f"{round(seconds, 2):g}"


def _steps(request: VideoRequest, spec: EngineSpec) -> int:
    asked, preview = request.num_inference_steps, request.tier == "preview"
    if asked is None:
        return PREVIEW_STEPS if preview else spec.default_steps
    if preview and asked != PREVIEW_STEPS:
        message = f"preview takes {PREVIEW_STEPS} steps: leave one of the two out"
        raise BadOrder("invalid_value", message, "num_inference_steps")
    if asked not in spec.steps:
        allowed = f"{_either(spec.steps)} steps" if spec.steps else "without steps"
        raise _refused(spec, "num_inference_steps", allowed)
    return asked


def _seed(request: VideoRequest, spec: EngineSpec) -> int:
    if spec.seeds is None:
        if request.seed is not None:
            raise _refused(spec, "seed", "without a seed")
        return 0
    if request.seed is None:
        return secrets.randbelow(spec.seeds)
    if request.seed >= spec.seeds:
        raise _refused(spec, "seed", f"0 to {spec.seeds - 1} as a seed")
    return request.seed


def _tier(request: VideoRequest, spec: EngineSpec) -> Tier:
    if request.tier is None:
        return "standard"
    if request.tier not in spec.tiers:
        raise _refused(spec, "tier", f"{_either(list(spec.tiers))} as a tier")
    return request.tier


def _guidance(request: VideoRequest, spec: EngineSpec) -> float:
    asked = request.guidance_scale
    if asked is None:
        return spec.default_guidance
    if spec.guidance is None:
        raise _refused(spec, "guidance_scale", "without guidance")
    low, high = spec.guidance
    if not low <= asked <= high:
        raise _refused(spec, "guidance_scale", f"a guidance of {low:g} to {high:g}")
    return asked


def _refused(spec: EngineSpec, param: str, allowed: str) -> BadOrder:
    return BadOrder("invalid_value", f"{param}: {spec.name} takes {allowed}", param)


def _either(values: tuple[int, ...] | list[str]) -> str:
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last
