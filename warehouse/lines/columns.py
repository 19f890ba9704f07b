"""The columns of a line as they are shown and downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from warehouse.lines.sorting import REGION

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "day": "charge_day",
        "month": "billing_month",
        "provider": "provider",
        "account_id": "account_id",
        "account_name": "coalesce(sub_account_name, billing_account_name)",
        "service": "service_name",
        "service_category": "service_category",
        "resource_id": "resource_id",
        "resource_name": "resource_name",
        "region": REGION,
        "charge_category": "charge_category",
        "charge_description": "charge_description",
        "quantity": "consumed_quantity",
        "unit": "consumed_unit",
        "currency": "billing_currency",
        "list_cost": "list_cost",
        "contracted_cost": "contracted_cost",
        "billed_cost": "billed_cost",
        "effective_cost": "effective_cost",
        "tags": "tags",
        "invoice_id": "invoice_id",
        "agency_id": "agency_id",
        "attribution": "attribution",
        "source_row": "source_row",
    }
)
"""Name of each column and the SQL that it is read by."""
