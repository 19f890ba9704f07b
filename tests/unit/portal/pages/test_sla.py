"""The SLA page, for those who see many MDAs, one that is measured, and one that is not."""

from tests.unit.portal.pages.conftest import Draw

PATH = "/reliability/sla"
NO_CAUSE = "Nothing was measured here, so no cause can be named"


def test_the_treasury_reads_what_broke_of_what_was_measured(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    assert "What breaches, and why?" in drawn
    assert "of those that were measured" in drawn
    assert "digital services held their targets" in drawn
    assert "services are not measured" in drawn
    assert "What broke, and the likely cause" in drawn


def test_every_limit_stands_beside_how_often_it_was_exceeded(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    for limit in ("500 ms", "400 ms", "3 %", "2.5 %", "85 %"):
        assert limit in drawn
    assert "Capacity, telemetry or not" in drawn


def test_a_measured_mda_sees_its_services_and_no_other(draw: Draw) -> None:
    drawn = draw("viewer of 10", PATH)
    assert "Portal of Ministry of Health" in drawn
    assert "fell below its target" in drawn
    assert "The one digital service with a target missed it." in drawn
    assert "Revenue Authority" not in drawn
    assert "Latency by service and month" in drawn


def test_an_unmeasured_mda_gets_no_cause_and_no_order_by_latency(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH)
    assert "Hand in telemetry" in drawn
    assert "Latency and errors of Ports Authority were not measured, so no cause is named" in drawn
    assert "runs fullest" in drawn
    for word in ("What broke, and the likely cause", "hotspot", "with normal load", "most often"):
        assert word not in drawn


def test_an_unmeasured_mda_still_learns_of_capacity_because_load_is_reported(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH)
    assert "Over capacity" in drawn
    assert "ran over the capacity limit of " in drawn


def test_months_without_any_record_are_said_to_have_none(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH, "?from=2020-01&to=2020-02")
    assert "No reliability records were handed in for Ports Authority in this period." in drawn
    assert "Not available" not in drawn


def test_one_service_of_one_mda_ends_in_its_months(draw: Draw) -> None:
    assert "Month by month" in draw("treasury", PATH, "?agency=10&service=portal-10")
    assert "Month by month" not in draw("treasury", PATH, "?agency=10")


def test_a_single_month_is_a_table_and_no_lonely_bar(draw: Draw) -> None:
    drawn = draw("treasury", PATH, "?from=2025-04&to=2025-04")
    assert "One month is in view: April 2025" in drawn
    assert '"type": "bar"' not in drawn


def test_every_section_is_drawn_for_every_filter(draw: Draw) -> None:
    for search in ("", "?agency=12", "?service=PaaS", "?peak=peak", "?status=Post", "?year=fiscal",
                   "?agency=10&agency=12", "?region=us-east-1"):  # fmt: skip
        assert "This part could not be drawn" not in draw("treasury", PATH, search)


def test_targets_held_are_the_services_counted_by_the_measure(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    headline = drawn[: drawn.index('" digital services held their targets"]')]
    for name in ("services_on_target", "services_with_target"):
        assert f'"data-figure": "{name}"' in headline[headline.rindex('"children": [') :]
