"""What a measure says it adds over, against the answers themselves."""

import pytest

from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY, Kind, Measure
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
HALF_YEAR, HALF_YEAR_BEFORE = Period("2024-11", "2025-04"), Period("2024-05", "2024-10")
ADDING = [measure for measure in REGISTRY.values() if measure.adds_over]


def asked(measure: Measure, *by: str) -> Question:
    if measure.kind is Kind.BRIDGE:
        return Question((measure.name,), by=by, period=HALF_YEAR, against=HALF_YEAR_BEFORE)
    return Question((measure.name,), by=by)


@pytest.mark.parametrize("measure", ADDING, ids=lambda measure: measure.name)
def test_figures_add_up_over_each_dimension_that_is_claimed(
    measure: Measure, gateway: Gateway
) -> None:
    whole = gateway.ask(asked(measure), ALL).value(measure.name)
    if whole is None:
        return
    for dimension in measure.adds_over:
        answer = gateway.ask(asked(measure, dimension), ALL)
        if answer.modelled:
            # Modelled figures stand in where nothing is measured; they are no part of what is.
            continue
        added = sum(float(row[measure.name] or 0) for row in answer.rows)
        assert added == pytest.approx(whole, rel=1e-6, abs=0.05), dimension


def test_the_same_services_are_not_added_over_quarters_but_over_agencies() -> None:
    over = REGISTRY["services_with_target"].adds_over
    assert "agency" in over
    assert not over & {"month", "quarter", "year", "peak"}
    assert {"quarter", "region"} <= REGISTRY["actual_spend"].adds_over
    assert not REGISTRY["waste_pct"].adds_over
    assert not REGISTRY["agency_count"].adds_over & {"month", "service_type"}
