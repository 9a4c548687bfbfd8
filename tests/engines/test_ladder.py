"""What is tried when memory runs out: in which order, and how long it is remembered."""

from dataclasses import replace

import pytest

from video_service.engines.base import Shot
from video_service.engines.ladder import Decode, Ladder, decodes, fewer
from video_service.needs import Profile

CARD = Profile("24gb", "none", "gpu", "none", "resident", 0, compile=False)
CPU = Profile("cpu", "none", "cpu", "none", "resident", 1, compile=False)
SHOT = Shot("cogvideox-5b", "a panda", 720, 480, 25, 8, 50, 6.0, 0)
TILES = ((240, 360), (144, 200))
GIB = 2**30


def refused(times: int, room: int = 20 * GIB) -> Ladder:
    """A ladder on which `SHOT` was refused so many times, one rung after the other."""
    ladder, profile = Ladder(CARD), CARD
    for _ in range(times):
        if lower := ladder.refuse(profile, SHOT, room):
            profile = lower[0]
    return ladder


def test_a_fresh_ladder_begins_with_the_chosen_profile() -> None:
    assert Ladder(CARD).begin(SHOT, 0) == (CARD, [])


@pytest.mark.parametrize(
    ("times", "codes"),
    [
        (1, ["text_encoder_off_card"]),
        (2, ["text_encoder_off_card", "int8"]),
        (3, ["text_encoder_off_card", "int8", "streamed"]),
        (4, ["text_encoder_off_card", "int8", "streamed"]),
    ],
)
def test_a_refused_film_begins_where_it_was_made_and_says_so(times: int, codes: list[str]) -> None:
    assert refused(times).begin(SHOT, 20 * GIB)[1] == codes


def test_a_smaller_film_or_a_card_with_more_room_gets_the_chosen_profile_back() -> None:
    ladder = refused(2)
    assert ladder.begin(replace(SHOT, frames=17), 20 * GIB) == (CARD, [])
    assert ladder.begin(SHOT, 23 * GIB) == (CARD, [])
    assert ladder.begin(replace(SHOT, frames=49), 21 * GIB)[1] != []
    assert ladder.begin(SHOT, 12 * GIB)[1] != []


def test_below_the_last_rung_there_is_nothing() -> None:
    ladder = Ladder(CPU)
    assert ladder.refuse(CPU, SHOT, 0) is None
    assert ladder.begin(SHOT, 0) == (CPU, [])


def test_on_a_card_the_decode_makes_room_shrinks_and_at_last_leaves() -> None:
    assert list(decodes(CARD, TILES)) == [
        Decode(None, aside=False),
        Decode(None, aside=True, code="transformer_aside"),
        Decode((240, 360), aside=True, code="tiles_360x240"),
        Decode((144, 200), aside=True, code="tiles_200x144"),
        Decode((240, 360), aside=True, on_cpu=True, code="decode_on_cpu"),
    ]


def test_what_the_profile_planned_is_no_step_down() -> None:
    planned = replace(CARD, placement="aside", tiles=1)
    first, *rest = decodes(planned, TILES)
    assert first == Decode((240, 360), aside=True)
    assert [way.code for way in rest] == ["tiles_200x144", "decode_on_cpu"]


def test_a_cpu_has_only_smaller_tiles_to_offer() -> None:
    assert [way.code for way in decodes(CPU, TILES)] == [None, "tiles_200x144"]


@pytest.mark.parametrize(
    ("frames", "allowed", "left"),
    [
        (49, (9, 17, 25, 33, 41, 49), 25),
        (25, (9, 17, 25), 9),
        (81, (17, 33, 49, 65, 81), 49),
        (9, (9, 17), None),
        (49, (49,), None),
        (1, (1,), None),
    ],
)
def test_fewer_frames_are_clearly_fewer_and_a_count_that_the_engine_delivers(
    frames: int, allowed: tuple[int, ...], left: int | None
) -> None:
    assert fewer(frames, allowed) == left
