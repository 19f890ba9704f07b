"""Counting with months written as text."""

from warehouse.months import months_between, shifted, year_start


def test_months_are_counted_back_over_new_year() -> None:
    assert shifted("2025-01", -1) == "2024-12"
    assert shifted("2025-10", -9) == "2025-01"


def test_counting_on_and_back_again_changes_nothing() -> None:
    for by in (0, 1, 11, 12, 13, 25):
        assert shifted(shifted("2025-06", by), -by) == "2025-06"
        assert months_between("2025-06", shifted("2025-06", by)) == by


def test_a_calendar_year_starts_in_january() -> None:
    assert year_start("2025-12") == "2025-01"
