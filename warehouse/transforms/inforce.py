"""Dated records: which of them was in force in a month."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import as_decimal
from warehouse.transforms.joining import add_columns

THRESHOLDS = (
    "sla_latency_ms",
    "sla_error_rate_pct",
    "capacity_utilisation_pct",
    "warning_latency_ms",
    "warning_error_rate_pct",
    "idle_utilisation_pct",
    "tag_target_pct",
    "spend_spike_ratio",
    "fast_growth_ratio",
    "high_season_index",
    "bill_coverage_ratio",
)
"""The thresholds that facts are judged by; the others are applied when a question is asked."""


def latest_in_force(
    subjects: ir.Table, records: ir.Table, on: Sequence[ir.BooleanValue], *, per: Sequence[str]
) -> ir.Table:
    """Pair each subject with the last of its matching records that began by its month.

    ``subjects`` has ``month`` and the columns ``per``, which tell subjects apart; ``records``
    has ``effective_from``. A subject without a record in force has no row.
    """
    dated = subjects.join(records, [*on, records.effective_from <= subjects.month])
    rank = ibis.row_number().over(
        group_by=[dated[column] for column in per], order_by=dated.effective_from.desc()
    )
    ranked = dated.mutate(in_force_rank=rank)
    return ranked.filter(ranked.in_force_rank == 0).drop("in_force_rank")


def build_thresholds(months: ir.Table, records: ir.Table) -> ir.Table:
    """Build one row a month with a column for each threshold; null where none is in force."""
    subjects = months.select("month").cross_join(records.select("name").distinct())
    renamed = records.rename(record_name="name")
    found = latest_in_force(
        subjects, renamed, [renamed.record_name == subjects.name], per=("month", "name")
    )
    pivoted = found.group_by("month").aggregate(
        **{
            name: as_decimal(found.value.max(where=found.name == name), 28, 12)
            for name in THRESHOLDS
        }
    )
    return add_columns(months.select("month"), pivoted, "month")
