import pytest

from warehouse.errors import BadPeriodError
from warehouse.question import Period, Question


@pytest.mark.parametrize(
    "month", ["2025-13", "2025-00", "2025-1", "25-01", "2025-01\n", "NaN", "", "20\u0662\u0666-04"]
)
def test_a_month_that_is_none_is_refused_with_the_way_to_write_it(month: str) -> None:
    with pytest.raises(BadPeriodError, match="YYYY-MM"):
        Period(start=month)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadPeriodError, match="before it starts"):
        Period("2025-03", "2025-02")


def test_a_period_of_one_month_and_an_open_one_are_fine() -> None:
    assert Period("2025-03", "2025-03").start == "2025-03"
    assert Period().end is None


def test_equal_questions_are_one_cache_key() -> None:
    one = Question(("latency_ms",), by=("month",), where=(("peak", ("peak",)),))
    other = Question(("latency_ms",), by=("month",), where=(("peak", ("peak",)),))
    assert len({one, other}) == 1
