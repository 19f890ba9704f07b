"""FOCUS's columns of cost and usage, versions 1.0 to 1.4, as the conformance report needs them.

After the FinOps Open Cost and Usage Specification, chapter "Cost and Usage".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Whether an export has to have a column."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    RECOMMENDED = "recommended"


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "a text"
    AMOUNT = "a number"
    INSTANT = "a date and time"
    OBJECT = "a JSON object"


@dataclass(frozen=True, slots=True)
class FocusColumn:
    """One column: the versions that have it, and whether each row has to fill it."""

    name: str
    kind: Kind
    level: Level
    since: str = "1.0"
    until: str = "1.4"
    is_always_filled: bool = False


_M, _C, _R = Level.MANDATORY, Level.CONDITIONAL, Level.RECOMMENDED

FOCUS_COLUMNS: tuple[FocusColumn, ...] = (
    FocusColumn("AllocatedMethodDetails", Kind.OBJECT, _R, since="1.3"),
    FocusColumn("AllocatedMethodId", Kind.TEXT, _C, since="1.3"),
    FocusColumn("AllocatedResourceId", Kind.TEXT, _C, since="1.3"),
    FocusColumn("AllocatedResourceName", Kind.TEXT, _C, since="1.3"),
    FocusColumn("AllocatedTags", Kind.OBJECT, _C, since="1.3"),
    FocusColumn("AvailabilityZone", Kind.TEXT, _R),
    FocusColumn("BilledCost", Kind.AMOUNT, _M, is_always_filled=True),
    FocusColumn("BillingAccountId", Kind.TEXT, _M, is_always_filled=True),
    FocusColumn("BillingAccountName", Kind.TEXT, _M),
    FocusColumn("BillingAccountType", Kind.TEXT, _C, since="1.2"),
    FocusColumn("BillingCurrency", Kind.TEXT, _M, is_always_filled=True),
    FocusColumn("BillingPeriodEnd", Kind.INSTANT, _M, is_always_filled=True),
    FocusColumn("BillingPeriodStart", Kind.INSTANT, _M, is_always_filled=True),
    FocusColumn("CapacityReservationId", Kind.TEXT, _C, since="1.1"),
    FocusColumn("CapacityReservationStatus", Kind.TEXT, _C, since="1.1"),
    FocusColumn("ChargeCategory", Kind.TEXT, _M, is_always_filled=True),
    FocusColumn("ChargeClass", Kind.TEXT, _M),
    FocusColumn("ChargeDescription", Kind.TEXT, _M),
    FocusColumn("ChargeFrequency", Kind.TEXT, _R, is_always_filled=True),
    FocusColumn("ChargePeriodEnd", Kind.INSTANT, _M, is_always_filled=True),
    FocusColumn("ChargePeriodStart", Kind.INSTANT, _M, is_always_filled=True),
    FocusColumn("CommitmentDiscountCategory", Kind.TEXT, _C),
    FocusColumn("CommitmentDiscountId", Kind.TEXT, _C),
    FocusColumn("CommitmentDiscountName", Kind.TEXT, _C),
    FocusColumn("CommitmentDiscountQuantity", Kind.AMOUNT, _C, since="1.1"),
    FocusColumn("CommitmentDiscountStatus", Kind.TEXT, _C),
    FocusColumn("CommitmentDiscountType", Kind.TEXT, _C),
    FocusColumn("CommitmentDiscountUnit", Kind.TEXT, _C, since="1.1"),
    FocusColumn("CommitmentProgramEligibilityDetails", Kind.OBJECT, _C, since="1.4"),
    FocusColumn("ConsumedQuantity", Kind.AMOUNT, _C),
    FocusColumn("ConsumedUnit", Kind.TEXT, _C),
    FocusColumn("ContractApplied", Kind.OBJECT, _C, since="1.3"),
    FocusColumn("ContractedCost", Kind.AMOUNT, _M, is_always_filled=True),
    FocusColumn("ContractedUnitPrice", Kind.AMOUNT, _C),
    FocusColumn("EffectiveCost", Kind.AMOUNT, _M, is_always_filled=True),
    FocusColumn("HostProviderName", Kind.TEXT, _M, since="1.3"),
    FocusColumn("InvoiceDetailId", Kind.TEXT, _C, since="1.4"),
    FocusColumn("InvoiceId", Kind.TEXT, _C, since="1.2"),
    FocusColumn("InvoiceIssuerName", Kind.TEXT, _M, is_always_filled=True),
    FocusColumn("ListCost", Kind.AMOUNT, _M, is_always_filled=True),
    FocusColumn("ListUnitPrice", Kind.AMOUNT, _C),
    FocusColumn("PricingCategory", Kind.TEXT, _C),
    FocusColumn("PricingCurrency", Kind.TEXT, _C, since="1.2", is_always_filled=True),
    FocusColumn("PricingCurrencyContractedUnitPrice", Kind.AMOUNT, _C, since="1.2"),
    FocusColumn(
        "PricingCurrencyEffectiveCost", Kind.AMOUNT, _C, since="1.2", is_always_filled=True
    ),
    FocusColumn("PricingCurrencyListUnitPrice", Kind.AMOUNT, _C, since="1.2"),
    FocusColumn("PricingQuantity", Kind.AMOUNT, _M),
    FocusColumn("PricingUnit", Kind.TEXT, _M),
    FocusColumn("ProviderName", Kind.TEXT, _M, until="1.3", is_always_filled=True),
    FocusColumn("PublisherName", Kind.TEXT, _M, until="1.3", is_always_filled=True),
    FocusColumn("RegionId", Kind.TEXT, _C),
    FocusColumn("RegionName", Kind.TEXT, _C),
    FocusColumn("ResourceId", Kind.TEXT, _C),
    FocusColumn("ResourceName", Kind.TEXT, _C),
    FocusColumn("ResourceType", Kind.TEXT, _C),
    FocusColumn("ServiceCategory", Kind.TEXT, _M, is_always_filled=True),
    FocusColumn("ServiceName", Kind.TEXT, _M, is_always_filled=True),
    FocusColumn("ServiceProviderName", Kind.TEXT, _M, since="1.3", is_always_filled=True),
    FocusColumn("ServiceSubcategory", Kind.TEXT, _R, since="1.1", is_always_filled=True),
    FocusColumn("SkuId", Kind.TEXT, _C),
    FocusColumn("SkuMeter", Kind.TEXT, _C, since="1.1"),
    FocusColumn("SkuPriceDetails", Kind.OBJECT, _C, since="1.1"),
    FocusColumn("SkuPriceId", Kind.TEXT, _C),
    FocusColumn("SubAccountId", Kind.TEXT, _C),
    FocusColumn("SubAccountName", Kind.TEXT, _C),
    FocusColumn("SubAccountType", Kind.TEXT, _C, since="1.2"),
    FocusColumn("Tags", Kind.OBJECT, _C),
)
