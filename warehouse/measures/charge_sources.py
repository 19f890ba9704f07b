"""Which tables hold charges, the smallest first, and what they give besides sums."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Table, case, func, literal

from warehouse.measures.components import Component, Source, exact_sum, source_of
from warehouse.schema import charges
from warehouse.schema.types import Exact

CHARGES = ("billed_cost_usd", "effective_cost_usd", "list_cost_usd", "contracted_cost_usd",
           "usage_list_usd", "usage_effective_usd", "usage_unused_usd", "credit_usd", "tax_usd",
           "allocated_cost_usd", "unallocated_cost_usd", "weekend_cost_usd",
           "commitment_used_cost_usd", "commitment_unused_cost_usd")  # fmt: skip
"""Amounts of bills in US dollars."""

BILLED = {
    name: name.removesuffix("_usd")
    for name in ("billed_cost_usd", "effective_cost_usd", "list_cost_usd", "contracted_cost_usd")
}
"""Amounts in US dollars that are also kept in the currency they are billed in."""

MISSING_CHARGE_RATE = "missing_charge_rate"
"""Component that names the first month and currency of charges without a rate to dollars."""

_NOTHING = literal(Decimal(0), Exact())

CHARGE_TABLES = (
    charges.agg_charge_country_month,
    charges.agg_charge_agency_month,
    charges.agg_charge_day,
    charges.agg_charge_country_service_month,
    charges.agg_charge_service_day,
    charges.agg_charge_agency_day,
    charges.agg_charge_agency_service_month,
    charges.agg_charge_account_day,
)


def charge_sources() -> tuple[Source, ...]:
    """Give the tables that hold charges, the smallest first."""
    return (*map(_charges, CHARGE_TABLES), _charge_rows(charges.fact_charge_daily))


def _charges(table: Table) -> Source:
    c = table.c
    billed, is_usage = c.billed_cost_usd, c.category == "Usage"
    found = {
        MISSING_CHARGE_RATE: Component(
            func.min(case((billed.is_(None), c.month.concat(" in ").concat(c.currency)))), "text"
        ),
        "usage_list_usd": exact_sum(case((is_usage, c.list_cost_usd))),
        "usage_effective_usd": exact_sum(case((is_usage, c.effective_cost_usd))),
        "usage_unused_usd": exact_sum(case((is_usage, c.commitment_unused_cost_usd))),
        "credit_usd": exact_sum(case((c.category == "Credit", billed), else_=_NOTHING)),
        "tax_usd": exact_sum(case((c.category == "Tax", billed), else_=_NOTHING)),
    }
    if "day" in c:
        found["first_day"] = Component(func.min(c.day), "text")
        found["last_day"] = Component(func.max(c.day), "text")
    plain = source_of(table, found)
    if "country_code" not in c:
        return plain
    # Empty as it is where the country comes by way of the agency.
    return replace(plain, columns={**plain.columns, "country": func.nullif(c.country_code, "")})


def _charge_rows(table: Table) -> Source:
    c, plain = table.c, _charges(table)
    parts = {
        "allocated_cost_usd": (c.billed_cost_usd, c.attribution == "allocated"),
        "unallocated_cost_usd": (c.billed_cost_usd, c.attribution == "unallocated"),
        "weekend_cost_usd": (c.effective_cost_usd, c.is_weekend.is_(True)),
    }
    found = {
        name: exact_sum(case((applies, cost), else_=_NOTHING))
        for name, (cost, applies) in parts.items()
    }
    return replace(plain, components={**plain.components, **found})
