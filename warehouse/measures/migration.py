"""Migration: what the agencies recorded before and after, from fact_migration_summary."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import AGENCY
from warehouse.measures.measure import Floats, Measure, Sums

_ANEW = "not additive: made anew from sums at every level"
_ADDS_UP = "additive over all dimensions"

_measure = partial(
    Measure,
    group="Migration",
    source="fact_migration_summary",
    family="fact_migration_summary",
    dimensions=AGENCY,
    undefined="no migration summary handed in",
)
_money = partial(_measure, unit="usd", decimals=2, additivity=_ADDS_UP)
_share = partial(_measure, unit="ratio", decimals=2, additivity=_ANEW, good="high")
_count = partial(_measure, unit="count", decimals=0, additivity=_ADDS_UP)


def _realised_savings(sums: Sums) -> Floats:
    return formulas.ratio(-sums["cost_delta_usd"], sums["pre_migration_cost_usd"])


MEASURES = (
    _money(
        name="pre_migration_cost",
        label="Yearly cost before migration",
        term="pre-migration cost",
        description="Yearly cost before migration as the agencies recorded it.",
        formula="sum(cost before)",
        good=None,
        components=("pre_migration_cost_usd",),
        compute=formulas.total("pre_migration_cost_usd"),
    ),
    _money(
        name="post_migration_cost",
        label="Yearly cost after migration",
        term="post-migration cost",
        description="Yearly cost after migration as the agencies recorded it.",
        formula="sum(cost after)",
        good="low",
        components=("post_migration_cost_usd",),
        compute=formulas.total("post_migration_cost_usd"),
    ),
    _money(
        name="cost_delta",
        label="Change of yearly cost",
        term="cost delta",
        description="Yearly cost after minus before as recorded; below 0 is a saving.",
        formula="sum(cost after - cost before)",
        good="low",
        components=("cost_delta_usd",),
        compute=formulas.total("cost_delta_usd"),
    ),
    _share(
        name="realised_savings",
        label="Savings realised",
        term="realised savings, weighted by cost",
        description="Cost before minus after, in relation to before.",
        formula="sum(before - after) / sum(before)",
        components=("cost_delta_usd", "pre_migration_cost_usd"),
        compute=_realised_savings,
    ),
    _share(
        name="realised_savings_mean",
        label="Savings realised, mean of agencies",
        term="realised savings, plain mean",
        description="Each agency's own saving from its recorded costs; the plain mean of them.",
        formula="mean((before - after) / before)",
        components=("observed_savings_sum", "observed_savings_count"),
        compute=formulas.mean("observed_savings_sum", "observed_savings_count"),
    ),
    _share(
        name="expected_savings_mean",
        label="Savings expected, mean of agencies",
        term="expected savings, plain mean",
        description="Savings that the agencies expected, the plain mean of them.",
        formula="mean(expected savings %) / 100",
        components=("expected_savings_pct", "row_count"),
        compute=formulas.mean("expected_savings_pct", "row_count", 100),
    ),
    _share(
        name="realised_savings_reported_mean",
        label="Savings claimed, mean of agencies",
        term="reported savings, plain mean",
        description="Savings that the agencies report as realised, the plain mean of them.",
        formula="mean(realised savings %) / 100",
        components=("realised_savings_pct", "row_count"),
        compute=formulas.mean("realised_savings_pct", "row_count", 100),
    ),
    _count(
        name="sla_breaches_pre",
        label="Recorded breaches before migration",
        term="SLA breaches before (recorded)",
        description="Breaches that the agencies recorded before migration; not modelled ones.",
        formula="sum(recorded breaches before)",
        good="low",
        components=("sla_breaches_pre",),
        compute=formulas.total("sla_breaches_pre"),
    ),
    _count(
        name="sla_breaches_post",
        label="Recorded breaches after migration",
        term="SLA breaches after (recorded)",
        description="Breaches that the agencies recorded after migration; not modelled ones.",
        formula="sum(recorded breaches after)",
        good="low",
        components=("sla_breaches_post",),
        compute=formulas.total("sla_breaches_post"),
    ),
    _count(
        name="migrated_agency_count",
        label="Agencies that migrated",
        term="migrated agencies",
        description="Agencies that report themselves migrated.",
        formula="count(migrated)",
        good=None,
        components=("migrated_count",),
        compute=formulas.count("migrated_count"),
    ),
)
