"""The order in which the star is built from staging: each step's result is a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from warehouse.schema import DIMENSIONS, FACTS, SUMMARIES
from warehouse.schema.forecasts import FORECAST_FACTS, FORECAST_SUMMARIES
from warehouse.transforms import (
    budget,
    calendar,
    charges,
    cost_sources,
    costs,
    dimensions,
    forecasts,
    governance,
    invoices,
    migration,
    peers,
    performance,
    provider_recommendations,
    providers,
    resources,
    shared_by,
    summaries,
    tagging,
    usage,
)
from warehouse.transforms.anomalies import ANOMALIES, POINTS
from warehouse.transforms.bearing_steps import write_bearers
from warehouse.transforms.conform import count_rows
from warehouse.transforms.inforce import build_thresholds
from warehouse.transforms.plan import Engine, InProcess, Plan, run_plan
from warehouse.transforms.plan_store import keep_plan, kept_plan
from warehouse.transforms.plan_writer import PlanWriter, writing_statements
from warehouse.transforms.resource_steps import BILLED_RESOURCES, write_drift, write_resources
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
    run_plan(con, plan_star(con, engine, plans), on_step, engine)


def plan_star(con: Backend, engine: Engine, plans: Path | None = None) -> Plan:
    """Give the plan of the star for what ``con`` holds: kept by this process, in ``plans``, or new.

    Raises BuildError when staging lacks a table.
    """
    types = input_types(con)
    form = (engine.name, types, count_rows(con, "rec_tag_rule") > 0)
    plan = _PLANS.get(form) or (kept_plan(plans, form, _TABLES) if plans else None)
    if plan is None:
        *_, with_tags = form
        with writing_statements():
            plan = StarPlan(engine, read_inputs(types), with_tags=with_tags).write()
        if plans:
            keep_plan(plans, form, plan)
    _PLANS[form] = plan
    return plan


class StarPlan(PlanWriter):
    """The statements that build the star.

    They depend on the types of the inputs, and on whether a rule looks at tags.
    """

    def __init__(
        self, engine: Engine, inputs: Mapping[str, ir.Table], *, with_tags: bool = True
    ) -> None:
        super().__init__(engine, inputs, _TABLES)
        self._with_tags = with_tags

    def write(self) -> Plan:
        """Write the steps in the order in which tables need each other."""
        self.build_lines()
        self.build_agencies_and_months()
        self.build_calendar()
        self.build_things()
        self.build_records()
        self.build_charges()
        self.build_costs()
        self.build_facts()
        self.build_invoices()
        self.build_recommendations()
        write_resources(self, with_tags=self._with_tags)
        write_drift(self)
        self.build_reliability()
        self.build_finance()
        self.build_forecasts()
        self.build_summaries()
        self.build_peers()
        self.build_anomalies()
        return self.plan

    def build_lines(self) -> None:
        """Add up the lines of bills."""
        lines = charges.build_charge_lines(self.inputs["stg_charge"], with_tags=self._with_tags)
        self.step("step_charge", lines)

    def build_agencies_and_months(self) -> None:
        """Build dim_agency, and the run of months that budgets and the feeds span."""
        read = self.inputs
        agencies = self.star(
            "dim_agency",
            dimensions.build_dim_agency(read["stg_agencies"], read["stg_migration_summary"]),
            like="stg_agencies",
        )
        budgets = budget.build_budgeted_months(
            read["rec_budget"], agencies, read["rec_fiscal_calendar"]
        )
        telemetry = read["stg_telemetry"]
        billed = self.table("step_charge")
        used, tagged = read["stg_usage_monthly"], read["stg_tagging_compliance"]
        reported = [t.select("month") for t in (used, tagged, budgets, billed)]
        reported.append(telemetry.select(month=telemetry.period_start.left(7)))
        # A charge may begin outside the month of its bill.
        reported.append(billed.select(month=billed.day.strftime("%Y-%m")).distinct())
        listed = read["stg_inventories"]
        reported.append(listed.select(month=listed.taken_on.left(7)).distinct())
        exported = read["stg_provider_policies"]
        reported.append(exported.select(month=exported.taken_on.left(7)).distinct())
        advised = read["stg_provider_recommendations"]
        reported.append(advised.select(month=advised.taken_on.left(7)).distinct())
        received = read["stg_invoices"]
        reported.append(received.select(month=received.billing_month).distinct())
        first, *others = reported
        self.step("step_month", calendar.build_months(first.union(*others)))

    def build_calendar(self) -> None:
        """Build the calendar of each country, and the thresholds in force in each month."""
        read, months = self.inputs, self.table("step_month")
        peaks = read["rec_peak_calendar"]
        dates = self.star("dim_date", calendar.build_dim_date(months, peaks))
        self.star("dim_day", calendar.build_dim_day(dates))
        countries = self.table("dim_agency")
        self.star(
            "dim_country_month",
            calendar.build_dim_country_month(months, countries, read["rec_fiscal_calendar"], peaks),
        )
        self.step("step_threshold", build_thresholds(months, read["rec_threshold"]))

    def build_things(self) -> None:
        """Build what is used and paid: services, regions, providers, categories, accounts."""
        read, billed = self.inputs, self.table("step_charge")
        telemetry = read["stg_telemetry"]
        self.star("dim_service", dimensions.build_dim_service())
        self.star(
            "dim_digital_service",
            dimensions.build_dim_digital_service(read["stg_services"], telemetry),
        )
        agencies = read["stg_agencies"]
        preferred = agencies.filter(agencies.aws_pref_region.notnull()).aws_pref_region
        self.star(
            "dim_region",
            dimensions.build_dim_region(
                read["stg_usage_monthly"].aws_region,
                telemetry.region,
                preferred,
                billed.region,
                read["stg_inventories"].region,
            ),
        )
        owners = read["rec_account_owner"]
        self.star(
            "dim_cloud_provider",
            dimensions.build_dim_cloud_provider(
                read["stg_provider_spend"].cloud_provider,
                telemetry.provider,
                owners.provider,
                billed.provider,
                charges.short_name(read["stg_invoices"].provider),
                charges.short_name(read["stg_contracts"].provider),
                charges.short_name(read["stg_inventories"].provider),
                read["stg_provider_policies"].provider,
                charges.short_name(read["stg_provider_recommendations"].provider),
            ),
        )
        self.star("dim_cost_category", dimensions.build_dim_cost_category())
        self.star("dim_account", dimensions.build_dim_account(owners), like="rec_account_owner")

    def build_records(self) -> None:
        """Build what records and telemetry say, which shared cost can be split by."""
        read, agencies, rules = self.inputs, self.table("dim_agency"), self.table("step_threshold")
        like, rates = "stg_usage_monthly", read["rec_exchange_rate"]
        used = self.step("step_usage", usage.build_usage(read[like], agencies, rates, rules))
        self.star("fact_usage_monthly", used, like=like)
        services = self.table("dim_digital_service")
        self.step("step_measured", performance.build_measured(read["stg_telemetry"], services))
        self.step(BILLED_RESOURCES, resources.build_resources(read["stg_charge"]))

    def build_costs(self) -> None:
        """Build the cost of each agency's month from its bills or its own summary."""
        read, agencies, rules = self.inputs, self.table("dim_agency"), self.table("step_threshold")
        rates, used = read["rec_exchange_rate"], self.table("step_usage")
        charged = self.table("fact_charge_daily")
        reconciled = self.star(
            "fact_bill_reconciliation",
            cost_sources.build_fact_bill_reconciliation(
                charged, usage.build_summed_cost(used), agencies, rules
            ),
        )
        taken = cost_sources.taken_from_bills(
            self.table("agg_charge_agency_service_month"), reconciled
        )
        billed = costs.build_bill_costs(taken, used, agencies, rates)
        billed = self.step("step_bill_cost", billed)
        rows = self.step("step_cost_row", costs.build_cost_rows(used, billed, reconciled))
        self.star("fact_cost_monthly", rows)
        active = self.step("step_activity", costs.build_activity(used, rows, reconciled))
        monthly = self.step("step_cost", governance.build_monthly_cost(active))
        self.star("fact_forecast_input", usage.build_fact_forecast_input(monthly))
        budgets = budget.build_fact_budget(
            read["rec_budget"], agencies, monthly, read["rec_fiscal_calendar"], rates
        )
        self.star("fact_budget", budgets)
        spend = providers.build_fact_provider_spend(read["stg_provider_spend"])
        spend = self.star("fact_provider_spend", spend, like="stg_provider_spend")
        shares = providers.build_fact_provider_finance(spend, taken, reconciled, agencies)
        self.star("fact_provider_finance", shares)

    def build_facts(self) -> None:
        """Build the other facts that follow the files row by row."""
        read, agencies = self.inputs, self.table("dim_agency")
        tags = tagging.build_fact_tagging_compliance(read["stg_tagging_compliance"])
        self.star("fact_tagging_compliance", tags, like="stg_tagging_compliance")
        like = "stg_migration_summary"
        moves = migration.build_fact_migration_summary(read[like], agencies)
        self.star("fact_migration_summary", moves, like=like)
        like = "stg_baseline_adoption"
        adoption = migration.build_fact_adoption_baseline(read[like])
        self.star("fact_adoption_baseline", adoption, like=like)

    def build_charges(self) -> None:
        """Build fact_charge_daily and its summaries: who bears what the bills say."""
        billed, agencies = self.table("step_charge"), self.table("dim_agency")
        recorded = shared_by.build_recorded(self.table("step_usage"), self.table("step_measured"))
        found = self.table(BILLED_RESOURCES)
        borne = write_bearers(self, billed, agencies, recorded, found, with_tags=self._with_tags)
        fact = charges.build_fact_charge_daily(borne, self.inputs["rec_exchange_rate"])
        fact = self.star("fact_charge_daily", fact)
        names = charges.build_account_names(self.inputs["stg_charge"])
        self.star("dim_billed_account", charges.build_dim_billed_account(fact, names))
        self.star("dim_billed_service", charges.build_dim_billed_service(fact))
        rows = charges.build_charge_rows(fact)
        for name, grain in charges.CHARGE_GRAINS.items():
            self.star(name, charges.build_charge_summary(rows, grain))
        for name, (finer, grain) in charges.COARSER_CHARGE_GRAINS.items():
            self.star(name, charges.build_coarser_charges(self.table(finer), grain))
        for name, (finer, grain) in charges.COUNTRY_CHARGE_GRAINS.items():
            located = charges.with_country(self.table(finer), agencies)
            self.star(name, charges.build_coarser_charges(located, grain))

    def build_invoices(self) -> None:
        """Build fact_invoice and fact_contract."""
        read, rates = self.inputs, self.inputs["rec_exchange_rate"]
        lines = invoices.build_invoice_lines(read["stg_charge"])
        rows = invoices.build_fact_invoice(
            invoices.build_received(read["stg_invoices"]),
            self.step("step_invoice_line", lines),
            self.table("step_bearer"),
            rates,
        )
        self.star("fact_invoice", rows)
        contracts = invoices.build_contracts(read["stg_contracts"])
        drawn = invoices.build_fact_contract(contracts, self.table("fact_charge_daily"), rates)
        self.star("fact_contract", drawn, like="stg_contracts")

    def build_recommendations(self) -> None:
        """Build what providers recommend, each for who bears what it is about."""
        read = self.inputs
        listed = provider_recommendations.build_recommended(read["stg_provider_recommendations"])
        listed = self.step("step_recommended", listed)
        named = provider_recommendations.build_recommended_resources(
            listed, self.table(BILLED_RESOURCES)
        )
        advised = provider_recommendations.build_fact_provider_recommendation(
            listed,
            self.step("step_recommended_resource", named),
            read["rec_account_owner"],
            read["rec_tag_rule"],
            self.table("dim_agency"),
            read["rec_exchange_rate"],
            with_tags=self._with_tags,
        )
        self.star("fact_provider_recommendation", advised)

    def build_reliability(self) -> None:
        """Build fact_performance."""
        read, measured = self.inputs, self.table("step_measured")
        targets = performance.build_targets(
            measured, read["stg_services"], read["rec_service_target"]
        )
        rows = performance.build_fact_performance(
            read["stg_usage_monthly"],
            measured,
            self.table("step_threshold"),
            self.step("step_target", targets),
            self.table("dim_agency"),
        )
        self.star("fact_performance", rows)

    def build_finance(self) -> None:
        """Build fact_finance_governance."""
        rows, rules = self.table("step_cost_row"), self.table("step_threshold")
        monthly = self.table("step_cost")
        growth = self.step("step_growth", governance.build_growth(monthly, rules))
        fast = self.step("step_fast_growth", governance.build_fast_growth(rows, rules))
        rows = governance.build_fact_finance_governance(
            agencies=self.table("dim_agency"),
            monthly_cost=monthly,
            growth=growth,
            fast_growth=fast,
            tagging=self.table("fact_tagging_compliance"),
            budgets=self.table("fact_budget"),
            thresholds=rules,
        )
        self.star("fact_finance_governance", rows)

    def build_forecasts(self) -> None:
        """Build the forecasts of each agency, and of all together."""
        self.derive(forecasts.FORECASTS)
        for table in (*FORECAST_FACTS, *FORECAST_SUMMARIES):
            self.star(table.name, self.table(f"step_{table.name}"))

    def build_summaries(self) -> None:
        """Build every summary: the finer from the rows, the coarser from the finer."""
        ran = summaries.build_performance_rows(
            self.table("fact_performance"), self.table("dim_agency")
        )
        finest = summaries.build_usage_summary(self.table("step_activity"), costs.COST_GRAIN)
        self.star(summaries.FINEST_USAGE, finest)
        for name, grain in summaries.PERFORMANCE_GRAINS.items():
            self.star(name, summaries.build_performance_summary(ran, grain))
        governed = self.table("fact_finance_governance")
        self.star("agg_finance_agency_month", summaries.build_finance_summary(governed))
        for name, (finer, grain) in summaries.COARSER_GRAINS.items():
            self.star(name, summaries.build_coarser(self.table(finer), grain))
        self.star(
            "agg_provider_country_year",
            summaries.build_provider_summary(self.table("fact_provider_finance")),
        )

    def build_anomalies(self) -> None:
        """Build fact_anomaly, and the days and months around what it holds."""
        self.derive("anomalies")
        self.star("fact_anomaly", self.table(ANOMALIES))
        self.star("fact_anomaly_point", self.table(POINTS))

    def build_peers(self) -> None:
        """Build agg_peer_agency_month, its groups from the closest to the widest."""
        agencies = self.table("dim_agency")
        groups = peers.build_peer_groups(agencies, self.table("step_cost"), self.step)
        figures = peers.build_peer_figures(
            self.table("fact_finance_governance"),
            self.table("agg_usage_agency_month"),
            self.table("fact_performance"),
        )
        figures = self.step("step_peer_figure", figures)
        self.star("agg_peer_agency_month", peers.build_agg_peer_agency_month(groups, figures))
