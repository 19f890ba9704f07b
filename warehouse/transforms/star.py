"""The order in which the star is built from staging: each step's result is a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from warehouse.errors import BuildError
from warehouse.schema import DIMENSIONS, FACTS, SUMMARIES
from warehouse.transforms import (
    budget,
    calendar,
    dimensions,
    governance,
    migration,
    performance,
    providers,
    summaries,
    tagging,
    usage,
)
from warehouse.transforms.conform import conform, expect_references, expect_rows, expect_sound
from warehouse.transforms.inforce import THRESHOLDS, build_thresholds
from warehouse.transforms.staging import read_inputs

_TABLES = {table.name: table for table in (*DIMENSIONS, *FACTS, *SUMMARIES)}


def build_star(con: Backend, *, on_step: Callable[[str], None] = lambda _: None) -> None:
    """Build every dimension, fact and summary as a table of the engine, from staging and records.

    ``on_step`` is called with each table's name before it is built. Amounts come out rounded.

    Raises BuildError when staging lacks a table, a join adds or loses rows, a key repeats, or a
    row refers to something that doesn't exist.
    """
    StarBuild(con, read_inputs(con), on_step).run()


class StarBuild:
    """One build: what it reads, and what it has made so far."""

    def __init__(
        self, con: Backend, inputs: Mapping[str, ir.Table], on_step: Callable[[str], None]
    ) -> None:
        self._con = con
        self._in = inputs
        self._on_step = on_step
        self._steps: list[str] = []

    def run(self) -> None:
        """Build in the order in which tables need each other, then drop the steps between."""
        self.build_agencies_and_months()
        self.build_calendar()
        self.build_things()
        self.build_facts()
        self.build_reliability()
        self.build_finance()
        self.build_summaries()
        for table in _TABLES.values():
            expect_references(self._con, table)
        for name in self._steps:
            self._con.drop_table(name)

    def build_agencies_and_months(self) -> None:
        """Build dim_agency, fact_budget, and the run of months that they and the feeds span."""
        read = self._in
        agencies = self._star(
            "dim_agency",
            dimensions.build_dim_agency(read["stg_agencies"], read["stg_migration_summary"]),
            like="stg_agencies",
        )
        raw = read["stg_usage_monthly"]
        spent = raw.group_by("agency_id", "month").aggregate(cost_usd=raw.cost_usd.sum())
        budgets = budget.build_fact_budget(
            read["rec_budget"],
            agencies,
            spent,
            read["rec_fiscal_calendar"],
            read["rec_exchange_rate"],
        )
        budgets = self._star("fact_budget", budgets)
        telemetry = read["stg_telemetry"]
        reported = [t.select("month") for t in (raw, read["stg_tagging_compliance"], budgets)]
        reported.append(telemetry.select(month=telemetry.period_start.left(7)))
        first, *others = reported
        self._step("step_month", calendar.build_months(first.union(*others)))

    def build_calendar(self) -> None:
        """Build the calendar of each country, and the thresholds in force in each month."""
        read, months = self._in, self._table("step_month")
        peaks = read["rec_peak_calendar"]
        dates = self._star("dim_date", calendar.build_dim_date(months, peaks))
        self._star("dim_day", calendar.build_dim_day(dates))
        countries = self._table("dim_agency")
        self._star(
            "dim_country_month",
            calendar.build_dim_country_month(months, countries, read["rec_fiscal_calendar"], peaks),
        )
        rules = self._step("step_threshold", build_thresholds(months, read["rec_threshold"]))
        self._expect_thresholds(rules)

    def build_things(self) -> None:
        """Build what is used and paid: services, regions, providers, categories, accounts."""
        read = self._in
        telemetry = read["stg_telemetry"]
        self._star("dim_service", dimensions.build_dim_service())
        self._star(
            "dim_digital_service",
            dimensions.build_dim_digital_service(read["stg_services"], telemetry),
        )
        agencies = read["stg_agencies"]
        preferred = agencies.filter(agencies.aws_pref_region.notnull()).aws_pref_region
        self._star(
            "dim_region",
            dimensions.build_dim_region(
                read["stg_usage_monthly"].aws_region, telemetry.region, preferred
            ),
        )
        owners = read["rec_account_owner"]
        self._star(
            "dim_cloud_provider",
            dimensions.build_dim_cloud_provider(
                read["stg_provider_spend"].cloud_provider, telemetry.provider, owners.provider
            ),
        )
        self._star("dim_cost_category", dimensions.build_dim_cost_category())
        self._star("dim_account", dimensions.build_dim_account(owners), like="rec_account_owner")

    def build_facts(self) -> None:
        """Build the facts that follow the files row by row."""
        read, agencies = self._in, self._table("dim_agency")
        raw = read["stg_usage_monthly"]
        like = "stg_usage_monthly"
        self._star("fact_usage_monthly", usage.build_fact_usage_monthly(raw), like=like)
        costs = usage.build_fact_cost_monthly(
            raw, agencies, read["rec_exchange_rate"], self._table("step_threshold")
        )
        costs = self._star("fact_cost_monthly", costs, like=like)
        self._star("fact_forecast_input", usage.build_fact_forecast_input(costs))
        tags = tagging.build_fact_tagging_compliance(read["stg_tagging_compliance"])
        self._star("fact_tagging_compliance", tags, like="stg_tagging_compliance")
        like = "stg_provider_spend"
        spend = providers.build_fact_provider_spend(read[like])
        spend = self._star("fact_provider_spend", spend, like=like)
        shares = providers.build_fact_provider_finance(spend, agencies)
        self._star("fact_provider_finance", shares, like=like)
        like = "stg_migration_summary"
        moves = migration.build_fact_migration_summary(read[like], agencies)
        self._star("fact_migration_summary", moves, like=like)
        like = "stg_baseline_adoption"
        adoption = migration.build_fact_adoption_baseline(read[like])
        self._star("fact_adoption_baseline", adoption, like=like)

    def build_reliability(self) -> None:
        """Build fact_performance."""
        read, services = self._in, self._table("dim_digital_service")
        measured = self._step(
            "step_measured", performance.build_measured(read["stg_telemetry"], services)
        )
        targets = performance.build_targets(
            measured, read["stg_services"], read["rec_service_target"]
        )
        rows = performance.build_fact_performance(
            read["stg_usage_monthly"],
            measured,
            self._table("step_threshold"),
            self._step("step_target", targets),
            self._table("dim_agency"),
        )
        self._star("fact_performance", rows)

    def build_finance(self) -> None:
        """Build fact_finance_governance."""
        costs, rules = self._table("fact_cost_monthly"), self._table("step_threshold")
        monthly = self._step("step_cost", governance.build_monthly_cost(costs))
        growth = self._step("step_growth", governance.build_growth(monthly, rules))
        fast = self._step("step_fast_growth", governance.build_fast_growth(costs, rules))
        rows = governance.build_fact_finance_governance(
            agencies=self._table("dim_agency"),
            monthly_cost=monthly,
            growth=growth,
            fast_growth=fast,
            tagging=self._table("fact_tagging_compliance"),
            budgets=self._table("fact_budget"),
            thresholds=rules,
        )
        self._star("fact_finance_governance", rows)

    def build_summaries(self) -> None:
        """Build every summary."""
        agencies = self._table("dim_agency")
        used = summaries.build_usage_rows(
            self._table("fact_usage_monthly"), self._table("fact_cost_monthly"), agencies
        )
        for name, grain in summaries.USAGE_GRAINS.items():
            self._star(name, summaries.build_usage_summary(used, grain))
        ran = summaries.build_performance_rows(self._table("fact_performance"), agencies)
        for name, grain in summaries.PERFORMANCE_GRAINS.items():
            self._star(name, summaries.build_performance_summary(ran, grain))
        governed = self._table("fact_finance_governance")
        for name, grain in summaries.FINANCE_GRAINS.items():
            self._star(name, summaries.build_finance_summary(governed, grain))
        self._star(
            "agg_provider_country_year",
            summaries.build_provider_summary(self._table("fact_provider_finance")),
        )

    def _star(self, name: str, expression: ir.Table, *, like: str = "") -> ir.Table:
        """Materialise a declared table and check it; ``like`` names what it has the rows of."""
        self._on_step(name)
        declared = _TABLES[name]
        self._con.create_table(name, conform(expression, declared), overwrite=True)
        rows = expect_sound(self._con, declared)
        if like:
            expect_rows(name, rows, self._count(self._in[like]), like)
        return self._table(name)

    def _step(self, name: str, expression: ir.Table) -> ir.Table:
        """Materialise what several tables are made from, so that it is computed once."""
        self._con.create_table(name, expression, overwrite=True)
        self._steps.append(name)
        return self._table(name)

    def _expect_thresholds(self, rules: ir.Table) -> None:
        for name in THRESHOLDS:
            gap = self._con.to_pyarrow(rules.filter(rules[name].isnull()).month.min()).as_py()
            if gap is not None:
                raise BuildError(
                    f"No value of the threshold {name} is in force in {gap}. Record one that "
                    "is effective from that month or earlier."
                )

    def _count(self, table: ir.Table) -> int:
        counted: Any = self._con.to_pyarrow(table.count()).as_py()
        return int(counted)

    def _table(self, name: str) -> ir.Table:
        return self._con.table(name)
