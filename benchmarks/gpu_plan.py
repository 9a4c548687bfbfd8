"""Which rows `benchmarks.gpu` measures, the telling ones first: it may run out of time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PROFILES = (4, 8, 12, 16, 24, 80)  # GiB
STEPS = 5  # of a film whose steps are scaled up to a clip
RUNGS = 4
SMALL = {"width": 352, "height": 240, "frames": 17, "steps": 20}


@dataclass(frozen=True, slots=True)
class Row:
    """`group`: the table it stands in; `kind` and `args` are for `benchmarks.gpu_row`."""

    group: str
    name: str
    kind: str
    args: dict[str, Any] = field(default_factory=dict)


def rows(smoke: bool) -> Iterator[Row]:
    """All of them; `smoke`: small, and without the compiler, which takes minutes on a CPU."""
    yield from _films(smoke)
    yield from _decodes(smoke)
    yield from _steps(smoke)
    yield from _tiers(smoke)
    yield from _drifts(smoke)


def _films(smoke: bool) -> Iterator[Row]:
    steps = 2 if smoke else STEPS
    for gib in PROFILES:
        # the text encoder is on the card from 24 GB on, so it has to work there to be measured
        args = {"gib": gib, "steps": steps, "read": gib >= 24}
        yield Row("films", f"ours, {gib} GB card", "film", args)
    for way in ("resident", "sources", "model-offload", "sources-int8"):
        few = 2 if smoke or way == "sources" else steps
        yield Row("films", f"diffusers, {way}", "film", {"way": way, "steps": few})


def _decodes(smoke: bool) -> Iterator[Row]:
    for rung in range(RUNGS + 1):
        yield Row("decode", f"rung {rung}", "decode", {"rung": rung, "times": 1 if smoke else 2})


def _steps(smoke: bool) -> Iterator[Row]:
    times = 1 if smoke else 5
    yield Row("steps", "eager", "step", {"reference": True, "times": times})
    for attention in ("cudnn", "flash", "flash3", "sage"):
        yield Row("steps", f"attention {attention}", "step", {"attention": attention})
    yield Row("steps", "int8", "step", {"quantize": "int8", "times": times})
    if smoke:
        return
    half = {"dtype": "bfloat16", "compile": True}
    for name, args in (
        ("compiled", {"compile": True}),
        ("int8, compiled", {"quantize": "int8", "compile": True}),
        ("int8-dynamic, compiled", {"quantize": "int8-dynamic", "compile": True}),
        ("fp8-dynamic, compiled", {"quantize": "fp8-dynamic", **half}),
        ("compiled, cudnn", {"compile": True, "attention": "cudnn"}),
        ("fp8-dynamic, compiled, cudnn", {"quantize": "fp8-dynamic", "attention": "cudnn", **half}),
    ):
        yield Row("steps", name, "step", {"times": times, **args})


def _tiers(smoke: bool) -> Iterator[Row]:
    """Every step of the clip, for what is left out depends on how far the film is."""
    for name, steps, tier in (("standard", 50, "standard"), ("fast", 50, "fast"),
                              ("preview", 25, "preview")):  # fmt: skip
        args = {"steps": 4 if smoke else steps, "clip_steps": 4 if smoke else steps, "tier": tier}
        yield Row("tiers", name, "film", {"gib": 80, **args})


def _drifts(smoke: bool) -> Iterator[Row]:
    small = {"width": 64, "height": 64, "frames": 9, "steps": 4} if smoke else SMALL
    yield Row("drift", "float32", "drift", {"dtype": "float32", "reference": True, **small})
    yield Row("drift", "as trained", "drift", small)
    yield Row("drift", "int8", "drift", {"quantize": "int8", **small})
    yield Row(
        "drift", "int8 in float32", "drift", {"quantize": "int8", "dtype": "float32", **small}
    )
    yield Row("drift", "fast tier", "drift", {"tier": "fast", **small})
    if smoke:
        return
    yield Row("drift", "cudnn", "drift", {"attention": "cudnn", **small})
    yield Row("drift", "int8-dynamic", "drift", {"quantize": "int8-dynamic", **small})
    fp8 = {"quantize": "fp8-dynamic", "dtype": "bfloat16"}
    yield Row("drift", "fp8-dynamic", "drift", {**fp8, **small})
