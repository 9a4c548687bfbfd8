"""Metres, seconds and yuan as people say them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.spots.measures import distance, duration, money


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0, "10米"), (4, "10米"), (86, "90米"), (800, "800米"), (994, "990米"), (996, "1公里"),
     (1_040, "1公里"), (3_240, "3.2公里"), (12_000, "12公里"), (99_940, "99.9公里"),
     (99_960, "100公里"), (166_420, "166公里")],
)  # fmt: skip
def test_distances_are_said_as_one_says_them(metres: float, said: str) -> None:
    assert distance(metres) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1分钟"), (20, "1分钟"), (95, "2分钟"), (3_540, "59分钟"), (3_600, "1小时"),
     (4_800, "1小时20分钟"), (54_180, "15小时3分钟"), (86_400, "1天"), (95_400, "1天2小时30分钟")],
)  # fmt: skip
def test_times_are_said_to_the_minute(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("yuan", "said"), [(4, "4元"), (4.0, "4元"), (4.5, "4.5元"), (358.5, "358.5元"), (0, "0元")]
)
def test_money_has_no_idle_noughts(yuan: float, said: str) -> None:
    assert money(yuan) == said


METRES = re.compile(r"(\d+)米|(\d+(?:\.[1-9])?)公里")


def metres_of(said: str) -> float:
    found = METRES.fullmatch(said)
    assert found, said
    return float(found[1]) if found[1] else float(found[2]) * 1000


@given(st.floats(0, 5e6))
def test_a_distance_is_never_far_off(metres: float) -> None:
    assert abs(metres_of(distance(metres)) - metres) <= max(10, metres * 0.05)


@given(st.floats(0, 5e6), st.floats(0, 5e6))
def test_the_longer_way_never_sounds_shorter(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert metres_of(distance(near)) <= metres_of(distance(far))


@given(st.floats(0, 1e6))
def test_a_time_is_never_off_by_more_than_a_minute(seconds: float) -> None:
    found = re.fullmatch(r"(?:(\d+)天)?(?:(\d+)小时)?(?:(\d+)分钟)?", duration(seconds))
    assert found
    days, hours, minutes = (int(part or 0) for part in found.groups())
    assert hours < 24
    assert minutes < 60
    assert abs((days * 24 + hours) * 60 + minutes - seconds / 60) <= 1


@given(st.floats(0, 1e6))
def test_money_is_never_off_by_more_than_a_tenth(yuan: float) -> None:
    found = re.fullmatch(r"(\d+(?:\.[1-9])?)元", money(yuan))
    assert found
    assert abs(float(found[1]) - yuan) <= 0.051
