"""The migration page, for the treasury and for one MDA."""

import pytest

from portal.figures.points import Point
from portal.figures.quadrants import Quadrants, draw_quadrants
from portal.pages.reliability.migration_disagreements import RULES
from tests.factories.government import GOVERNMENT
from tests.unit.portal.pages.conftest import Draw
from warehouse.quality.migration_findings import MIGRATION_RULES

PATH = "/reliability/migration"
NAMES = Quadrants("cheaper steadier", "dearer steadier", "cheaper worse", "dearer worse")


def test_the_treasury_is_told_whether_it_paid_beside_those_that_stayed(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "Did moving to the cloud pay, and did services get better?" in text
    assert "the 6 MDAs that moved" in text
    assert "MDAs that stayed" in text
    assert "Claimed and observed savings by MDA" in text
    assert "could not be drawn" not in text


def test_of_modelled_services_nothing_is_concluded(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "none is judged" in text
    assert "Not judged: stability is modelled" in text
    assert "became cheaper and steadier" not in text
    assert "stability rose" not in text


def test_services_measured_on_one_side_only_are_said_not_to_be_comparable(draw: Draw) -> None:
    assert "measured on one side of the migration only" in draw("viewer of 10", PATH)


def test_a_migrated_mda_sees_its_services_and_no_other_mda(draw: Draw) -> None:
    text = draw("viewer of 13", PATH)
    assert "Did our move to the cloud pay" in text
    assert "services cost less a month than before" in text
    assert "MDAs that stayed rose" not in text
    assert "MDAs that stayed fell" not in text
    for other in GOVERNMENT:
        if other.agency_id != 13:
            assert other.name not in text
            assert f"agency={other.agency_id}" not in text


def test_an_mda_that_never_moved_is_told_that_there_is_nothing_to_compare(draw: Draw) -> None:
    text = draw("manager of 10 and 12", PATH, "?agency=12")
    assert "There is no before and after to compare for Land Registry" in text
    assert "Recorded breaches after" in text
    assert "Cost of a month" in text
    assert "costs less a month" not in text


def test_a_filter_on_a_service_keeps_the_page_whole(draw: Draw) -> None:
    text = draw("treasury", PATH, "?service=IaaS")
    assert "could not be drawn" not in text
    assert "Not split by service" in text


def test_a_period_without_a_before_says_so(draw: Draw) -> None:
    text = draw("treasury", PATH, "?from=2025-01&to=2025-04")
    assert "There is no before and after to compare" in text
    assert "could not be drawn" not in text


def test_every_migration_rule_of_a_build_is_shown() -> None:
    assert set(RULES) == {rule.name for _, rule in MIGRATION_RULES}


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (-1, 1, "cheaper steadier"),
        (1, 1, "dearer steadier"),
        (-1, -1, "cheaper worse"),
        (1, -1, "dearer worse"),
        (0, 1, ""),
        (1, 0, ""),
    ],
)
def test_a_point_belongs_to_the_quarter_it_lies_in(x: float, y: float, expected: str) -> None:
    assert NAMES.name_of(x, y) == expected


def test_quarters_reach_equally_far_and_tell_modelled_points_apart() -> None:
    drawn = draw_quadrants(
        points=[
            Point("A", "1", -100.0, 4.0),
            Point("B", "2", 50.0, -2.0, is_modelled=True),
        ],
        names=NAMES,
        x_title="cost",
        y_title="stability",
        keys=("Measured", "Modelled"),
        theme="light",
    )
    low, high = drawn["layout"]["xaxis"]["range"]
    assert low == -high
    measured, modelled = drawn["data"]
    assert (measured["name"], modelled["name"]) == ("Measured", "Modelled")
    assert measured["marker"]["symbol"] != modelled["marker"]["symbol"]
    assert len(drawn["layout"]["annotations"]) == 4
