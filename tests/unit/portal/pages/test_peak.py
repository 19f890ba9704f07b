"""The page on peaks, for those who see many MDAs, one that is measured, and one that is not."""

import pytest

from portal.pages.reliability.peak_calendar import month_ranges
from tests.unit.portal.pages.conftest import Draw

PATH = "/reliability/peak"


def test_the_treasury_reads_whether_critical_services_hold(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    assert "Do critical services hold at tax time?" in drawn
    assert "critical services of all MDAs that were measured broke a limit" in drawn
    assert "Portal of Revenue Authority" in drawn


def test_the_calendar_in_use_says_where_it_comes_from(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    assert "January to March, July to September" in drawn
    assert "the product's default" in drawn


def test_a_measured_mda_sees_its_own_service_and_country(draw: Draw) -> None:
    drawn = draw("viewer of 10", PATH)
    assert "Portal of Ministry of Health" in drawn
    assert "Trinidad & Tobago" in drawn
    assert "Jamaica" not in drawn
    assert "Revenue Authority" not in drawn


def test_nothing_is_concluded_from_modelled_seasons(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH)
    assert "It can't be said for Ports Authority: nothing was measured." in drawn
    assert "modelled, concludes nothing" in drawn
    for word in ("loses most", "lost most", "Yes:", "tone-good", "tone-bad"):
        assert word not in drawn


def test_months_of_one_season_leave_nothing_to_compare(draw: Draw) -> None:
    drawn = draw("treasury", PATH, "?from=2025-01&to=2025-03")
    assert "It can't be said for all MDAs" in drawn
    assert "This part could not be drawn" not in drawn


def test_a_filter_on_the_season_is_dropped_because_both_are_compared(draw: Draw) -> None:
    assert "peak minus other months" in draw("treasury", PATH, "?peak=peak")


def test_months_without_any_record_are_said_to_have_none(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH, "?from=2020-01&to=2020-02")
    assert "No reliability records were handed in for Ports Authority in this period." in drawn


def test_every_section_is_drawn_for_every_filter(draw: Draw) -> None:
    for search in ("", "?agency=12", "?service=PaaS", "?status=Post", "?year=fiscal",
                   "?agency=10&agency=12", "?agency=10&service=portal-10"):  # fmt: skip
        assert "This part could not be drawn" not in draw("treasury", PATH, search)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((), ""),
        ((1,), "January"),
        ((1, 2, 3, 7), "January to March, July"),
        ((12, 11), "November to December"),
    ],
)
def test_months_of_the_year_are_written_as_ranges(numbers: tuple[int, ...], text: str) -> None:
    assert month_ranges(numbers) == text
