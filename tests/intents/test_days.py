"""Which days people mean, told on a Saturday: 21 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.weather.days import name_of, read_days, short_name_of

SATURDAY = date(2026, 11, 21)


def days(said: str | None, today: date = SATURDAY) -> list[str]:
    span = read_days(said, today)
    return [f"{day.month}-{day.day}" for day in span.days] if span else []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (None, "11-21"), ("今天", "11-21"), ("现在", "11-21"), ("今晚", "11-21"), ("晚上", "11-21"),
        ("明天", "11-22"), ("明儿", "11-22"), ("明天早上", "11-22"), ("后天", "11-23"),
        ("大后天", "11-24"), ("三天后", "11-24"), ("过两天", "11-23"), ("昨天", "11-20"),
        ("大前天", "11-18"),
        ("周六", "11-21"), ("周三", "11-25"), ("这周日", "11-22"), ("礼拜五", "11-27"),
        ("星期天", "11-22"), ("下周三", "11-25"), ("下下周一", "11-30"), ("上周五", "11-13"),
        ("本周五", "11-20"),
        ("25号", "11-25"), ("1号", "12-1"), ("31号", "12-31"), ("11月25日", "11-25"),
        ("十一月二十五号", "11-25"), ("12.25", "12-25"), ("11-30", "11-30"), ("元旦", "1-1"),
        ("圣诞节", "12-25"), ("月底", "11-30"), ("下个月", "12-1"),
    ],
)  # fmt: skip
def test_one_day_by_any_of_its_names(said: str | None, meant: str) -> None:
    assert days(said) == [meant]


@pytest.mark.parametrize(
    ("said", "first", "count", "name"),
    [
        ("这几天", 21, 4, "这几天"), ("最近", 21, 4, "这几天"), ("未来三天", 21, 3, "这些天"),
        ("这两天", 21, 2, "这两天"), ("今明两天", 21, 2, "这两天"), ("明后天", 22, 2, "这两天"),
        ("周末", 21, 2, "周末"), ("下周末", 28, 2, "周末"), ("这周", 21, 2, "这周"),
        ("下周", 23, 7, "下周"), ("一周", 21, 7, "这一周"), ("未来一个星期", 21, 7, "这一周"),
        ("未来十四天", 21, 14, "这些天"), ("半个月", 21, 14, "这些天"),
    ],
)  # fmt: skip
def test_several_days_together(said: str, first: int, count: int, name: str) -> None:
    span = read_days(said, SATURDAY)
    assert span
    assert (span.days[0].day, len(span.days), span.name) == (first, count, name)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("明天、后天", ["11-22", "11-23"]), ("周一和周三", ["11-23", "11-25"]),
     ("周二周一", ["11-23", "11-24"]), ("今天，周末", ["11-21", "11-22"])],
)  # fmt: skip
def test_days_that_are_listed(said: str, meant: list[str]) -> None:
    assert days(said) == meant


@pytest.mark.parametrize("said", ["春节", "2月30日", "发工资那天", "一一天", "明天和春节"])
def test_a_day_that_cannot_be_placed_is_no_guess(said: str) -> None:
    assert read_days(said, SATURDAY) is None


def test_a_weekend_that_has_begun_is_what_is_left_of_it() -> None:
    assert days("周末", date(2026, 11, 22)) == ["11-22"]


def test_a_date_of_last_month_is_past_and_one_of_last_spring_is_next_year() -> None:
    assert read_days("10月3日", SATURDAY) == read_days("10月3号", SATURDAY)
    past, ahead = read_days("10月3日", SATURDAY), read_days("3月3日", SATURDAY)
    assert past
    assert ahead
    assert (past.days[0].year, ahead.days[0].year) == (2026, 2027)


def test_days_are_called_as_people_call_them() -> None:
    near = [name_of(date(2026, 11, day), SATURDAY) for day in (21, 22, 23, 24)]
    assert near == ["今天", "明天", "后天", "11月24日周二"]
    assert short_name_of(date(2026, 11, 24), SATURDAY) == "周二"


@given(
    st.text(alphabet="今明后大前昨天周星期下上本个末一二三十日号月底01259.、和几未来", max_size=12),
    st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31)),
)  # fmt: skip
def test_any_words_are_some_days_in_order_or_none(said: str, today: date) -> None:
    span = read_days(said, today)
    if span:
        assert list(span.days) == sorted(set(span.days))
        assert len(span.days) <= 40
