"""AWS Cost and Usage Reports: the legacy one, and CUR 2.0 of Data Exports.

Both name the same columns, ``lineItem/UsageAccountId`` in the one and
``line_item_usage_account_id`` in the other and in Parquet; the table uses the second spelling.
What a line costs depends on its type, see LINE_ITEM_TYPES.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.sources import (
    Always,
    By,
    Either,
    First,
    Inside,
    Source,
    Sum,
    Where,
)

_UNBLENDED = First("line_item_unblended_cost")
_ON_DEMAND = First("pricing_public_on_demand_cost", "line_item_unblended_cost")
_ZERO = Always("0")

_RESERVATION = "reservation_reservation_arn"
_SAVINGS_PLAN = "savings_plan_savings_plan_arn"

_UNUSED_RESERVATION = Sum(
    (
        First("reservation_unused_amortized_upfront_fee_for_billing_period"),
        First("reservation_unused_recurring_fee"),
    )
)
_UNUSED_SAVINGS_PLAN = Sum(
    (First("savings_plan_total_commitment_to_date"),), (First("savings_plan_used_commitment"),)
)


@dataclass(frozen=True, slots=True)
class LineItem:
    """What a type of line item is in FOCUS's terms, and which column says what it costs.

    ``billed`` is what the invoice adds up; ``effective`` spreads what was paid ahead over its
    use, and leaves what of it was not used with the fee that paid for it.
    """

    category: str
    billed: Source = _UNBLENDED
    effective: Source = _UNBLENDED
    listed: Source = _UNBLENDED
    contracted: Source = _UNBLENDED
    frequency: str = "Usage-Based"
    pricing: str = "Other"
    status: str = ""
    charge_class: str = ""


LINE_ITEM_TYPES: Mapping[str, LineItem] = {
    "Usage": LineItem("Usage", listed=_ON_DEMAND, pricing="Standard"),
    "DiscountedUsage": LineItem(
        "Usage",
        effective=First("reservation_effective_cost"),
        listed=_ON_DEMAND,
        contracted=_ON_DEMAND,
        pricing="Committed",
        status="Used",
    ),
    # The invoice shows it at on-demand prices and takes the same off again as a negation, which
    # carries no tags: both are left out of the bill, as FOCUS does, so that no tag pays twice.
    "SavingsPlanCoveredUsage": LineItem(
        "Usage",
        billed=_ZERO,
        effective=First("savings_plan_savings_plan_effective_cost"),
        listed=_ON_DEMAND,
        pricing="Committed",
        status="Used",
    ),
    "SavingsPlanNegation": LineItem(
        "Usage", billed=_ZERO, effective=_ZERO, listed=_ZERO, contracted=_ZERO
    ),
    "SavingsPlanRecurringFee": LineItem(
        "Purchase", effective=_UNUSED_SAVINGS_PLAN, frequency="Recurring", status="Unused"
    ),
    "SavingsPlanUpfrontFee": LineItem("Purchase", effective=_ZERO, frequency="One-Time"),
    "RIFee": LineItem(
        "Purchase", effective=_UNUSED_RESERVATION, frequency="Recurring", status="Unused"
    ),
    # The upfront fee of a reservation is spread over its use; support, domains and
    # subscriptions cost when they are paid.
    "Fee": LineItem(
        "Purchase", effective=Where((_RESERVATION,), _ZERO, _UNBLENDED), frequency="One-Time"
    ),
    "Tax": LineItem("Tax", frequency="One-Time", pricing=""),
    "Credit": LineItem("Credit", frequency="One-Time"),
    "Refund": LineItem("Credit", frequency="One-Time", charge_class="Correction"),
    "BundledDiscount": LineItem("Adjustment"),
    "Discount": LineItem("Adjustment"),
    "EdpDiscount": LineItem("Adjustment"),
    "PrivateRateDiscount": LineItem("Adjustment"),
    "RiVolumeDiscount": LineItem("Adjustment"),
    "SppDiscount": LineItem("Adjustment"),
    "DistributorDiscount": LineItem("Adjustment"),
}

_UNKNOWN = LineItem("Adjustment")
"""A type that AWS has added since: its money counts, and the conformance report names it."""

_TYPE = First("line_item_line_item_type")
_SPLIT = ("split_line_item_parent_resource_id",)
"""Filled in rows that split the cost of an instance among its containers: the instance's own
row has that cost already."""


def _cost(name: str) -> Source:
    table: dict[str, Source] = {kind: getattr(one, name) for kind, one in LINE_ITEM_TYPES.items()}
    return Where(_SPLIT, _ZERO, By(_TYPE, table, getattr(_UNKNOWN, name)))


def _word(name: str) -> Source:
    words = {kind: str(getattr(one, name)) for kind, one in LINE_ITEM_TYPES.items()}
    table: dict[str, Source] = {kind: Always(word) for kind, word in words.items() if word}
    unknown = str(getattr(_UNKNOWN, name))
    return By(_TYPE, table, Always(unknown) if unknown else None)


_COLUMNS: Mapping[str, Source] = {
    "provider": Always("AWS"),
    "provider_name": Always("AWS"),
    "publisher_name": First("line_item_legal_entity"),
    "invoice_issuer_name": First("bill_invoicing_entity"),
    "billing_account_id": First("bill_payer_account_id"),
    "billing_account_name": First("bill_payer_account_name"),
    "sub_account_id": First("line_item_usage_account_id"),
    "sub_account_name": First("line_item_usage_account_name"),
    "billing_currency": First("line_item_currency_code"),
    "billing_month": First("bill_billing_period_start_date"),
    "billing_period_end": First("bill_billing_period_end_date"),
    "charge_day": First("line_item_usage_start_date"),
    "charge_end_day": First("line_item_usage_end_date"),
    "charge_category": _word("category"),
    "charge_class": _word("charge_class"),
    "charge_frequency": _word("frequency"),
    "charge_description": First("line_item_line_item_description"),
    "pricing_category": _word("pricing"),
    "pricing_quantity": First("line_item_usage_amount"),
    "pricing_unit": First("pricing_unit"),
    "consumed_quantity": First("line_item_usage_amount"),
    "consumed_unit": First("pricing_unit"),
    "list_unit_price": First("pricing_public_on_demand_rate"),
    "contracted_unit_price": First("line_item_unblended_rate"),
    "commitment_discount_category": Where(
        (_SAVINGS_PLAN,), Always("Spend"), Where((_RESERVATION,), Always("Usage"))
    ),
    "commitment_discount_id": First(_SAVINGS_PLAN, _RESERVATION),
    "commitment_discount_status": _word("status"),
    "commitment_discount_type": Where(
        (_SAVINGS_PLAN,),
        Always("Savings Plan"),
        Where((_RESERVATION,), Always("Reserved Instance")),
    ),
    "service_name": Either(
        First("product_product_name"),
        Inside("product", "product_name"),
        First("line_item_product_code"),
    ),
    "region_id": First("product_region_code", "product_region"),
    "region_name": First("product_location"),
    "availability_zone": First("line_item_availability_zone"),
    "resource_id": First("line_item_resource_id"),
    "resource_type": First("product_product_family"),
    "sku_id": First("product_sku"),
    "sku_meter": First("line_item_usage_type"),
    "sku_price_id": First("pricing_rate_code"),
    "invoice_id": First("bill_invoice_id"),
    "tags": First("resource_tags"),
    "billed_cost": _cost("billed"),
    "effective_cost": _cost("effective"),
    "list_cost": _cost("listed"),
    "contracted_cost": _cost("contracted"),
}

_TAG = "resource_tags/"
"""How the name of a column begins that holds the values of one tag."""

_ESSENTIAL = (
    "line_item_line_item_type",
    "line_item_unblended_cost",
    "line_item_usage_start_date",
    "bill_payer_account_id",
)
_ONLY_IN_2 = ("bill_payer_account_name", "line_item_usage_account_name", "resource_tags", "product")


def aws_layout(names: Sequence[str]) -> Layout | None:
    """Return the layout of a Cost and Usage Report with these columns, if it is one."""
    header = {aws_column(name) for name in names}
    if not header.issuperset(_ESSENTIAL):
        return None
    return _CUR_2 if header.intersection(_ONLY_IN_2) else _CUR_LEGACY


def aws_column(name: str) -> str:
    """Spell a column's name as CUR 2.0 does; of a tag's column its key, as the owner wrote it."""
    bare = name.strip().removeprefix("\ufeff")
    for begin in ("resourceTags/", "resource_tags_"):
        if bare.startswith(begin):
            return _TAG + re.sub("^user[:_]", "", bare.removeprefix(begin))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare.replace("/", "_")).lower()
    # Athena's own spelling of an abbreviation in capitals.
    return words.replace("_a_r_n", "_arn")


_REMARKS = (
    "Rows that split an instance's cost among containers are kept at no cost: the instance's own "
    "row has it.",
    "Usage covered by a savings plan, and the negation that takes it off again, are billed at 0; "
    "the plan's fees are what is billed.",
)

_CUR_LEGACY = Layout(
    "AWS CUR legacy",
    _COLUMNS,
    named=aws_column,
    tag_columns=_TAG,
    tag_keys_begin=("user:", "user_"),
    known_values={"line_item_line_item_type": tuple(LINE_ITEM_TYPES)},
    remarks=_REMARKS,
)
_CUR_2 = Layout(
    "AWS CUR 2.0",
    _COLUMNS,
    named=aws_column,
    tag_columns=_TAG,
    tag_keys_begin=("user:", "user_"),
    known_values={"line_item_line_item_type": tuple(LINE_ITEM_TYPES)},
    remarks=_REMARKS,
)
