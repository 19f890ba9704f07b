"""The order in which the star is built from staging: each step's result is a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from warehouse.schema import DIMENSIONS, FACTS, SUMMARIES
from warehouse.schema.charges import NOBODY
from warehouse.transforms import (
    attribution,
    budget,
    calendar,
    charges,
    dimensions,
    governance,
    invoices,
    migration,
    peers,
    performance,
    providers,
    summaries,
    tagging,
    usage,
)
from warehouse.transforms.conform import conform, count_rows, settle
from warehouse.transforms.inforce import build_thresholds
from warehouse.transforms.plan import Engine, InProcess, Plan, run_plan
from warehouse.transforms.plan_store import keep_plan, kept_plan
from warehouse.transforms.staging import InputTypes, input_types, read_inputs

_TABLES = {table.name: table for table in (*DIMENSIONS, *FACTS, *SUMMARIES)}
_PLANS: dict[tuple[str, InputTypes, bool], Plan] = {}
"""Plans by engine and input types: writing one takes longer than running it on a small build."""


def build_star(
    con: Backend,
    *,
    engine: Engine | None = None,
    plans: Path | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> None:
    """Build every dimension, fact and summary as a table of the engine, from staging and records.

    ``con`` holds staging and records, and runs the statements itself unless ``engine`` does.
    ``plans`` is the folder where the statements are kept for later processes, and ``on_step`` is
    called with each table's name before it is built. Amounts come out rounded.

    Raises BuildError when staging lacks a table, a join adds or loses rows, a key repeats, or a
    row refers to something that doesn't exist.
    """
    engine = engine or InProcess(con)
    types = input_types(con)
    form = (engine.name, types, count_rows(con, "rec_tag_rule") > 0)
    plan = _PLANS.get(form) or (kept_plan(plans, form, _TABLES) if plans else None)
    if plan is None:
        *_, with_tags = form
        plan = StarPlan(engine, read_inputs(types), with_tags=with_tags).write()
        if plans:
            keep_plan(plans, form, plan)
    _PLANS[form] = plan
    run_plan(con, plan, on_step, engine)


class StarPlan:
    """The statements that build the star.

    They depend on the types of the inputs, and on whether a rule looks at tags.
    """

    def __init__(
        self, engine: Engine, inputs: Mapping[str, ir.Table], *, with_tags: bool = True
    ) -> None:
        self._with_tags = with_tags
        self._engine = engine
        self._in = inputs
        self._made: dict[str, ir.Table] = {}
        self._plan = Plan()

    def write(self) -> Plan:
        """Write the steps in the order in which tables need each other."""
        self.build_lines()
        self.build_agencies_and_months()
        self.build_calendar()
        self.build_things()
        self.build_facts()
        self.build_charges()
        self.build_invoices()
        self.build_reliability()
        self.build_finance()
        self.build_summaries()
        self.build_peers()
        return self._plan

    def build_lines(self) -> None:
        """Add up the lines of bills."""
        lines = charges.build_charge_lines(self._in["stg_charge"], with_tags=self._with_tags)
        self._step("step_charge", lines)

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
        billed = self._table("step_charge")
        reported = [
            t.select("month") for t in (raw, read["stg_tagging_compliance"], budgets, billed)
        ]
        reported.append(telemetry.select(month=telemetry.period_start.left(7)))
        # A charge may begin outside the month of its bill.
        reported.append(billed.select(month=billed.day.strftime("%Y-%m")).distinct())
        received = read["stg_invoices"]
        reported.append(received.select(month=received.billing_month).distinct())
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
        self._step("step_threshold", build_thresholds(months, read["rec_threshold"]))

    def build_things(self) -> None:
        """Build what is used and paid: services, regions, providers, categories, accounts."""
        read, billed = self._in, self._table("step_charge")
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
                read["stg_usage_monthly"].aws_region, telemetry.region, preferred, billed.region
            ),
        )
        owners = read["rec_account_owner"]
        self._star(
            "dim_cloud_provider",
            dimensions.build_dim_cloud_provider(
                read["stg_provider_spend"].cloud_provider,
                telemetry.provider,
                owners.provider,
                billed.provider,
                charges.short_name(read["stg_invoices"].provider),
                charges.short_name(read["stg_contracts"].provider),
            ),
        )
        self._star("dim_cost_category", dimensions.build_dim_cost_category())
        self._star("dim_account", dimensions.build_dim_account(owners), like="rec_account_owner")

    def build_facts(self) -> None:
        """Build the facts that follow the files row by row."""
        read, agencies = self._in, self._table("dim_agency")
        like = "stg_usage_monthly"
        used = usage.build_usage(
            read[like], agencies, read["rec_exchange_rate"], self._table("step_threshold")
        )
        used = self._step("step_usage", used)
        self._star("fact_usage_monthly", used, like=like)
        self._star("fact_cost_monthly", used, like=like)
        monthly = self._step("step_cost", governance.build_monthly_cost(used))
        self._star("fact_forecast_input", usage.build_fact_forecast_input(monthly))
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

    def build_charges(self) -> None:
        """Build fact_charge_daily and its summaries: who bears what the bills say."""
        billed, agencies = self._table("step_charge"), self._table("dim_agency")
        borne = self._build_shared(self._build_direct(billed, agencies), agencies)
        fact = charges.build_fact_charge_daily(borne, self._in["rec_exchange_rate"])
        fact = self._star("fact_charge_daily", fact)
        names = charges.build_account_names(self._in["stg_charge"])
        self._star("dim_billed_account", charges.build_dim_billed_account(fact, names))
        self._star("dim_billed_service", charges.build_dim_billed_service(fact))
        rows = charges.build_charge_rows(fact)
        for name, grain in charges.CHARGE_GRAINS.items():
            self._star(name, charges.build_charge_summary(rows, grain))
        for name, (finer, grain) in charges.COARSER_CHARGE_GRAINS.items():
            self._star(name, charges.build_coarser_charges(self._table(finer), grain))
        reconciled = charges.build_fact_bill_reconciliation(
            self._table("agg_charge_agency_month"), self._table("step_cost"), agencies
        )
        self._star("fact_bill_reconciliation", reconciled)
        for name, (finer, grain) in charges.COUNTRY_CHARGE_GRAINS.items():
            located = charges.with_country(self._table(finer), agencies)
            self._star(name, charges.build_coarser_charges(located, grain))

    def build_invoices(self) -> None:
        """Build fact_invoice and fact_contract."""
        read, rates = self._in, self._in["rec_exchange_rate"]
        lines = invoices.build_invoice_lines(read["stg_charge"])
        rows = invoices.build_fact_invoice(
            invoices.build_received(read["stg_invoices"]),
            self._step("step_invoice_line", lines),
            self._table("step_bearer"),
            rates,
        )
        self._star("fact_invoice", rows)
        contracts = invoices.build_contracts(read["stg_contracts"])
        drawn = invoices.build_fact_contract(contracts, self._table("fact_charge_daily"), rates)
        self._star("fact_contract", drawn, like="stg_contracts")

    def _build_direct(self, billed: ir.Table, agencies: ir.Table) -> ir.Table:
        owners = self._in["rec_account_owner"]
        bearers = charges.build_account_bearers(billed, owners, agencies)
        owned = charges.build_owned(billed, self._step("step_bearer", bearers))
        unowned = owned.filter(owned.bearer.isnull())
        tagged = attribution.build_tag_bearers(unowned, self._in["rec_tag_rule"], agencies)
        tagged = self._step("step_tag_bearer", tagged)
        return self._step(
            "step_direct", charges.build_direct(owned, tagged, with_tags=self._with_tags)
        )

    def _build_shared(self, borne: ir.Table, agencies: ir.Table) -> ir.Table:
        """Split what nobody bears by the rules for shared cost."""
        rules = self._in["rec_allocation_rule"]
        is_borne = borne.agency_id != NOBODY
        shared, direct = borne.filter(~is_borne), borne.filter(is_borne)
        matched = self._step("step_shared_rule", attribution.build_shared_rules(shared, rules))
        shared = attribution.with_rules(shared, matched)
        shares = attribution.build_shares(shared, direct, rules, agencies)
        shares = self._step("step_share", shares)
        cuts = self._step("step_cut", attribution.build_cuts(shared, shares))
        parts = self._step("step_part", attribution.build_parts(cuts, charges.AMOUNTS))
        return self._step("step_borne", direct.union(parts.select(*direct.columns)))

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
        costs, rules = self._table("step_usage"), self._table("step_threshold")
        monthly = self._table("step_cost")
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
        """Build every summary: the finer from the rows, the coarser from the finer."""
        used = self._table("step_usage")
        ran = summaries.build_performance_rows(
            self._table("fact_performance"), self._table("dim_agency")
        )
        for name, grain in summaries.USAGE_GRAINS.items():
            self._star(name, summaries.build_usage_summary(used, grain))
        for name, grain in summaries.PERFORMANCE_GRAINS.items():
            self._star(name, summaries.build_performance_summary(ran, grain))
        governed = self._table("fact_finance_governance")
        self._star("agg_finance_agency_month", summaries.build_finance_summary(governed))
        for name, (finer, grain) in summaries.COARSER_GRAINS.items():
            self._star(name, summaries.build_coarser(self._table(finer), grain))
        self._star(
            "agg_provider_country_year",
            summaries.build_provider_summary(self._table("fact_provider_finance")),
        )

    def build_peers(self) -> None:
        """Build agg_peer_agency_month, its groups from the closest to the widest."""
        agencies = self._table("dim_agency")
        groups = peers.build_peer_groups(agencies, self._table("step_cost"), self._step)
        figures = peers.build_peer_figures(
            self._table("fact_finance_governance"),
            self._table("agg_usage_agency_month"),
            self._table("fact_performance"),
        )
        figures = self._step("step_peer_figure", figures)
        self._star("agg_peer_agency_month", peers.build_agg_peer_agency_month(groups, figures))

    def _star(self, name: str, expression: ir.Table, *, like: str = "") -> ir.Table:
        """Add a declared table; ``like`` names the input that it has the rows of."""
        declared = _TABLES[name]
        expression = conform(expression, declared)
        self._plan.add_declared(declared, self._engine.compile(expression), like)
        return self._made.setdefault(name, ibis.table(expression.schema(), name=name))

    def _step(self, name: str, expression: ir.Table) -> ir.Table:
        """Add what several tables are made from, so that it is computed once."""
        expression = settle(expression)
        self._plan.add_step(name, self._engine.compile(expression))
        return self._made.setdefault(name, ibis.table(expression.schema(), name=name))

    def _table(self, name: str) -> ir.Table:
        return self._made[name]
