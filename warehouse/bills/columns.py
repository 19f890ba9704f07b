"""The columns of a line of a bill: FOCUS's own, in snake case, and where it came from.

Every layout of :mod:`warehouse.bills.layouts` is brought to these, and nothing after them knows
which provider's export a line was read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Form(StrEnum):
    """How a value is kept."""

    TEXT = "text"
    AMOUNT = "an exact decimal of twelve places"
    DAY = "a date"
    MONTH = "a month, YYYY-MM"
    WHOLE = "a whole number"
    TAGS = "a JSON object of texts by key, as text"


@dataclass(frozen=True, slots=True)
class LineColumn:
    """One column of a line; ``focus`` is its name there, empty where FOCUS has none."""

    name: str
    form: Form
    comment: str
    focus: str = ""
    required: bool = False


def _text(name: str, focus: str, comment: str, *, required: bool = False) -> LineColumn:
    return LineColumn(name, Form.TEXT, comment, focus, required)


def _amount(name: str, focus: str, comment: str, *, required: bool = False) -> LineColumn:
    return LineColumn(name, Form.AMOUNT, comment, focus, required)


LINE_COLUMNS: tuple[LineColumn, ...] = (
    LineColumn("source_id", Form.WHOLE, "The file, see source_file.", required=True),
    LineColumn("source_row", Form.WHOLE, "The row in it; the header is row 1.", required=True),
    _text("provider", "", "Short name of who sells the service: AWS, Azure, GCP, …", required=True),
    _text("provider_name", "ServiceProviderName", "Who sells the service, as billed."),
    _text("publisher_name", "PublisherName", "Who made what is sold."),
    _text("invoice_issuer_name", "InvoiceIssuerName", "Who asks for the money."),
    _text("billing_account_id", "BillingAccountId", "Account that is billed.", required=True),
    _text("billing_account_name", "BillingAccountName", "Its name."),
    _text("sub_account_id", "SubAccountId", "Account, subscription or project that used it."),
    _text("sub_account_name", "SubAccountName", "Its name."),
    _text("account_id", "", "The sub account; the billing account where none.", required=True),
    _text("billing_currency", "BillingCurrency", "ISO 4217 code.", required=True),
    LineColumn("billing_month", Form.MONTH, "Month of the bill.", "BillingPeriodStart", True),
    LineColumn("charge_day", Form.DAY, "Day that the charge began.", "ChargePeriodStart", True),
    LineColumn("charge_end_day", Form.DAY, "Day that it ended, exclusive.", "ChargePeriodEnd"),
    _text("charge_category", "ChargeCategory", "Usage, Purchase, Tax, Credit or Adjustment.",
          required=True),
    _text("charge_class", "ChargeClass", "Correction, or empty."),
    _text("charge_frequency", "ChargeFrequency", "One-Time, Recurring or Usage-Based."),
    _text("charge_description", "ChargeDescription", "What it is for, in the provider's words."),
    _text("pricing_category", "PricingCategory", "Standard, Dynamic, Committed or Other."),
    _amount("pricing_quantity", "PricingQuantity", "Quantity that was priced."),
    _text("pricing_unit", "PricingUnit", "Its unit."),
    _amount("consumed_quantity", "ConsumedQuantity", "Quantity that was used."),
    _text("consumed_unit", "ConsumedUnit", "Its unit."),
    _amount("list_unit_price", "ListUnitPrice", "Public price of a unit."),
    _amount("contracted_unit_price", "ContractedUnitPrice", "Agreed price of a unit."),
    _text("commitment_discount_category", "CommitmentDiscountCategory", "Spend or Usage."),
    _text("commitment_discount_id", "CommitmentDiscountId", "Reservation or savings plan."),
    _text("commitment_discount_name", "CommitmentDiscountName", "Its name."),
    _text("commitment_discount_status", "CommitmentDiscountStatus", "Used or Unused."),
    _text("commitment_discount_type", "CommitmentDiscountType", "The provider's word for it."),
    _text("service_category", "ServiceCategory", "FOCUS's categories: Compute, Storage, …",
          required=True),
    _text("service_subcategory", "ServiceSubcategory", "Finer than the category."),
    _text("service_name", "ServiceName", "The provider's service.", required=True),
    _text("region_id", "RegionId", "The provider's code of the region."),
    _text("region_name", "RegionName", "Its name."),
    _text("availability_zone", "AvailabilityZone", "Zone within the region."),
    _text("resource_id", "ResourceId", "What was used."),
    _text("resource_name", "ResourceName", "Its name."),
    _text("resource_type", "ResourceType", "Its kind."),
    _text("sku_id", "SkuId", "What is sold."),
    _text("sku_meter", "SkuMeter", "What of it is measured."),
    _text("sku_price_id", "SkuPriceId", "The price of it."),
    _text("invoice_id", "InvoiceId", "The invoice that the charge is on."),
    LineColumn("tags", Form.TAGS, "Tags as billed; a stray space in a key stays in it.", "Tags"),
    _amount("billed_cost", "BilledCost", "What is invoiced for it.", required=True),
    _amount("effective_cost", "EffectiveCost", "What it cost, commitments spread.", required=True),
    _amount("list_cost", "ListCost", "At public prices.", required=True),
    _amount("contracted_cost", "ContractedCost", "At agreed prices.", required=True),
)  # fmt: skip
"""In the order in which they are kept. ``required`` ones are empty in no line that is kept."""

LINE_COLUMN: Mapping[str, LineColumn] = MappingProxyType({one.name: one for one in LINE_COLUMNS})

COSTS = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")
"""FOCUS's four costs, in the billing currency; never added to each other."""

CHARGE_CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
"""FOCUS ChargeCategory."""

SERVICE_CATEGORIES = (
    "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases",
    "Developer Tools", "Multicloud", "Identity", "Integration", "Internet of Things",
    "Management and Governance", "Media", "Migration", "Mobile", "Networking", "Security",
    "Storage", "Web", "Other",
)  # fmt: skip
"""FOCUS ServiceCategory."""
