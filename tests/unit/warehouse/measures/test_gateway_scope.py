"""Whoever asks is answered from the rows in scope, and learns nothing of the others."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.errors import (
    NoSuchTableError,
    NotInScopeError,
    QuestionError,
    ScopeMissingError,
    UnknownColumnError,
    UnknownDimensionError,
    UnknownMeasureError,
    UnknownValueError,
)
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
NUMBERS = range(10, 18)
AGENCIES = st.frozensets(st.sampled_from(NUMBERS), max_size=4)
SOME: list[frozenset[int]] = [frozenset(), frozenset({10}), frozenset({11, 13, 16})]
NAMED_BY_AGENCY = sorted(
    name for name, measure in REGISTRY.items() if "agency" in measure.dimensions
)
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("agencies", SOME, ids=str)
def test_no_answer_names_an_agency_out_of_scope(agencies: frozenset[int], gateway: Gateway) -> None:
    for name in NAMED_BY_AGENCY:
        answer = gateway.ask(Question((name,), by=("agency",)), Scope.of_agencies(agencies))
        assert {row["agency"] for row in answer.rows} <= agencies, name


@pytest.mark.parametrize("agencies", SOME[1:], ids=str)
def test_a_scope_answers_as_the_whole_government_filtered_to_it(
    agencies: frozenset[int], gateway: Gateway
) -> None:
    where = (("agency", tuple(map(str, sorted(agencies)))),)
    for name in NAMED_BY_AGENCY:
        measure = REGISTRY[name]
        if measure.family == "peers":
            # Whoever holds much of a group is shown less of it: see test_peer_measures.
            continue
        scoped = gateway.ask(Question((name,)), Scope.of_agencies(agencies))
        if measure.share_of == "agency":
            # Those in scope are the whole there is: a share of all spend would tell others'.
            assert scoped.rows == ({name: 1.0},)
            continue
        filtered = gateway.ask(Question((name,), where=where), ALL)
        assert scoped.rows == filtered.rows, name


@QUICK
@given(start=st.integers(1, 12), length=st.integers(0, 6))
def test_agencies_add_up_to_the_whole(start: int, length: int, gateway: Gateway) -> None:
    end = start + length
    period = Period(f"2024-{start:02d}", f"{2024 + (end - 1) // 12}-{(end - 1) % 12 + 1:02d}")
    names = ("actual_spend", "row_count", "idle_cost", "untagged_cost", "spend_growth_count")
    whole = gateway.ask(Question(names, period=period), ALL).rows[0]
    parts = gateway.ask(Question(names, by=("agency",), period=period), ALL).rows
    for name in names:
        assert math.fsum(row[name] or 0 for row in parts) == pytest.approx(whole[name])  # type: ignore[misc]


@QUICK
@given(agencies=AGENCIES, by=st.sampled_from(["month", "agency", "country", "peak"]))
def test_shares_and_rates_lie_between_nothing_and_all(
    agencies: frozenset[int], by: str, gateway: Gateway
) -> None:
    names = ("tagged_pct", "untagged_share", "waste_pct", "error_rate", "sla_breach_rate",
             "availability_time", "availability_requests", "utilisation")  # fmt: skip
    for row in gateway.ask(Question(names, by=(by,)), Scope.of_agencies(agencies)).rows:
        for name in names:
            assert row[name] is None or 0 <= row[name] <= 1, (name, row)  # type: ignore[operator]


@pytest.mark.parametrize("value", ["12", "999", "ten", "", "10 OR 1=1"])
def test_a_foreign_agency_answers_as_an_unknown_one(value: str, gateway: Gateway) -> None:
    question = Question(("actual_spend",), where=(("agency", (value,)),))
    with pytest.raises(UnknownValueError) as caught:
        gateway.ask(question, Scope.of_agencies([10]))
    assert str(caught.value) == f"No agency {value!r} is known here."


@pytest.mark.parametrize(
    ("dimension", "foreign"),
    [("country", "JM"), ("currency", "JMD"), ("digital_service", "portal-11"), ("year", "1999")],
)
def test_values_that_only_others_have_are_unknown(
    dimension: str, foreign: str, gateway: Gateway
) -> None:
    question = Question(("row_count_performance",), where=((dimension, (foreign,)),))
    with pytest.raises(UnknownValueError):
        gateway.ask(question, Scope.of_agencies([10]))


def test_options_hold_only_what_is_in_scope(gateway: Gateway) -> None:
    own = Scope.of_agencies([10])
    assert gateway.options("agency", own) == (("10", "Ministry of Health"),)
    assert gateway.options("country", own) == (("TT", "Trinidad & Tobago"),)
    assert len(gateway.options("agency", ALL)) == 8
    assert gateway.options("agency", Scope.nothing()) == ()
    assert gateway.options("month", Scope.nothing()) == ()
    with pytest.raises(QuestionError, match="no dimension 'colour'"):
        gateway.options("colour", ALL)


@pytest.mark.parametrize(
    ("dimension", "spelling", "expected"),
    [
        ("peak", "PEAK", "peak"),
        ("peak", "no", "non-peak"),
        ("migrated", "YES", "Yes"),
        ("country", "tt", "TT"),
        ("service_type", "saas", "SaaS"),
    ],
)
def test_upper_and_lower_case_are_the_same(
    dimension: str, spelling: str, expected: str, gateway: Gateway
) -> None:
    question = Question(("row_count",), by=(dimension,), where=((dimension, (spelling,)),))
    assert [row[dimension] for row in gateway.ask(question, ALL).rows] == [expected]


def test_a_missing_dimension_is_an_error_that_names_the_others(gateway: Gateway) -> None:
    with pytest.raises(UnknownDimensionError) as caught:
        gateway.ask(Question(("tagged_pct",), by=("service_type",)), ALL)
    assert str(caught.value) == (
        "tagged_pct has no dimension 'service_type'. It can be split and filtered by: agency, "
        "parent, country, sector, org_size, region_group, migrated, currency, month, quarter, "
        "year, peak."
    )
    with pytest.raises(UnknownDimensionError):
        gateway.ask(Question(("budget",), where=(("region", ("us-east-1",)),)), ALL)


def test_an_unknown_measure_is_answered_with_near_names(gateway: Gateway) -> None:
    with pytest.raises(UnknownMeasureError) as caught:
        gateway.ask(Question(("actual_spent",)), ALL)
    assert caught.value.near[0] == "actual_spend"


def test_without_a_scope_nothing_is_answered(gateway: Gateway) -> None:
    for scope in (None, "all", frozenset({10})):
        with pytest.raises(ScopeMissingError):
            gateway.ask(Question(("actual_spend",)), scope)  # type: ignore[arg-type]


def test_a_scope_of_measures_refuses_all_others(gateway: Gateway) -> None:
    tags = Scope.whole_government(frozenset({"tagged_pct"}))
    assert gateway.ask(Question(("tagged_pct",)), tags).value("tagged_pct")
    with pytest.raises(NotInScopeError):
        gateway.ask(Question(("tagged_pct", "actual_spend")), tags)


def test_answers_are_kept_by_scope(gateway: Gateway) -> None:
    question = Question(("actual_spend",))
    first, again = (gateway.ask(question, Scope.of_agencies([10])) for _ in range(2))
    assert first is again
    assert gateway.ask(question, Scope.of_agencies([11])).rows != first.rows


def test_rows_are_limited_to_the_scope(gateway: Gateway) -> None:
    page = gateway.rows(
        "fact_usage_monthly", Scope.of_agencies([16]), limit=2, order_by=("-month",)
    )
    assert page.total == 32
    assert [row["month"] for row in page.rows] == ["2025-04", "2025-04"]
    assert {row["agency_id"] for row in page.rows} == {16}
    foreign = gateway.rows("fact_usage_monthly", Scope.of_agencies([16]), where={"agency_id": 10})
    assert foreign.rows == ()


def test_rows_of_no_agency_are_treasurys_alone(gateway: Gateway) -> None:
    whole = gateway.rows("quality_result", ALL, where={"agency_id": 0})
    assert whole.total > 0
    own = gateway.rows("quality_result", Scope.of_agencies([0, 10]), limit=1000)
    assert {row["agency_id"] for row in own.rows} <= {10}


@pytest.mark.parametrize("table", ["agg_usage_country_month", "source_file", "users", "dim_region"])
def test_tables_that_mix_agencies_are_unknown_to_a_limited_reader(
    table: str, gateway: Gateway
) -> None:
    with pytest.raises(NoSuchTableError, match=f"No table '{table}' is known here"):
        gateway.rows(table, Scope.of_agencies([10]))


def test_a_reader_of_some_measures_sees_no_table_with_other_cost(gateway: Gateway) -> None:
    tags = Scope.whole_government(frozenset({"tagged_pct"}))
    assert gateway.rows("fact_tagging_compliance", tags).total > 0
    for table in ("fact_cost_monthly", "agg_finance_agency_month", "quarantined_row"):
        with pytest.raises(NoSuchTableError):
            gateway.rows(table, tags)


def test_rows_know_their_columns(gateway: Gateway) -> None:
    with pytest.raises(UnknownColumnError, match="dim_date has no column 'colour'"):
        gateway.rows("dim_date", ALL, where={"colour": "red"})
    with pytest.raises(UnknownColumnError):
        gateway.rows("dim_date", ALL, order_by=("month; DROP TABLE",))
