"""The figures that memory profiles plan with are those of the exact networks."""

from dataclasses import replace

import pytest

from video_service.engines.hush import hushed
from video_service.engines.specs import LOCAL, EngineSpec
from video_service.footprints import decode_extra, denoise_extra, tiles
from video_service.profiles import longest

with hushed():
    pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from benchmarks.footprints import decode_peak, denoise_peak

CLOSE = 1.5  # planned at most so many times what is counted: more would waste a card
QUICK = ("cogvideox-2b", "cogvideox-5b", "wan2.1-t2v-1.3b", "flux.1-schnell")
engines = pytest.mark.parametrize(
    "spec",
    [pytest.param(s, id=s.name, marks=() if s.name in QUICK else pytest.mark.slow) for s in LOCAL],
)


@engines
def test_a_step_of_the_denoise_holds_what_is_planned_for_it(spec: EngineSpec) -> None:
    shot = longest(spec)
    counted = denoise_peak(spec, shot)
    assert counted <= denoise_extra(spec, shot) <= CLOSE * counted


@engines
def test_a_decode_in_one_piece_holds_what_is_planned_for_it(spec: EngineSpec) -> None:
    shot = longest(spec)
    counted = decode_peak(spec, shot, None)
    assert counted <= decode_extra(spec, 0, shot) <= CLOSE * counted


@pytest.mark.slow
@engines
def test_a_decode_in_tiles_holds_what_is_planned_for_it(spec: EngineSpec) -> None:
    width, height = min(spec.sizes)  # every tile takes seconds, and of the largest there are many
    shot = replace(longest(spec), width=width, height=height)
    counted = decode_peak(spec, shot, tiles(spec)[0])
    assert counted <= decode_extra(spec, 1, shot) <= 2 * counted
