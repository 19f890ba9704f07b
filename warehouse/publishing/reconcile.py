"""Reconcile a finished build with its inputs: nothing lost, nothing counted twice."""

from __future__ import annotations

from dataclasses import dataclass

from ibis.backends.duckdb import Backend

from warehouse.errors import BuildError
from warehouse.schema.charges import CHARGE_SUMMARIES


@dataclass(frozen=True, slots=True)
class Expectation:
    """Two figures that must be equal, each the result of a query."""

    says: str
    left: str
    right: str


_ROUNDING = "0.000001"
_USAGE_SUMMARIES = (
    "agg_usage_agency_region_month", "agg_usage_agency_service_month", "agg_usage_agency_month",
    "agg_usage_country_service_month", "agg_usage_country_month",
)  # fmt: skip

EXPECTATIONS = (
    Expectation(
        "every row read is passed, failed or held",
        "SELECT count(*) FROM source_file WHERE rows_read <> rows_passed + rows_failed + rows_held",
        "SELECT 0",
    ),
    Expectation(
        "the files' rows are the agencies' rows",
        "SELECT coalesce(sum(rows_read), 0) FROM source_file WHERE status <> 'refused'",
        "SELECT coalesce(sum(c.rows_read), 0) FROM source_count c"
        " JOIN source_file f USING (source_id) WHERE f.status <> 'refused'",
    ),
    Expectation(
        "every row that failed is in quarantine",
        "SELECT coalesce(sum(rows_failed), 0) FROM source_file WHERE status <> 'refused'",
        "SELECT count(*) FROM quarantined_row",
    ),
    *(
        Expectation(
            f"{fact} has a row for each row of {staged}",
            f"SELECT count(*) FROM {staged}",
            f"SELECT count(*) FROM {fact}",
        )
        for staged, fact in (
            ("stg_usage_monthly", "fact_usage_monthly"),
            ("stg_tagging_compliance", "fact_tagging_compliance"),
            ("stg_provider_spend", "fact_provider_spend"),
            ("stg_migration_summary", "fact_migration_summary"),
            ("stg_baseline_adoption", "fact_adoption_baseline"),
            ("stg_agencies", "dim_agency"),
        )
    ),
    *(
        Expectation(
            f"{summary} adds up to {fact}",
            f"SELECT coalesce(sum({column}), 0) FROM {fact}",
            f"SELECT coalesce(sum({column}), 0) FROM {summary}",
        )
        for fact, column, summary in (
            *(("fact_cost_monthly", "cost_usd", name) for name in _USAGE_SUMMARIES),
            ("fact_cost_monthly", "cost_usd", "fact_forecast_input"),
            ("fact_cost_monthly", "cost_usd", "fact_finance_governance"),
            ("fact_usage_monthly", "resource_count", "agg_usage_agency_region_month"),
            ("fact_finance_governance", "cost_usd", "agg_finance_agency_month"),
            ("fact_finance_governance", "cost_usd", "agg_finance_country_month"),
            ("fact_performance", "request_count", "agg_performance_agency_service_month"),
            ("fact_performance", "request_count", "agg_performance_agency_month"),
            ("fact_performance", "request_count", "agg_performance_country_service_month"),
            ("fact_performance", "request_count", "agg_performance_country_month"),
            ("fact_provider_finance", "spend_usd", "agg_provider_country_year"),
            *(("fact_charge_daily", "billed_cost", table.name) for table in CHARGE_SUMMARIES),
        )
    ),
    *(
        Expectation(
            f"{summary} has the cost of every usage row",
            "SELECT coalesce(sum(cost_usd), 0) FROM fact_usage_monthly",
            f"SELECT coalesce(sum(usage_cost_usd), 0) FROM {summary}",
        )
        for summary in _USAGE_SUMMARIES
    ),
    Expectation(
        "an agency's month takes its cost from one source, the one it was decided for",
        "SELECT count(*) FROM (SELECT DISTINCT agency_id, month, source FROM fact_cost_monthly)",
        "SELECT count(*) FROM fact_bill_reconciliation r WHERE source <> 'none' AND (agency_id,"
        " month, source) IN (SELECT agency_id, month, source FROM fact_cost_monthly)",
    ),
    Expectation(
        "no agency's month with a summary is left without cost",
        "SELECT count(*) FROM (SELECT DISTINCT agency_id, month FROM fact_usage_monthly)"
        " ANTI JOIN fact_cost_monthly USING (agency_id, month)",
        "SELECT 0",
    ),
    Expectation(
        "cost taken from summaries is that of their usage rows",
        "SELECT coalesce(sum(cost_usd), 0) FROM fact_cost_monthly WHERE source = 'summary'",
        "SELECT coalesce(sum(u.cost_usd), 0) FROM fact_usage_monthly u"
        " JOIN fact_bill_reconciliation USING (agency_id, month) WHERE source = 'summary'",
    ),
    Expectation(
        "cost taken from bills is what was consumed by the charges of the same months",
        "SELECT coalesce(sum(cost_usd), 0) FROM fact_cost_monthly WHERE source = 'bill'",
        "SELECT coalesce(sum(c.effective_cost_usd), 0) FROM fact_charge_daily c"
        " JOIN fact_bill_reconciliation USING (agency_id, month) WHERE source = 'bill'",
    ),
    Expectation(
        "no cost is lost by rounding beyond half a millionth a row",
        "SELECT count(*) FROM (SELECT abs(f.cost - s.cost) AS gap, s.n FROM"
        " (SELECT sum(cost_usd) AS cost FROM fact_usage_monthly) f,"
        " (SELECT sum(cost_usd) AS cost, count(*) AS n FROM stg_usage_monthly) s)"
        f" WHERE gap > {_ROUNDING} * n / 2",
        "SELECT 0",
    ),
    Expectation(
        "every line of a bill is behind a charge",
        "SELECT count(*) FROM stg_charge",
        "SELECT coalesce(sum(line_count), 0) FROM fact_charge_daily",
    ),
    Expectation(
        "what is borne and what isn't is the bill, but for half a millionth a row",
        "SELECT count(*) FROM (SELECT billing_currency AS currency, billing_month AS month,"
        " sum(billed_cost) AS billed, sum(effective_cost) AS consumed FROM stg_charge GROUP BY ALL)"
        " FULL JOIN (SELECT currency, month, sum(billed_cost) AS borne,"
        " sum(effective_cost) AS used, count(*) AS n FROM fact_charge_daily GROUP BY ALL)"
        f" USING (currency, month) WHERE coalesce(abs(billed - borne) > {_ROUNDING} * n / 2"
        f" OR abs(consumed - used) > {_ROUNDING} * n / 2, true)",
        "SELECT 0",
    ),
)


def expect_reconciled(con: Backend) -> None:
    """Raise BuildError naming every expectation that a finished build doesn't meet."""
    failed = []
    for each in EXPECTATIONS:
        left, right = (con.con.execute(query).fetchone()[0] for query in (each.left, each.right))
        if left != right:
            failed.append(f"{each.says}: {left} against {right}")
    if failed:
        raise BuildError(
            "The build doesn't reconcile with its inputs and wasn't published. Expected that "
            + "; ".join(failed)
            + "."
        )
