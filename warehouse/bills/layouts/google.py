"""Google Cloud's billing export, standard or detailed, as CSV, JSON fields within CSV or Parquet.

A row carries its credits within it; each becomes a line of its own, so that credits are shown
and not hidden in a cost. Whatever BigQuery nests is named with a point or an underscore.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.sources import Always, By, Dates, Either, First, Source, Where, listed

_CREDIT = ("entry_amount",)

COST_TYPES: Mapping[str, str] = {
    "regular": "Usage",
    "tax": "Tax",
    "adjustment": "Adjustment",
    "rounding_error": "Adjustment",
}
"""FOCUS's charge category by Google's cost type."""

CREDIT_TYPES: Mapping[str, str] = {
    "COMMITTED_USAGE_DISCOUNT": "Committed use discount",
    "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE": "Committed use discount, by spend",
    "FEE_UTILIZATION_OFFSET": "Offset of a commitment's fee",
}
"""The credits that a commitment gives: their kind of commitment."""


def _unless_credit(source: Source | None, credit: Source | None = None) -> Source:
    return Where(_CREDIT, credit, source)


_COLUMNS: Mapping[str, Source] = {
    "provider": Always("GCP"),
    "provider_name": Always("Google Cloud"),
    "publisher_name": First("seller_name"),
    "invoice_issuer_name": Always("Google Cloud"),
    "billing_account_id": First("billing_account_id"),
    # Taxes and support belong to no project.
    "sub_account_id": First("project_id", "project_number"),
    "sub_account_name": First("project_name"),
    "billing_currency": First("currency"),
    "billing_month": First("invoice_month"),
    "charge_day": First("usage_start_time"),
    "charge_end_day": First("usage_end_time"),
    "charge_category": _unless_credit(
        By(First("cost_type"), listed(COST_TYPES), Always("Usage")), Always("Credit")
    ),
    "charge_frequency": Always("Usage-Based"),
    "charge_description": Where(
        _CREDIT, Either(First("entry_name"), First("sku_description")), First("sku_description")
    ),
    "pricing_quantity": _unless_credit(First("usage_amount_in_pricing_units", "usage_amount")),
    "pricing_unit": _unless_credit(First("usage_pricing_unit", "usage_unit")),
    "consumed_quantity": _unless_credit(First("usage_amount")),
    "consumed_unit": _unless_credit(First("usage_unit")),
    "commitment_discount_id": By(
        First("entry_type"), dict.fromkeys(CREDIT_TYPES, First("entry_id"))
    ),
    "commitment_discount_type": By(First("entry_type"), listed(CREDIT_TYPES)),
    "service_name": First("service_description"),
    "region_id": First("location_region", "location_location"),
    "availability_zone": First("location_zone"),
    "resource_id": First("resource_global_name"),
    "resource_name": First("resource_name"),
    "sku_id": First("sku_id"),
    "sku_meter": First("sku_description"),
    "tags": First("labels"),
    "billed_cost": _unless_credit(First("cost"), First("entry_amount")),
    # A credit takes off what is paid; it has no public price.
    "list_cost": _unless_credit(First("cost_at_list"), Always("0")),
    "contracted_cost": _unless_credit(First("cost"), Always("0")),
}


def google_column(name: str) -> str:
    """Spell a column's name in small letters with underscores."""
    return name.strip().removeprefix("\ufeff").lower().replace(".", "_").replace(" ", "_")


_LAYOUT = Layout(
    "Google Cloud billing export",
    _COLUMNS,
    other_periods="Google bills usage that was reported late on the invoice of the month after.",
    entries="credits",
    months=Dates.COMPACT,
    named=google_column,
    known_values={"cost_type": tuple(COST_TYPES)},
    remarks=(
        "Each credit within a row is a line of its own. Effective cost isn't told apart from "
        "billed cost.",
    ),
)

_ESSENTIAL = ("billing_account_id", "service_description", "usage_start_time", "cost", "currency")


def google_layout(names: Sequence[str]) -> Layout | None:
    """Return the layout of a Google Cloud billing export with these columns, if it is one."""
    header = {google_column(name) for name in names}
    nested = {f"{name}_description" for name in header & {"service", "sku"}}
    return _LAYOUT if (header | nested).issuperset(_ESSENTIAL) else None
