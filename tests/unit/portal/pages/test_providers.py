"""The provider page, for the treasury and for one MDA."""

from tests.factories.government import GOVERNMENT
from tests.unit.portal.pages.conftest import Draw
from tests.unit.portal.pages.test_migration import PATH as MIGRATION

PATH = "/finops/providers"


def test_the_treasury_is_told_how_much_one_provider_has(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "How dependent are we on one provider?" in text
    assert '"60 %"' in text
    assert "that all MDAs spent with providers in 2025" in text
    assert '", after "' in text
    assert '" in 2024"' in text
    assert "Provider shares by MDA" in text
    assert "Dependence on providers by MDA" in text
    assert "could not be drawn" not in text


def test_a_year_that_is_not_over_is_not_set_against_the_one_before(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "2025 is not over" in text
    # The share of the largest provider is, in the answer and on its card; the spend is not.
    assert text.count('" in 2024"') == 2


def test_rankings_of_an_mda_are_its_providers_by_year(draw: Draw) -> None:
    text = draw("viewer of 10", PATH)
    assert "Provider shares by year" in text
    assert "AWS has most of the spend" in text
    assert "Provider shares by MDA" not in text
    for other in GOVERNMENT:
        if other.agency_id != 10:
            assert other.name not in text
            assert f"agency={other.agency_id}" not in text


def test_services_stand_behind_the_provider_that_telemetry_names(draw: Draw) -> None:
    assert "Portal of Ministry of Health" in draw("viewer of 10", PATH)
    assert "No telemetry names a provider" in draw("viewer of 13", PATH)


def test_a_period_shows_the_years_it_touches(draw: Draw) -> None:
    text = draw("treasury", PATH, "?from=2024-03&to=2024-05")
    assert "spent with providers in 2024" in text
    assert '2025 is not over: usage is known to April 2025"' in text


def test_spend_far_from_usage_cost_is_said_and_contracts_are_named(draw: Draw) -> None:
    assert "a feed of contracts would show them here" in draw("treasury", PATH)


def test_no_provider_spend_reads_well(draw: Draw) -> None:
    text = draw("treasury", PATH, "?from=2019-01&to=2019-12")
    assert "No provider spend was handed in" in text
    assert "could not be drawn" not in text


def test_the_summary_leads_to_both_pages(draw: Draw) -> None:
    assert PATH in draw("treasury", "/")
    assert "#providers" not in draw("treasury", "/")
    assert MIGRATION in draw("treasury", MIGRATION)
