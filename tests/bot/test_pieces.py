"""Long words leave in as few messages as their sentences allow, and whole."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.pieces import pieces

STORY = "从前有座山。山里有座庙，庙里有个老和尚。\n老和尚在讲故事！讲的是什么？"


def test_what_fits_is_one_message() -> None:
    assert pieces(STORY, 100) == [STORY]


def test_lines_are_cut_before_sentences_and_sentences_before_clauses() -> None:
    assert pieces(STORY, 22) == [
        "从前有座山。山里有座庙，庙里有个老和尚。",
        "老和尚在讲故事！讲的是什么？",
    ]
    assert pieces(STORY, 16) == [
        "从前有座山。",
        "山里有座庙，庙里有个老和尚。",
        "老和尚在讲故事！讲的是什么？",
    ]
    assert pieces(STORY, 8) == [
        "从前有座山。",
        "山里有座庙，",
        "庙里有个老和尚。",
        "老和尚在讲故事！",
        "讲的是什么？",
    ]


def test_a_word_without_end_is_cut_all_the_same() -> None:
    assert pieces("哈" * 25, 10) == ["哈" * 10, "哈" * 10, "哈" * 5]


@given(st.text("一二。，\n！ ab", max_size=200), st.integers(1, 40))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, longest: int) -> None:
    parts = pieces(text, longest)
    assert all(len(part) <= longest for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
