"""Figures against plain SQL over the facts' own rows."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()


@pytest.fixture
def scalar(database: Database):  # type: ignore[no-untyped-def]
    def run(sql: str) -> float:
        with database.star(ALL) as connection:
            return float(Decimal(connection.scalar(text(sql))) / 1_000_000)

    return run


def test_spend_is_the_sum_of_cost(gateway: Gateway, scalar) -> None:  # type: ignore[no-untyped-def]
    answer = gateway.ask(Question(("actual_spend",)), ALL)
    assert answer.value("actual_spend") == scalar("SELECT sum(cost_usd) FROM fact_cost_monthly")


def test_rows_carry_identifiers_and_labels_in_order(gateway: Gateway) -> None:
    answer = gateway.ask(
        Question(("row_count",), by=("agency", "month"), period=Period("2025-03", "2025-04")),
        Scope.of_agencies([10, 16]),
    )
    assert [dict(row) for row in answer.rows] == [
        {"agency": 10, "agency_name": "Ministry of Health", "month": "2025-03",
         "month_name": "March 2025", "row_count": 3},
        {"agency": 10, "agency_name": "Ministry of Health", "month": "2025-04",
         "month_name": "April 2025", "row_count": 3},
        {"agency": 16, "agency_name": "Education Services", "month": "2025-03",
         "month_name": "March 2025", "row_count": 2},
        {"agency": 16, "agency_name": "Education Services", "month": "2025-04",
         "month_name": "April 2025", "row_count": 2},
    ]  # fmt: skip


def test_growth_looks_at_the_month_before_the_period(gateway: Gateway) -> None:
    series = gateway.ask(Question(("actual_spend",), by=("month",)), ALL).rows
    spend = {row["month"]: row["actual_spend"] for row in series}
    asked = Question(("mom_growth",), by=("month",), period=Period("2024-06", "2024-07"))
    answer = gateway.ask(asked, ALL)
    assert [row["month"] for row in answer.rows] == ["2024-06", "2024-07"]
    for row, before in zip(answer.rows, ("2024-05", "2024-06"), strict=True):
        expected = (spend[row["month"]] - spend[before]) / spend[before]  # type: ignore[operator,index]
        assert row["mom_growth"] == pytest.approx(expected)


def test_growth_in_the_first_month_is_not_available(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("mom_growth",), by=("month",)), ALL)
    assert answer.rows[0]["mom_growth"] is None
    assert "no month before" in answer.reasons["mom_growth"]


def test_without_months_a_window_stands_at_the_periods_last_month(gateway: Gateway) -> None:
    names = ("mom_growth", "rolling_3m_spend", "seasonality_index", "ytd_spend")
    by_month = gateway.ask(Question(names, by=("month",)), ALL).rows
    single = gateway.ask(Question(names, period=Period(None, "2024-11")), ALL).rows[0]
    november = next(row for row in by_month if row["month"] == "2024-11")
    assert single == {name: november[name] for name in names}


def test_year_to_date_starts_in_january_or_with_the_fiscal_year(gateway: Gateway) -> None:
    ask = gateway.ask
    period = Period("2025-02", "2025-03")
    calendar = ask(Question(("ytd_spend",), period=period), ALL).value("ytd_spend")
    first_quarter = ask(Question(("actual_spend",), period=Period("2025-01", "2025-03")), ALL)
    assert calendar == first_quarter.value("actual_spend")
    jamaica = Scope.of_agencies([12, 13])
    fiscal = ask(Question(("ytd_spend",), period=period, year="fiscal"), jamaica)
    since_april = ask(Question(("actual_spend",), period=Period("2024-04", "2025-03")), jamaica)
    assert fiscal.value("ytd_spend") == since_april.value("actual_spend")


def test_different_fiscal_years_are_labelled_a_mixture(gateway: Gateway) -> None:
    question = Question(("ytd_spend",), year="fiscal")
    assert any("mixture" in note for note in gateway.ask(question, ALL).notes)
    assert gateway.ask(question, Scope.of_agencies([12])).notes == ()


def test_a_running_fiscal_total_ends_at_the_single_figure(gateway: Gateway) -> None:
    single = gateway.ask(Question(("ytd_spend",), year="fiscal"), ALL)
    by_month = gateway.ask(Question(("ytd_spend",), by=("month",), year="fiscal"), ALL)
    assert by_month.rows[-1]["ytd_spend"] == single.value("ytd_spend")


def test_spend_is_compared_with_the_budget_of_the_same_months(gateway: Gateway) -> None:
    question = Question(("actual_spend", "budget", "budget_variance", "budget_variance_pct"))
    row = gateway.ask(question, Scope.of_agencies([10])).rows[0]
    assert row["budget"] == 16 * 4000
    assert row["budget_variance"] == pytest.approx(row["actual_spend"] - 64_000)  # type: ignore[operator]
    assert row["budget_variance_pct"] == pytest.approx(row["budget_variance"] / 64_000)  # type: ignore[operator]


def test_an_agency_without_a_budget_has_no_variance_but_a_reason(gateway: Gateway) -> None:
    names = ("budget", "budget_variance", "ytd_budget_variance_pct", "burn_index")
    answer = gateway.ask(Question(names), Scope.of_agencies([13]))
    assert list(answer.rows[0].values()) == [None] * 4
    assert all(reason.startswith("no budget recorded") for reason in answer.reasons.values())
    without = Question(("agencies_without_budget",))
    assert gateway.ask(without, ALL).value("agencies_without_budget") == 1


def test_the_run_rate_is_twelve_times_the_mean_of_the_years_months(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("ytd_spend", "run_rate")), ALL)
    assert answer.value("run_rate") == pytest.approx(answer.value("ytd_spend") / 4 * 12)  # type: ignore[operator]


def test_the_burn_index_sets_what_is_spent_against_the_time_gone(gateway: Gateway) -> None:
    # Budgets are recorded up to the fourth month, so spend of four months is against theirs.
    scope = Scope.of_agencies([10])
    answer = gateway.ask(Question(("burn_index", "ytd_spend")), scope)
    expected = answer.value("ytd_spend") / 16_000 / (4 / 12)  # type: ignore[operator]
    assert answer.value("burn_index") == pytest.approx(expected)


def test_what_is_used_and_what_is_left_make_up_the_years_budget(gateway: Gateway) -> None:
    names = ("budget_used_pct", "budget_left", "ytd_budgeted_spend")
    for scope, budget in ((Scope.of_agencies([10]), 16_000), (Scope.of_agencies([13]), None)):
        answer = gateway.ask(Question(names), scope)
        spent = answer.value("ytd_budgeted_spend")
        if budget is None or spent is None:
            assert list(answer.rows[0].values()) == [None] * 3
            assert set(answer.reasons) == set(names)
            continue
        assert answer.value("budget_left") == pytest.approx(budget - spent)
        assert answer.value("budget_used_pct") == pytest.approx(spent / budget)


def test_what_agencies_have_left_adds_up_in_one_currency_only(gateway: Gateway) -> None:
    by_agency = gateway.ask(Question(("budget_left",), by=("agency",)), ALL).rows
    added = sum(float(row["budget_left"] or 0) for row in by_agency)
    assert gateway.ask(Question(("budget_left",)), ALL).value("budget_left") == pytest.approx(added)
    own = gateway.ask(Question(("budget_left",), currency="own"), ALL)
    assert own.value("budget_left") is None
    assert "more than one currency" in own.reasons["budget_left"]


def test_measured_rows_push_modelled_ones_out(gateway: Gateway) -> None:
    names = ("latency_ms", "error_rate", "sla_breaches", "row_count_performance", "request_count")
    question = Question(names, where=(("month", ("2025-04",)),))
    answer = gateway.ask(question, Scope.of_agencies([10, 12]))
    # Only the portal of agency 10 is measured: 3 days, 17 errors in 10,050 requests a day.
    assert answer.value("request_count") == 3 * 10_050
    assert answer.value("error_rate") == pytest.approx(17 / 10_050)
    assert answer.value("latency_ms") == 230
    assert answer.modelled == frozenset()
    left_out = answer.value("row_count_performance") - 1  # type: ignore[operator]
    assert answer.notes == (f"Made from telemetry; {left_out:.0f} modelled rows were left out.",)


def test_modelled_figures_are_named_as_such(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("latency_ms", "actual_spend")), Scope.of_agencies([12]))
    assert answer.modelled == {"latency_ms"}
    assert "Modelled from utilisation, not measured." in answer.notes


def test_what_only_telemetry_can_tell_is_not_available_without(gateway: Gateway) -> None:
    names = ("availability_time", "availability_requests", "latency_p95_ms",
             "error_budget_remaining")  # fmt: skip
    answer = gateway.ask(Question(names), Scope.of_agencies([12]))
    assert list(answer.rows[0].values()) == [None] * 4
    assert all(reason.startswith("not measured") for reason in answer.reasons.values())


def test_shares_are_of_all_providers_even_under_a_filter(gateway: Gateway) -> None:
    question = Question(("provider_share",), where=(("provider", ("aws",)),))
    assert gateway.ask(question, ALL).value("provider_share") == pytest.approx(0.6)
    by = gateway.ask(Question(("provider_share",), by=("agency", "provider")), ALL)
    assert [row["provider_share"] for row in by.rows[:3]] == pytest.approx([0.6, 0.3, 0.1])


def test_dependence_on_providers(gateway: Gateway) -> None:
    row = gateway.ask(Question(("top_provider_share", "concentration", "fragmentation")), ALL)
    herfindahl = 0.6**2 + 0.3**2 + 0.1**2
    assert row.value("top_provider_share") == pytest.approx(0.6)
    assert row.value("concentration") == pytest.approx((herfindahl - 1 / 3) / (1 - 1 / 3))
    assert row.value("fragmentation") == 3


def test_a_period_counts_the_provider_years_it_touches(gateway: Gateway) -> None:
    question = Question(("provider_spend",), period=Period("2024-11", "2024-12"))
    answer = gateway.ask(question, Scope.of_agencies([10]))
    assert answer.value("provider_spend") == 60_000
    assert any("calendar year" in note for note in answer.notes)


def test_change_by_migration_compares_the_same_agencies(gateway: Gateway) -> None:
    scope = Scope.of_agencies([13, 12])  # 12 never migrated
    by_status = gateway.ask(
        Question(("stability_score",), by=("migration_status",)), Scope.of_agencies([13])
    )
    after, before = by_status.series("stability_score")
    answer = gateway.ask(Question(("stability_delta",)), scope)
    assert answer.value("stability_delta") == pytest.approx(after - before)  # type: ignore[operator]


def test_agencies_below_the_target_are_counted_in_the_last_month(gateway: Gateway) -> None:
    # Tagging rises by 2 points a month from 60 %: 80 % is reached in the eleventh month.
    names = ("agencies_below_tag_target", "governance_risk_count")
    early = gateway.ask(Question(names, period=Period(None, "2024-10")), ALL).rows[0]
    assert early == {"agencies_below_tag_target": 8, "governance_risk_count": 80}
    late = gateway.ask(Question(names), ALL).rows[0]
    assert late == {"agencies_below_tag_target": 0, "governance_risk_count": 80}


def test_own_currency_is_never_added_to_another(gateway: Gateway) -> None:
    question = Question(("actual_spend", "idle_cost", "waste_pct"), currency="own")
    mixed = gateway.ask(question, ALL)
    assert mixed.value("actual_spend") is None
    assert "more than one currency" in mixed.reasons["actual_spend"]
    assert mixed.reasons["idle_cost"] == "kept in US dollars only"
    assert mixed.value("waste_pct") is not None
    jamaica = Scope.of_agencies([12])
    dollars = gateway.ask(Question(("actual_spend",)), jamaica).value("actual_spend")
    own = gateway.ask(question, jamaica).value("actual_spend")
    assert own == pytest.approx(dollars / 0.0064, abs=0.01)  # type: ignore[operator]


def test_nothing_in_the_period_is_not_available_rather_than_zero(gateway: Gateway) -> None:
    names = ("actual_spend", "latency_ms", "ytd_spend", "mom_growth", "tagged_pct")
    answer = gateway.ask(Question(names, period=Period("2031-01", "2031-02")), ALL)
    assert dict(answer.rows[0]) == dict.fromkeys(names)
    assert answer.reasons.keys() == set(names)


def test_an_answer_says_which_currency_its_money_is_in(gateway: Gateway) -> None:
    everyone = Scope.whole_government()
    own = Question(("actual_spend",), by=("agency",), currency="own")
    mixed = gateway.ask(own, everyone)
    assert mixed.currency == ""
    assert (mixed.currencies[10], mixed.currencies[12]) == ("TTD", "JMD")
    assert gateway.ask(own, Scope.of_agencies({12, 13})).currency == "JMD"
    country = replace(own, where=(("country", ("PA",)),))
    assert gateway.ask(country, everyone).currency == "USD"
    assert gateway.ask(replace(own, currency="USD"), everyone).currency == "USD"
