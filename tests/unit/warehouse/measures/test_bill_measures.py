from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories.bills import line, publish_lines, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.answering.days import covered_stretches, whole_months
from warehouse.engine import connect_engine
from warehouse.gateway import Gateway
from warehouse.question import Answer, Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
FIRST = date(2025, 1, 30)
DAYS = 70


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, plans: Path) -> Iterator[Gateway]:
    con = connect_engine(threads=1)
    staging = Staging(con, plans=plans)
    for agency, country in ((1, "TT"), (2, "JM")):
        staging.agency(agency, country)
        staging.add(
            "rec_account_owner",
            provider="AWS", account_id=f"{agency}" * 3, agency_id=agency, valid_from="2025-01",
        )  # fmt: skip
    lines = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        for account, cost in (("111", "10"), ("222", "20"), ("999", "3")):
            lines.append(line(str(day), cost, account_id=account, sub_account_name=f"No {account}"))
        if day.day == 1:
            lines.append(line(str(day), "-5", account_id="111", charge_category="Credit"))
            lines.append(line(str(day), "7", account_id="222", charge_category="Tax"))
            lines.append(
                line(
                    str(day),
                    "100",
                    account_id="222",
                    service_name="Storage",
                    list_cost=Decimal(150),
                )
            )
    lines.append(line("2025-02-10", "8", account_id="111", billing_currency="EUR"))
    put_lines(con, lines)
    database = publish_lines(staging, tmp_path_factory.mktemp("bills"))
    con.disconnect()
    yield Gateway(database)
    database.dispose()


def ask(gateway: Gateway, *measures: str, scope: Scope = ALL, **kw: object) -> Answer:
    return gateway.ask(Question(measures, **kw), scope)  # type: ignore[arg-type]


ONLY_DOLLARS = (("currency", ("USD",)),)


def test_a_missing_rate_is_named_by_month_and_currency_and_nothing_is_added(
    gateway: Gateway,
) -> None:
    answer = ask(gateway, "billed_cost")
    assert answer.value("billed_cost") is None
    assert answer.reasons == {
        "billed_cost": "no exchange rate to US dollars for charges of 2025-02 in EUR"
    }
    by_month = ask(gateway, "billed_cost", by=("month",))
    assert [row["billed_cost"] is None for row in by_month.rows] == [False, True, False, False]


def test_the_bill_is_what_agencies_bear_and_what_nobody_does(gateway: Gateway) -> None:
    answer = ask(gateway, "billed_cost", "unallocated_cost", by=("agency",), where=ONLY_DOLLARS)
    assert [(row["agency"], row["agency_name"], row["billed_cost"]) for row in answer.rows] == [
        (None, "not allocated", 210.0),
        (1, "Ministry 1", 685.0),
        (2, "Ministry 2", 1721.0),
    ]
    whole = ask(gateway, "billed_cost", "unallocated_cost", "allocation_rate", where=ONLY_DOLLARS)
    assert whole.value("billed_cost") == 2616.0
    assert whole.value("unallocated_cost") == 210.0
    assert whole.value("allocation_rate") == pytest.approx(2406 / 2616)


def test_what_no_agency_bears_has_no_country_whichever_table_answers(gateway: Gateway) -> None:
    answer = ask(gateway, "billed_cost", "average_daily_cost", by=("country",), where=ONLY_DOLLARS)
    assert [row["country"] for row in answer.rows] == ["JM", "TT", None]
    assert all(row["average_daily_cost"] for row in answer.rows)


def test_an_agency_is_answered_from_its_own_charges_alone(gateway: Gateway) -> None:
    own = Scope.of_agencies([1])
    answer = ask(
        gateway, "billed_cost", "unallocated_cost", by=("account",), where=ONLY_DOLLARS, scope=own
    )
    assert answer.rows == (
        {"account": "111", "account_name": "No 111", "billed_cost": 685.0, "unallocated_cost": 0.0},
    )
    assert gateway.options("account", own) == (("111", "No 111"),)
    assert [name for name, _ in gateway.options("service", own)] == ["Amazon EC2"]
    assert gateway.rows("fact_charge_daily", own).total == 74
    assert {row["agency_id"] for row in gateway.rows("fact_charge_daily", own).rows} == {1}


def test_a_mean_a_day_counts_the_days_that_bills_cover(gateway: Gateway) -> None:
    mean = ask(gateway, "average_daily_cost", where=ONLY_DOLLARS).value("average_daily_cost")
    assert mean == pytest.approx(2616 / DAYS)
    by_service = ask(gateway, "average_daily_cost", by=("service",), where=ONLY_DOLLARS)
    # Used on three days only, it cost 300 over the seventy that were billed.
    assert by_service.rows[-1]["average_daily_cost"] == pytest.approx(300 / DAYS)
    week = ask(gateway, "average_daily_cost", by=("weekday",), where=ONLY_DOLLARS)
    saturdays = DAYS // 7
    assert week.rows[5]["average_daily_cost"] == pytest.approx(33 + 204 / saturdays)
    assert week.rows[0]["average_daily_cost"] == pytest.approx(33)
    weekend = (*ONLY_DOLLARS, ("weekday", ("Saturday", "7")))
    two = ask(gateway, "average_daily_cost", where=weekend).value("average_daily_cost")
    assert two == pytest.approx(33 + 204 / (2 * saturdays))
    by_month = ask(gateway, "average_daily_cost", by=("month",), where=ONLY_DOLLARS)
    assert by_month.rows[0]["average_daily_cost"] == pytest.approx(66 / 2)


def test_whole_months_alone_are_compared(gateway: Gateway) -> None:
    february, march = 33 * 28 + 102, 33 * 31 + 102
    trend = ask(gateway, "daily_trend_pct", where=ONLY_DOLLARS).value("daily_trend_pct")
    assert trend == pytest.approx(march / february - 1)
    one = ask(gateway, "daily_trend_pct", where=ONLY_DOLLARS, period=Period(end="2025-02"))
    assert one.value("daily_trend_pct") is None
    assert one.reasons["daily_trend_pct"].startswith("fewer than two months")


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (["2025-07-28/31", "2025-08-01/31", "2025-09-01/30", "2025-10-01/26"], [8, 9]),
        (["2025-07-01/31", "2025-08-01/31"], [7, 8]),
        (["2025-07-02/31"], []),
        (["2025-02-01/27"], []),
        # Nothing was used on the last days of one month and the first of the next.
        (["2025-07-01/30", "2025-08-04/31"], [7, 8]),
        # A gap of months ends a stretch: what lies beside it may be a part.
        (["2025-01-05/20", "2025-06-10/30", "2025-07-01/31"], [7]),
    ],
)
def test_a_month_is_whole_when_bills_cover_it_from_end_to_end(
    ends: list[str], expected: list[int]
) -> None:
    months = {
        text[:7]: (date.fromisoformat(text[:10]), date.fromisoformat(f"{text[:8]}{text[11:]}"))
        for text in ends
    }
    assert whole_months(months) == [f"2025-{number:02}" for number in expected]


def test_a_mean_a_day_leaves_out_months_without_any_bill() -> None:
    january, march = (date(2025, 1, 30), date(2025, 1, 31)), (date(2025, 3, 1), date(2025, 3, 9))
    assert covered_stretches({"2025-01": january, "2025-03": march}) == [january, march]


def test_days_have_a_date_and_a_day_of_the_week(gateway: Gateway) -> None:
    days = ask(gateway, "billed_cost", by=("day",), where=ONLY_DOLLARS)
    assert len(days.rows) == DAYS
    assert days.rows[0] == {"day": "2025-01-30", "day_name": "30 January 2025", "billed_cost": 33.0}
    chosen = ask(gateway, "billed_cost", where=(*ONLY_DOLLARS, ("day", ("2025-02-01",))))
    assert chosen.value("billed_cost") == 135.0
    week = ask(gateway, "billed_cost", by=("weekday",), where=ONLY_DOLLARS)
    assert [row["weekday_name"] for row in week.rows][0::6] == ["Monday", "Sunday"]
    assert sum(float(row["billed_cost"] or 0) for row in week.rows) == 2616.0


def test_weekends_credits_taxes_and_savings(gateway: Gateway) -> None:
    answer = ask(
        gateway, "weekend_share", "credit_amount", "tax_amount", "effective_savings_rate",
        "charge_line_count", where=ONLY_DOLLARS,
    )  # fmt: skip
    weekend_days = [d for d in range(DAYS) if (FIRST + timedelta(days=d)).weekday() >= 5]
    # The first of February and of March were Saturdays.
    assert answer.value("weekend_share") == pytest.approx((33 * len(weekend_days) + 204) / 2616)
    assert answer.value("credit_amount") == -15.0
    assert answer.value("tax_amount") == 21.0
    assert answer.value("effective_savings_rate") == pytest.approx(150 / (33 * DAYS + 450))
    assert answer.value("charge_line_count") == 3 * DAYS + 9


def test_fiscal_years_are_told_where_a_table_knows_the_country(gateway: Gateway) -> None:
    for by in (("year", "weekday"), ("quarter", "day"), ("year", "service", "day")):
        answer = ask(
            gateway, "billed_cost", "average_daily_cost", by=by, year="fiscal", where=ONLY_DOLLARS
        )
        assert sum(float(row["billed_cost"] or 0) for row in answer.rows) == pytest.approx(2616)


def test_what_went_unused_is_no_usage_where_the_fee_of_a_commitment_says_it(
    tmp_path: Path, plans: Path
) -> None:
    con = connect_engine(threads=1)
    staging = Staging(con, plans=plans)
    # As AWS writes it: usage under a reservation, the fee that says what of it went unused, and
    # usage without; as others do, what went unused in a line of usage.
    put_lines(
        con,
        [
            line("2025-03-01", "6", commitment_discount_status="Used"),
            line("2025-03-01", "2", commitment_discount_status="Unused",
                 charge_category="Purchase", billed_cost=Decimal(8)),
            line("2025-03-01", "1", commitment_discount_status="Unused"),
            line("2025-03-01", "6"),
        ],
    )  # fmt: skip
    database = publish_lines(staging, tmp_path)
    answer = ask(Gateway(database), "commitment_utilisation", "commitment_coverage")
    assert answer.value("commitment_utilisation") == pytest.approx(6 / 9)
    assert answer.value("commitment_coverage") == pytest.approx(6 / 12)
    con.disconnect()
    database.dispose()


OWN = {"currency": "own"}
MIXED = "amounts in more than one currency, which are never added: split by currency"


def test_what_is_billed_in_one_currency_is_told_in_it_without_any_rate(gateway: Gateway) -> None:
    euros = ask(gateway, "billed_cost", "list_cost", where=(("currency", ("EUR",)),), **OWN)
    assert (euros.value("billed_cost"), euros.value("list_cost")) == (8.0, 8.0)
    assert euros.currency == "EUR"
    assert "Amounts are in the currency they are billed in." in euros.notes
    dollars = ask(gateway, "billed_cost", where=(("agency", ("2",)),), **OWN)
    assert dollars.currency == "USD"
    assert dollars.value("billed_cost") == ask(
        gateway, "billed_cost", where=(("agency", ("2",)),)
    ).value("billed_cost")


def test_several_billing_currencies_are_told_apart_or_not_told(gateway: Gateway) -> None:
    for by in ((), ("month",)):
        answer = ask(gateway, "billed_cost", by=by, **OWN)
        assert {row["billed_cost"] for row in answer.rows} == {None}
        assert answer.reasons == {"billed_cost": MIXED}
        assert answer.currency == ""
    by_currency = ask(gateway, "billed_cost", by=("currency",), **OWN)
    known = ask(gateway, "billed_cost", where=ONLY_DOLLARS).value("billed_cost")
    assert {row["currency"]: row["billed_cost"] for row in by_currency.rows} == {
        "EUR": 8.0,
        "USD": known,
    }
    by_agency = ask(gateway, "billed_cost", by=("agency",), **OWN)
    assert by_agency.currencies[2] == "USD"
    assert 1 not in by_agency.currencies
    assert {row["agency"]: row["billed_cost"] is None for row in by_agency.rows}[1]


def test_other_money_beside_that_of_bills_leaves_bills_in_dollars_only(gateway: Gateway) -> None:
    both = ask(gateway, "billed_cost", "actual_spend", where=(("agency", ("2",)),), **OWN)
    assert both.reasons["billed_cost"] == "kept in US dollars only"
    mean = ask(gateway, "average_daily_cost", where=(("agency", ("2",)),), **OWN)
    assert mean.reasons["average_daily_cost"] == "kept in US dollars only"
