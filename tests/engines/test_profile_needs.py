"""What a profile needs: every step down less, and what engines share once."""

from dataclasses import replace

import pytest

from tests.engines.cards import CARDS, chosen, local
from video_service.engines.specs import (
    COGVIDEOX_2B,
    LOCAL,
    EngineSpec,
)
from video_service.footprints import TILES, footprint, tiles
from video_service.needs import Appetite, Bytes, held, together
from video_service.profiles import (
    longest,
    predict,
    step_down,
)


@local
@pytest.mark.parametrize("gb", CARDS)
def test_stepping_down_ends_and_every_step_needs_less_of_the_card(
    spec: EngineSpec, gb: int
) -> None:
    profile, shot = chosen(spec, CARDS[gb]), longest(spec)
    codes = []
    while lower := step_down(profile):
        assert predict(spec, lower[0], shot).denoise_bytes < (
            predict(spec, profile, shot).denoise_bytes
        )
        profile, code = lower
        codes.append(code)
    assert profile.placement == "stream"
    assert len(set(codes)) == len(codes) <= 3
    assert set(codes) <= {"text_encoder_off_card", "int8", "streamed"}


def test_a_cpu_has_nowhere_to_step_down_to() -> None:
    assert step_down(chosen(COGVIDEOX_2B, None)) is None


@local
def test_smaller_tiles_and_smaller_films_need_less(spec: EngineSpec) -> None:
    profile, shot = chosen(spec, CARDS[80]), longest(spec)
    rungs = [
        predict(spec, replace(profile, tiles=rung), shot).decode_bytes
        for rung in range(len(tiles(spec)) + 1)
    ]
    assert rungs == sorted(rungs, reverse=True)
    width, height = min(spec.sizes)
    smaller = replace(shot, frames=spec.frames[0], width=width, height=height)
    assert predict(spec, profile, smaller).denoise_bytes <= (
        predict(spec, profile, shot).denoise_bytes
    )


@local
def test_what_an_engine_holds_is_part_of_what_it_needs(spec: EngineSpec) -> None:
    for card in CARDS.values():
        profile = chosen(spec, card)
        parts, need = held(spec, profile), predict(spec, profile, longest(spec))
        assert set(parts) == {part.name for part in spec.weights}
        assert sum(part.card for part in parts.values()) <= need.card_bytes
        assert sum(part.host for part in parts.values()) <= need.host_bytes


def test_every_local_engine_has_its_figures_and_its_rungs() -> None:
    for spec in LOCAL:
        assert footprint(spec).tokens(longest(spec)) > 0
        areas = [height * width for height, width in TILES[spec.family]]
        assert areas == sorted(areas, reverse=True)


def test_engines_fit_together_when_what_they_share_is_counted_once() -> None:
    room = Bytes(20, 125)

    def engine(network: int, filming: int) -> Appetite:
        parts = {f"network {network}": Bytes(network, 0), "t5": Bytes(0, 90)}
        return Appetite(parts, Bytes(filming, 10), room)

    assert together([engine(5, 4), engine(9, 3)])  # 5 + 9 + 4 of 18, 90 + 10 of 100
    assert not together([engine(5, 4), engine(10, 3)])
    apart = Appetite({"another t5": Bytes(0, 90)}, Bytes(0, 0), room)
    assert not together([engine(5, 4), apart])
