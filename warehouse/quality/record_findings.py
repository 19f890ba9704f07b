"""Findings about amounts and months that agencies report."""

from __future__ import annotations

import duckdb

from warehouse.quality.finding import Finding
from warehouse.quality.rules import Rule, Severity

SPEND_LIMIT = 10
"""Provider spend and usage cost of a year should lie within this many times each other."""
SMALLEST_USUAL_COST_USD = 1_000
"""An agency whose months cost less than this in the median probably reports in another unit."""

SPEND = Rule(
    "provider_spend_is_like_usage_cost",
    Severity.WARN,
    f"Provider spend of a year lies within {SPEND_LIMIT} times the usage cost of that year.",
)
GAP = Rule(
    "months_have_no_gap",
    Severity.WARN,
    "An agency's usage has no month missing between its first and its last.",
)
TINY = Rule(
    "monthly_cost_is_plausible",
    Severity.WARN,
    f"An agency's months cost {SMALLEST_USUAL_COST_USD:,} US dollars or more in the median.",
)
ZERO = Rule(
    "used_services_cost_something",
    Severity.WARN,
    "Usage with compute hours has a cost above zero.",
)
RECORD_RULES = (
    ("provider_spend", SPEND),
    ("usage_monthly", GAP),
    ("usage_monthly", TINY),
    ("usage_monthly", ZERO),
)


def find_in_records(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Look at spend against cost, at missing months, and at tiny and zero costs."""
    return [
        *_spend(connection),
        *_gaps(connection),
        *_tiny(connection),
        *_zero(connection),
    ]


def _spend(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        f"""
        WITH usage AS (
          SELECT agency_id, CAST(month[1:4] AS INTEGER) AS year, sum(cost_usd) AS cost
          FROM stg_usage_monthly GROUP BY ALL),
        spend AS (
          SELECT agency_id, year, sum(spend_usd) AS spend
          FROM stg_provider_spend GROUP BY ALL),
        compared AS (
          SELECT coalesce(agency_id, 0) AS agency, year, sum(spend) AS spend, sum(cost) AS cost
          FROM spend JOIN usage USING (agency_id, year)
          GROUP BY GROUPING SETS ((agency_id, year), (year)))
        SELECT agency, year, spend, cost, CAST(spend AS DOUBLE) / cost AS times FROM compared
        WHERE cost > 0 AND (times > {SPEND_LIMIT} OR times * {SPEND_LIMIT} < 1)
        ORDER BY agency, year
        """
    ).fetchall()
    return [
        Finding(
            agency,
            SPEND.name,
            "provider_spend",
            f"Provider spend of {year} is {times:,.3g} times the usage cost",
            f"provider_spend.csv adds up to {spend:,.2f} US dollars for {year}, usage_monthly.csv "
            f"to {cost:,.2f}. Both are shown as they are; find out which one is in another unit "
            "or incomplete before comparing them.",
            str(year),
        )
        for agency, year, spend, cost, times in rows
    ]


def _gaps(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        """
        WITH held AS (SELECT DISTINCT agency_id, month FROM stg_usage_monthly),
        following AS (
          SELECT agency_id, month, lead(month) OVER (PARTITION BY agency_id ORDER BY month) AS next
          FROM held)
        SELECT agency_id, month, next,
          datediff('month', CAST(month || '-01' AS DATE), CAST(next || '-01' AS DATE)) - 1 AS gap
        FROM following WHERE next IS NOT NULL AND gap > 0 ORDER BY agency_id, month
        """
    ).fetchall()
    return [
        Finding(
            agency,
            GAP.name,
            "usage_monthly",
            f"Usage is missing between {month} and {following}",
            f"{gap} {'month is' if gap == 1 else 'months are'} missing after {month}; the next one "
            f"is {following}. Look whether it is held or in quarantine, or hand it in.",
            month,
        )
        for agency, month, following, gap in rows
    ]


def _tiny(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        f"""
        SELECT agency_id, median(CAST(cost AS DOUBLE)) AS usual FROM (
          SELECT agency_id, month, sum(cost_usd) AS cost FROM stg_usage_monthly GROUP BY ALL)
        GROUP BY agency_id HAVING usual < {SMALLEST_USUAL_COST_USD} ORDER BY agency_id
        """
    ).fetchall()
    return [
        Finding(
            agency,
            TINY.name,
            "usage_monthly",
            "Monthly costs are very small",
            f"The median month costs {usual:,.2f} US dollars. Shown as reported; check whether "
            "cost_usd is in thousands, or only a part of the estate.",
        )
        for agency, usual in rows
    ]


def _zero(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        "SELECT agency_id, count(*), min(month), max(month) FROM stg_usage_monthly "
        "WHERE cost_usd = 0 AND compute_hours > 0 GROUP BY agency_id ORDER BY agency_id"
    ).fetchall()
    return [
        Finding(
            agency,
            ZERO.name,
            "usage_monthly",
            "Used services without cost",
            f"{count:,} rows from {first} to {last} have compute hours and a cost of zero. Add "
            "the cost if the services aren't free.",
        )
        for agency, count, first, last in rows
    ]
