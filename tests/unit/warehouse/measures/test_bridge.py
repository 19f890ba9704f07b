"""Why spend changed: the terms by hand, and that they always add up."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.government import Agency, write_government
from tests.unit.warehouse.measures.conftest import built
from warehouse.errors import NothingToCompareError
from warehouse.gateway import Gateway
from warehouse.question import Answer, Period, Question, compared
from warehouse.scope import Scope

Usage = Mapping[int, Sequence[tuple[str, str, int, str]]]

ALL = Scope.whole_government()
TERMS = ("bridge_usage", "bridge_unit_price", "bridge_new", "bridge_ended", "bridge_unsplit",
         "bridge_exchange_rate")  # fmt: skip
BUDGET_TERMS = ("budget_bridge_planned", "budget_bridge_usage", "budget_bridge_unit_price",
                "budget_bridge_new", "budget_bridge_ended", "budget_bridge_exchange_rate",
                "budget_bridge_unsplit")  # fmt: skip
FEBRUARY = Period("2025-02", "2025-02")
USAGE = {
    10: (
        ("2024-02", "IaaS", 8, "80.00"),
        ("2025-01", "IaaS", 10, "100.00"), ("2025-02", "IaaS", 12, "180.00"),
        ("2025-01", "PaaS", 5, "50.00"), ("2025-02", "SaaS", 3, "30.00"),
    ),
    12: (("2025-01", "IaaS", 8, "64.00"), ("2025-02", "IaaS", 0, "80.00")),
    14: (("2025-01", "IaaS", 5, "500.00"),),
}  # fmt: skip
"""Agency 10 has a service that ends and one that is new; 12 no units; 14 is late."""
SPRING = Period("2025-04", "2025-06")
UNEVEN = {
    10: tuple((f"2025-{month:02d}", "IaaS", 10, "100.00") for month in range(1, 6)),
    12: (
        ("2025-01", "IaaS", 8, "64.00"), ("2025-02", "IaaS", 8, "64.00"),
        ("2025-04", "IaaS", 12, "96.00"), ("2025-04", "PaaS", 1, "5.00"),
    ),
    14: (("2025-01", "IaaS", 5, "500.00"), ("2025-05", "IaaS", 5, "500.00")),
}  # fmt: skip
"""Agency 10 has not handed in June; 12 neither March nor May; 14 January and May alone."""


@pytest.fixture(scope="module")
def literal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("bridge")
    database = built(f"sqlite:///{folder}/r.sqlite", _hand_in(folder / "data", USAGE), folder)
    yield Gateway(database)
    database.dispose()


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("uneven")
    database = built(f"sqlite:///{folder}/r.sqlite", _hand_in(folder / "data", UNEVEN), folder)
    yield Gateway(database)
    database.dispose()


def _hand_in(folder: Path, usage: Usage) -> Path:
    agencies = (
        Agency(10, "Ministry of Health"),
        Agency(12, "Land Registry", "Jamaica", "JM", "JMD", migrated=False),
        Agency(14, "National Archives", "Panama", "PA", "USD", has_budget=False, migrated=False),
    )
    write_government(folder, agencies)
    for agency, rows in usage.items():
        who = next((a.country, a.country_code) for a in agencies if a.agency_id == agency)
        _write(
            folder / f"mda/usage_monthly/{agency}.csv",
            "agency_id,country,country_code,month,service_type,compute_hours,storage_gb,"
            "data_egress_gb,utilisation_pct,cost_usd,aws_region,migration_status,resource_count",
            [
                (agency, *who, month, service, hours, 0, 0, 50, cost, "us-east-1", "Pre", 4)
                for month, service, hours, cost in rows
            ],
        )
    for agency, amount in ((10, 200), (12, 100)):
        _write(
            folder / f"budgets/budgets/{agency}.csv",
            "agency_id,period,amount,currency,phasing,version",
            [(agency, "2025-02", amount, "USD", "given", "original")],
        )
    _write(
        folder / "fx/exchange_rates.csv",
        "month,currency,usd_per_unit",
        [
            (month, currency, rate)
            for month, rate in (("2024-02", "0.1"), ("2025-01", "0.1"), ("2025-02", "0.2"))
            for currency in ("TTD", "JMD")
            if (currency, month) != ("JMD", "2025-02")
        ],
    )
    return folder


def _write(path: Path, header: str, rows: Sequence[Sequence[object]]) -> None:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")


def terms_of(answer: Answer, names: Sequence[str] = TERMS) -> list[object]:
    return [answer.rows[0][name] for name in names]


def test_each_term_is_what_it_is_by_hand(literal: Gateway) -> None:
    question = Question((*TERMS, "bridge_change", "bridge_before", "bridge_now"), period=FEBRUARY)
    answer = literal.ask(question, Scope.of_agencies([10]))
    assert terms_of(answer) == [20, 60, 30, -50, 0, 0]
    assert answer.value("bridge_change") == 60
    assert (answer.value("bridge_before"), answer.value("bridge_now")) == (150, 210)


def test_an_agency_that_is_late_has_not_ended_its_services(literal: Gateway) -> None:
    answer = literal.ask(Question((*TERMS, "bridge_change"), period=FEBRUARY), ALL)
    assert terms_of(answer) == [20, 60, 30, -50, 16, 0]
    assert answer.value("bridge_change") == 76
    assert answer.notes == (
        "2025-02 against 2025-01.",
        "Left out, with records in one of the two periods only: 1 agency.",
    )
    late = literal.ask(Question(("bridge_change",), period=FEBRUARY), Scope.of_agencies([14]))
    assert late.value("bridge_change") is None
    assert late.reasons["bridge_change"] == "no records in one of the two periods"


def test_under_a_filter_on_the_service_an_agency_still_counts_as_reporting(
    literal: Gateway,
) -> None:
    question = Question(TERMS, where=(("service_type", ("SaaS",)),), period=FEBRUARY)
    assert terms_of(literal.ask(question, ALL)) == [0, 0, 30, 0, 0, 0]


def test_a_month_that_was_not_handed_in_is_no_fall_in_usage(uneven: Gateway) -> None:
    names = (*TERMS, "bridge_change", "bridge_before", "bridge_now")
    answer = uneven.ask(Question(names, period=SPRING), Scope.of_agencies([10]))
    assert terms_of(answer, names) == [0, 0, 0, 0, 0, 0, 0, 200, 200]
    assert answer.notes == (
        "2025-04 to 2025-06 against 2025-01 to 2025-03.",
        "Left out, as the month each is compared with wasn't reported: 1 agency-month.",
    )


def test_each_month_is_set_against_the_month_at_its_place(uneven: Gateway) -> None:
    names = (*TERMS, "bridge_change", "bridge_before", "bridge_now")
    answer = uneven.ask(Question(names, period=SPRING), ALL)
    assert terms_of(answer, names) == [32, 0, 5, 0, 0, 0, 37, 264, 301]
    assert answer.notes[1:] == (
        "Left out, as the month each is compared with wasn't reported: 4 agency-months.",
    )
    archives = uneven.ask(Question(names, period=SPRING), Scope.of_agencies([14]))
    assert archives.value("bridge_change") is None
    assert archives.reasons["bridge_change"] == (
        "no reported month that can be set against one that was reported too"
    )


def test_under_a_filter_on_the_service_a_month_still_counts_as_reported(uneven: Gateway) -> None:
    question = Question(TERMS, where=(("service_type", ("PaaS",)),), period=SPRING)
    answer = uneven.ask(question, ALL)
    assert terms_of(answer) == [0, 0, 5, 0, 0, 0]
    assert answer.notes[1].endswith("4 agency-months.")


def test_periods_that_differ_in_length_are_compared_as_given(uneven: Gateway) -> None:
    names = ("bridge_before", "bridge_now", "bridge_change")
    question = Question(names, period=Period("2025-03", "2025-06"),
                        against=Period("2025-01", "2025-02"))  # fmt: skip
    answer = uneven.ask(question, Scope.of_agencies([10, 12]))
    assert terms_of(answer, names) == [328, 401, 73]
    assert answer.notes[1:] == ("The two periods differ in length.",)


def test_in_own_currency_the_rate_is_a_term_of_its_own(literal: Gateway) -> None:
    question = Question((*TERMS, "bridge_change"), period=FEBRUARY, currency="own")
    answer = literal.ask(question, Scope.of_agencies([10]))
    assert terms_of(answer) == [200, 600, 150, -500, 0, -900]
    assert answer.value("bridge_change") == -450
    mixed = literal.ask(question, ALL)
    assert mixed.value("bridge_change") is None
    assert "more than one currency" in mixed.reasons["bridge_change"]


def test_without_a_rate_a_change_in_own_currency_is_not_available(literal: Gateway) -> None:
    question = Question(("bridge_change",), period=FEBRUARY, currency="own")
    found = literal.ask(question, Scope.of_agencies([12]))
    assert found.value("bridge_change") is None
    assert found.reasons["bridge_change"] == "no exchange rate of JMD for 2025-02"


def test_the_period_compared_with_can_be_chosen(literal: Gateway) -> None:
    question = Question(("bridge_usage", "bridge_change"), period=FEBRUARY,
                        against=Period("2024-02", "2024-02"))  # fmt: skip
    answer = literal.ask(question, Scope.of_agencies([10]))
    assert terms_of(answer, ("bridge_usage", "bridge_change")) == [40, 130]
    assert answer.notes == ("2025-02 against 2024-02.",)


def test_what_only_bills_tell_is_not_available_rather_than_zero(literal: Gateway) -> None:
    names = ("bridge_commitments", "bridge_restatement")
    answer = literal.ask(Question(names, period=FEBRUARY), ALL)
    assert terms_of(answer, names) == [None, None]
    assert all("not told apart" in answer.reasons[name] for name in names)


def test_a_budget_is_followed_from_the_year_before(literal: Gateway) -> None:
    names = (*BUDGET_TERMS, "budget_variance", "budget_bridge_budget", "budget_bridge_spend")
    answer = literal.ask(Question(names, period=FEBRUARY), Scope.of_agencies([10]))
    assert terms_of(answer, names) == [-120, 40, 60, 30, 0, 0, 0, 10, 200, 210]
    # Land Registry had nothing a year before: its difference can't be split.
    whole = literal.ask(Question(names, period=FEBRUARY), ALL)
    assert terms_of(whole, names) == [-120, 40, 60, 30, 0, 0, -20, -10, 300, 290]


def test_without_a_year_before_or_a_budget_a_difference_is_not_split(literal: Gateway) -> None:
    names = ("budget_bridge_planned", "budget_bridge_usage", "budget_bridge_unsplit")
    registry = literal.ask(Question(names, period=FEBRUARY), Scope.of_agencies([12]))
    assert terms_of(registry, names) == [None, None, -20]
    assert "a year before" in registry.reasons["budget_bridge_planned"]
    archives = literal.ask(Question(names), Scope.of_agencies([14]))
    assert terms_of(archives, names) == [None, None, None]
    assert archives.reasons["budget_bridge_unsplit"] == "no budget recorded"


def test_a_period_to_compare_with_is_for_changes_alone(literal: Gateway) -> None:
    with pytest.raises(NothingToCompareError, match="not for actual_spend"):
        literal.ask(Question(("actual_spend",), against=FEBRUARY), ALL)


@pytest.mark.parametrize(
    ("period", "against", "expected"),
    [
        (Period(), None, ("2025-10", "2025-10", "2025-09", "2025-09")),
        (Period("2025-01", "2025-01"), None, ("2025-01", "2025-01", "2024-12", "2024-12")),
        (Period("2025-01", "2025-10"), None, ("2025-01", "2025-10", "2024-03", "2024-12")),
        (Period("2025-08"), None, ("2025-08", "2025-10", "2025-05", "2025-07")),
        (Period(None, "2025-03"), None, ("2025-03", "2025-03", "2025-02", "2025-02")),
        (Period("2025-01", "2025-03"), Period("2024-01"),
         ("2025-01", "2025-03", "2024-01", "2024-01")),
    ],
)  # fmt: skip
def test_unless_told_a_period_is_compared_with_the_one_before(
    period: Period, against: Period | None, expected: tuple[str, ...]
) -> None:
    now, before = compared(period, against, "2025-10")
    assert (now.start, now.end, before.start, before.end) == expected


MONTHS = st.integers(0, 15).map(lambda at: f"{2024 + at // 12}-{at % 12 + 1:02d}")
PERIODS = st.tuples(MONTHS, MONTHS).map(lambda pair: Period(min(pair), max(pair)))
AGENCIES = st.frozensets(st.sampled_from(range(10, 18)), min_size=1, max_size=4)
SPLITS = st.sampled_from(
    [("agency",), ("country",), ("service_type",), ("agency", "service_type"), ("sector",)]
)
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def millionths(value: object) -> int:
    return round(float(value) * 1_000_000)  # type: ignore[arg-type]


Rows = Sequence[Mapping[str, object]]


def summed(rows: Sequence[object], name: str) -> int:
    return sum(millionths(row[name]) for row in rows if row[name] is not None)  # type: ignore[index]


@QUICK
@given(period=PERIODS, against=PERIODS, agencies=AGENCIES, by=SPLITS, own=st.booleans())
def test_terms_add_up_to_the_change_and_parts_to_the_whole(
    period: Period, against: Period, agencies: frozenset[int], by: tuple[str, ...], own: bool,
    gateway: Gateway,
) -> None:  # fmt: skip
    names = (*TERMS, "bridge_change", "bridge_before", "bridge_now")
    scope = Scope.of_agencies(agencies)
    whole = Question(names, ("currency",), (), period, "calendar", "own" if own else "USD", against)
    parts = Question(names, ("currency", *by), (), period, "calendar", whole.currency, against)
    of_whole, of_parts = gateway.ask(whole, scope).rows, gateway.ask(parts, scope).rows
    assert_adding_up(of_whole, of_parts, names)


def assert_adding_up(of_whole: Rows, of_parts: Rows, names: Sequence[str]) -> None:
    for row in of_whole:
        assert sum(millionths(row[name]) for name in TERMS) == millionths(row["bridge_change"])
        mine = [part for part in of_parts if part["currency"] == row["currency"]]
        for name in names:
            assert summed(mine, name) == millionths(row[name])


@QUICK
@given(period=PERIODS, against=PERIODS, by=SPLITS, agencies=st.sampled_from([(10, 12), (12, 14)]))
def test_terms_add_up_where_months_are_missing(
    period: Period, against: Period, by: tuple[str, ...], agencies: tuple[int, ...],
    uneven: Gateway,
) -> None:  # fmt: skip
    names = (*TERMS, "bridge_change", "bridge_before", "bridge_now")
    scope = Scope.of_agencies(agencies)
    of_whole, of_parts = (
        uneven.ask(Question(names, ("currency", *split), period=period, against=against), scope)
        for split in ((), by)
    )
    known = [row for row in of_whole.rows if row["bridge_change"] is not None]
    assert_adding_up(known, of_parts.rows, names)
    for row in of_parts.rows:
        assert row["bridge_change"] is None or any(
            one["currency"] == row["currency"] for one in known
        )


@QUICK
@given(period=PERIODS, agencies=AGENCIES, own=st.booleans())
def test_budget_terms_add_up_to_the_variance_and_agencies_to_the_whole(
    period: Period, agencies: frozenset[int], own: bool, gateway: Gateway
) -> None:
    names = (*BUDGET_TERMS, "budget_variance", "budget_bridge_budget", "budget_bridge_spend")
    scope = Scope.of_agencies(agencies)
    currency = "own" if own else "USD"
    asked = [
        Question(names, by, (), period, "calendar", currency)  # type: ignore[arg-type]
        for by in (("currency",), ("currency", "agency"))
    ]
    of_whole, of_parts = (gateway.ask(question, scope).rows for question in asked)
    for row in of_whole:
        terms = [millionths(row[name]) for name in BUDGET_TERMS if row[name] is not None]
        variance = row["budget_variance"]
        assert variance is None or sum(terms) == millionths(variance)
        mine = [part for part in of_parts if part["currency"] == row["currency"]]
        for name in names:
            assert summed(mine, name) == summed([row], name)


@QUICK
@given(agencies=AGENCIES, other=st.integers(10, 17), period=PERIODS)
def test_an_agencys_bridge_does_not_depend_on_another(
    agencies: frozenset[int], other: int, period: Period, gateway: Gateway
) -> None:
    names = (*TERMS, "bridge_change", "budget_bridge_planned", "budget_bridge_unsplit")
    question = Question(names, by=("agency",), period=period)
    alone = gateway.ask(question, Scope.of_agencies([other])).rows
    among = gateway.ask(question, Scope.of_agencies({*agencies, other})).rows
    assert [row for row in among if row["agency"] == other] == list(alone)


def test_a_bridge_is_the_same_on_both_databases(
    gateway: Gateway, postgres_gateway: Gateway
) -> None:
    names = (*TERMS, *BUDGET_TERMS, "bridge_change")
    for by in ((), ("agency",), ("country", "currency")):
        for currency in ("USD", "own"):
            question = Question(names, by, (), Period("2025-01", "2025-04"), "calendar", currency)  # type: ignore[arg-type]
            here, there = gateway.ask(question, ALL), postgres_gateway.ask(question, ALL)
            assert here.rows == there.rows
            assert here.reasons == there.reasons
