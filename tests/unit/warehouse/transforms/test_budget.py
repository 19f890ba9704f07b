from __future__ import annotations

from decimal import Decimal

from tests.unit.warehouse.transforms.staging_rows import Staging

TABLES = ("fact_budget",)
"""What is built for these tests, with all that it is made from."""


def _fiscal(staging: Staging, country: str, start: int) -> None:
    staging.add(
        "rec_fiscal_calendar",
        country_code=country,
        start_month_number=start,
        effective_from="1900-01",
    )


def test_an_annual_amount_is_spread_in_cents_that_add_up_to_it(staging: Staging) -> None:
    _fiscal(staging, "TT", 10)
    staging.agency(1, "TT")
    staging.usage(1, "2025-10")
    staging.budget(1, "2025", "1000.00")
    staging.build()

    rows = staging.rows("select month, budget_usd, phasing from fact_budget order by month")
    assert rows[0] == ("2025-10", Decimal("83.330000"), "even")
    assert rows[-1] == ("2026-09", Decimal("83.370000"), "even")
    assert len(rows) == 12
    assert sum(row[1] for row in rows) == Decimal("1000.00")


def test_last_years_shape_is_used_where_last_year_is_complete(staging: Staging) -> None:
    staging.agency(1)
    for number in range(1, 13):
        cost = Decimal(300) if number == 7 else Decimal(100)
        staging.usage(1, f"2024-{number:02}", cost_usd=cost)
    staging.budget(1, "2025", "1000.00", phasing="last_year")
    staging.build()

    rows = staging.rows("select month, budget_usd, phasing from fact_budget order by month")
    assert rows[0] == ("2025-01", Decimal("71.430000"), "last_year")
    assert rows[6] == ("2025-07", Decimal("214.290000"), "last_year")
    assert rows[11] == ("2025-12", Decimal("71.410000"), "last_year")
    assert sum(row[1] for row in rows) == Decimal("1000.00")


def test_an_incomplete_last_year_falls_back_to_even_and_says_so(staging: Staging) -> None:
    staging.agency(1)
    for number in range(2, 13):
        staging.usage(1, f"2024-{number:02}")
    staging.budget(1, "2025", "1200", phasing="last_year")
    staging.build()

    assert staging.rows("select distinct budget_usd, phasing from fact_budget") == [
        (Decimal("100.000000"), "even")
    ]


def test_a_month_given_on_its_own_replaces_its_part_of_the_year(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01")
    staging.budget(1, "2025", "1200")
    staging.budget(1, "2025-03", "55.55", phasing="given", version="supplementary-1")
    staging.build()

    rows = staging.rows(
        "select month, budget_usd, phasing, version from fact_budget "
        "where month between '2025-02' and '2025-03' order by month"
    )
    assert rows == [
        ("2025-02", Decimal("100.000000"), "even", "original"),
        ("2025-03", Decimal("55.550000"), "given", "supplementary-1"),
    ]


def test_a_budget_keeps_the_rate_of_its_first_month(staging: Staging) -> None:
    staging.agency(1, "TT", "TTD")
    staging.usage(1, "2025-01")
    for month, rate in (("2025-01", "0.148"), ("2025-02", "0.200")):
        staging.add("rec_exchange_rate", month=month, currency="TTD", usd_per_unit=Decimal(rate))
    staging.budget(1, "2025", "1200", currency="TTD")
    staging.build()

    assert staging.rows("select distinct budget_usd, budget_local, currency from fact_budget") == [
        (Decimal("14.800000"), Decimal("100.000000"), "TTD")
    ]


def test_a_dollar_budget_is_shown_in_the_agencys_own_currency(staging: Staging) -> None:
    staging.agency(1, "TT", "TTD")
    staging.usage(1, "2025-01")
    staging.add("rec_exchange_rate", month="2025-01", currency="TTD", usd_per_unit=Decimal("0.125"))
    staging.budget(1, "2025-01", "10", phasing="given")
    staging.build()

    assert staging.rows("select budget_usd, budget_local, currency from fact_budget") == [
        (Decimal("10.000000"), Decimal("80.000000"), "USD")
    ]


def test_without_a_rate_the_dollars_stay_unknown(staging: Staging) -> None:
    staging.agency(1, "TT", "TTD")
    staging.usage(1, "2025-01")
    staging.budget(1, "2025-01", "10", currency="TTD", phasing="given")
    staging.build()

    assert staging.rows("select budget_usd, budget_local from fact_budget") == [
        (None, Decimal("10.000000"))
    ]
