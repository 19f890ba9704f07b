"""Tag compliance as the MDAs report it."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.transforms.exact import rounded


def build_fact_tagging_compliance(tagging: ir.Table) -> ir.Table:
    """Build fact_tagging_compliance: the rows handed in, each amount rounded once."""
    return tagging.mutate(
        tagged_pct=rounded(tagging.tagged_pct),
        untagged_cost_usd=rounded(tagging.untagged_cost_usd),
    )
