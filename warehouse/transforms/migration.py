"""Migrations and the adoption of cloud, as reported."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.transforms.exact import add_quotients, rounded


def build_fact_migration_summary(migrations: ir.Table, agencies: ir.Table) -> ir.Table:
    """Build fact_migration_summary: what was claimed beside what the reported costs give."""
    rows = migrations.join(agencies.select("agency_id", "country_code"), "agency_id")
    rows = rows.mutate(
        pre_migration_cost_usd=rounded(rows.pre_migration_cost_usd),
        post_migration_cost_usd=rounded(rows.post_migration_cost_usd),
    )
    pre, post = rows.pre_migration_cost_usd, rows.post_migration_cost_usd
    rows = add_quotients(rows, observed_savings_ratio=(pre - post, pre))
    return rows.select(
        "agency_id",
        "country_code",
        "sla_breaches_pre",
        "sla_breaches_post",
        "source_id",
        "source_row",
        "pre_migration_cost_usd",
        "post_migration_cost_usd",
        "observed_savings_ratio",
        is_migrated=rows.migrated,
        migration_date=rows.migration_date.strftime("%Y-%m-%d"),
        cost_delta_usd=rows.post_migration_cost_usd - rows.pre_migration_cost_usd,
        expected_savings_pct=rounded(rows.expected_savings_pct),
        realised_savings_pct=rounded(rows.realized_savings_pct),
    )


def build_fact_adoption_baseline(adoption: ir.Table) -> ir.Table:
    """Build fact_adoption_baseline: the rows handed in, each share rounded once."""
    return adoption.mutate(adoption_pct=rounded(adoption.adoption_pct))
