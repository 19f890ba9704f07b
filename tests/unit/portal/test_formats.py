from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.formats import (
    MINUS,
    ago,
    days_range,
    figure_of,
    moment,
    money,
    money_exact,
    money_parts,
    money_scale,
    money_short,
    month_name,
    months_range,
    percent,
    points,
    short_build,
    signed_number,
    signed_percent,
)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1_240_112.38, "US$1.24 million"),
        (72_669.52, "US$72,700"),
        (999_999, "US$1 million"),
        (-1_386_540.60, f"{MINUS}US$1.39 million"),
        (0, "US$0"),
        (0.0042, "US$0.0042"),
        (12_345_678_901, "US$12.3 billion"),
        (None, "not available"),
    ],
)
def test_money_on_cards_has_at_most_three_significant_digits(amount, text):
    assert money(amount) == text


def test_another_currency_is_named_by_its_code():
    assert money(1_240_112, "TTD") == "TTD 1.24 million"
    assert money_exact(Decimal("12.345"), "TTD") == "TTD 12.34"


def test_money_in_tables_is_exact_to_the_cent():
    assert money_exact(1_240_112.384) == "US$1,240,112.38"
    assert money_exact(-14.59) == f"{MINUS}US$14.59"


def test_money_in_narrow_places_is_abbreviated():
    assert [money_short(each) for each in (1_812_000, 631_400, 12.5)] == [
        "US$1.81 m",
        "US$631 k",
        "US$12.5",
    ]


def test_the_unit_of_a_card_is_apart_from_its_value():
    assert money_parts(38_400_000) == ("US$38.4", "million")


def test_a_chart_counts_in_the_scale_of_its_largest_amount():
    assert money_scale([1_000, None, 34_000_000]) == (1_000_000, "million")
    assert money_scale([]) == (1, "")


def test_percentages_and_percentage_points_are_told_apart():
    assert percent(0.0511) == "5.1 %"
    assert percent(0.5, 1) == "50.0 %"
    assert signed_percent(-0.125) == f"{MINUS}12.5 %"
    assert points(0.0131) == "+1.3 points"
    assert points(0.0) == "0.0 points"


def test_a_percentage_has_one_decimal_where_it_says_something():
    written = [percent(ratio) for ratio in (0.00973, 0.1, 0.9891, 1.2345, 0, 0.00042, 0.0000042)]
    assert written == ["1.0 %", "10 %", "98.9 %", "123 %", "0 %", "0.04 %", "0.0004 %"]


def test_a_difference_that_rounds_to_nothing_has_no_sign_of_either_side():
    assert signed_number(-0.04) == "0.0"
    assert signed_percent(-0.00004) == "0.0 %"


def test_months_are_written_in_words():
    assert month_name("2025-10") == "October 2025"
    assert months_range("2025-01", "2025-10") == "January to October 2025"
    assert months_range("2024-11", "2025-10") == "November 2024 to October 2025"
    assert months_range("2025-10", "2025-10") == "October 2025"
    assert days_range("2026-01-02", "2026-01-08") == "2 to 8 January 2026"
    assert days_range("2026-01-28", "2026-02-03") == "28 January to 3 February 2026"
    assert days_range("2025-12-30", "2026-01-02") == "30 December 2025 to 2 January 2026"
    assert days_range("2026-01-02", "2026-01-02") == "2 January 2026"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (72_669.52, "usd", "US$72,669.52"),
        (0.004167, "ratio", "0.42 %"),
        (720.0, "count", "720"),
        (368.4394, "ms", "368.4 ms"),
        (81.9762, "score", "81.98"),
        (None, "score", "not available"),
    ],
)
def test_a_table_writes_each_unit_in_its_own_way(value, unit, text):
    assert figure_of(value, unit) == text


def test_ages_are_given_in_the_largest_whole_unit():
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ages = [timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=2), timedelta(days=3)]
    assert [ago(now - age, now) for age in ages] == [
        "just now",
        "1 minute ago",
        "2 hours ago",
        "3 days ago",
    ]
    assert moment(now) == "20 November 2026, 12:00 UTC"


@given(st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_no_amount_is_too_odd_to_write(amount):
    text = money(amount)
    assert "US$" in text
    assert "E" not in text
    assert "-" not in text


def test_a_build_is_named_by_its_last_part():
    assert short_build("20261120T121144-7d9db550") == "7d9db550"
