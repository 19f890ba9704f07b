"""Azure Cost Management exports of cost and usage: Enterprise Agreement and Customer Agreement.

Actual and amortised exports have the same columns. A charge that a reservation or a savings plan
covers costs nothing in an actual export, and its share of the commitment in an amortised one;
neither is on the invoice, which has the purchase. So such a charge is billed at 0, and what it
costs is its effective cost. A purchase is billed; its effective cost is known only where an
amortised export is at hand, which doesn't list the purchase.
"""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.sources import (
    Always,
    By,
    Dates,
    Either,
    First,
    NotZero,
    Product,
    Source,
    Where,
    listed,
)

_COST = First("costinbillingcurrency", "cost", "pretaxcost")
_QUANTITY = First("quantity", "usagequantity")
_UNIT_PRICE = First("unitprice")
_PAYG_PRICE = First("paygprice")
_TYPE = First("chargetype")
_MODEL = First("pricingmodel")
_COMMITTED = ("Reservation", "SavingsPlan")

CHARGE_TYPES: Mapping[str, str] = {
    "Usage": "Usage",
    "Purchase": "Purchase",
    "Refund": "Credit",
    "Tax": "Tax",
    "Credit": "Credit",
    "Adjustment": "Adjustment",
    "RoundingAdjustment": "Adjustment",
    "UnusedReservation": "Usage",
    "UnusedSavingsPlan": "Usage",
}
"""FOCUS's charge category by Azure's charge type."""

_COVERED_TYPES = ("Usage", "UnusedReservation", "UnusedSavingsPlan")


def _where_covered(then: Source, otherwise: Source | None) -> Source:
    """Tell charges that a commitment covers from the others, the purchase of one among them."""
    of_type = By(_TYPE, dict.fromkeys(_COVERED_TYPES, then), otherwise)
    return By(_MODEL, dict.fromkeys(_COMMITTED, of_type), otherwise)


_COLUMNS: Mapping[str, Source] = {
    "provider": Always("Azure"),
    "provider_name": Always("Microsoft"),
    "publisher_name": First("publishername"),
    "invoice_issuer_name": Either(First("resellername", "partnername"), Always("Microsoft")),
    "billing_account_id": First("billingaccountid", "billingprofileid", "subscriptionid"),
    "billing_account_name": First("billingaccountname", "billingprofilename"),
    "sub_account_id": First("subscriptionid", "subscriptionguid"),
    "sub_account_name": First("subscriptionname"),
    "billing_currency": First("billingcurrency", "billingcurrencycode", "currency"),
    "billing_month": First("billingperiodstartdate"),
    "billing_period_end": First("billingperiodenddate"),
    "charge_day": First("date", "usagedate", "usagedatetime"),
    "charge_category": By(_TYPE, listed(CHARGE_TYPES), Always("Adjustment")),
    "charge_class": By(_TYPE, listed({"Refund": "Correction"})),
    "charge_frequency": By(
        First("frequency"),
        listed({"UsageBased": "Usage-Based", "OneTime": "One-Time", "Recurring": "Recurring"}),
    ),
    "charge_description": First("productname", "product"),
    "pricing_category": By(
        _MODEL,
        listed(
            {
                "OnDemand": "Standard",
                "Spot": "Dynamic",
                "Reservation": "Committed",
                "SavingsPlan": "Committed",
            }
        ),
    ),
    "pricing_quantity": _QUANTITY,
    "pricing_unit": First("unitofmeasure"),
    "consumed_quantity": _QUANTITY,
    "consumed_unit": First("unitofmeasure"),
    "list_unit_price": _PAYG_PRICE,
    "contracted_unit_price": _UNIT_PRICE,
    "commitment_discount_category": By(
        _MODEL, listed({"Reservation": "Usage", "SavingsPlan": "Spend"})
    ),
    "commitment_discount_id": First("benefitid", "reservationid"),
    "commitment_discount_name": First("benefitname", "reservationname"),
    "commitment_discount_status": By(
        _TYPE,
        {
            "Usage": By(_MODEL, listed(dict.fromkeys(_COMMITTED, "Used"))),
            "UnusedReservation": Always("Unused"),
            "UnusedSavingsPlan": Always("Unused"),
        },
    ),
    "commitment_discount_type": By(
        _MODEL, listed({"Reservation": "Reservation", "SavingsPlan": "Savings Plan"})
    ),
    "service_name": First("metercategory", "consumedservice"),
    "service_subcategory": First("metersubcategory"),
    "region_id": First("resourcelocationnormalized", "resourcelocation", "meterregion"),
    "availability_zone": First("availabilityzone"),
    "resource_id": First("resourceid", "instanceid"),
    "resource_name": First("resourcename"),
    "resource_type": First("consumedservice"),
    "sku_id": First("partnumber", "productid"),
    "sku_meter": First("metername"),
    "sku_price_id": First("meterid"),
    "invoice_id": First("invoiceid"),
    "tags": First("tags"),
    "billed_cost": _where_covered(Always("0"), _COST),
    "effective_cost": _COST,
    # What a reservation covers has 0 for its pay-as-you-go price, and the agreed one beside it.
    "list_cost": Where(
        ("paygcostinbillingcurrency",),
        First("paygcostinbillingcurrency"),
        Product(Either(NotZero(_PAYG_PRICE), _UNIT_PRICE), _QUANTITY),
    ),
    "contracted_cost": Product(_UNIT_PRICE, _QUANTITY),
}

_REMARKS = (
    "Charges that a reservation or a savings plan covers are billed at 0: the invoice has the "
    "purchase, which an amortised export doesn't list. Hand in the actual cost as well, or a "
    "FOCUS export, for what was invoiced.",
)


def _layout(agreement: str) -> Layout:
    return Layout(
        f"Azure {agreement}",
        _COLUMNS,
        dates=Dates.MONTH_FIRST,
        period_ends_within=True,
        known_values={"chargetype": tuple(CHARGE_TYPES)},
        remarks=_REMARKS,
    )


_ENTERPRISE, _CUSTOMER = _layout("EA"), _layout("MCA")
_ONLY_CUSTOMER = ("costinpricingcurrency", "pricingcurrency", "previousinvoiceid")


def azure_layout(header: frozenset[str]) -> Layout | None:
    """Return the layout of an Azure export with these columns, if it is one."""
    has_cost = header.intersection(("costinbillingcurrency", "cost", "pretaxcost"))
    has_day = header.intersection(("date", "usagedate", "usagedatetime"))
    if not has_cost or not has_day or not {"metercategory", "meterid"} <= header:
        return None
    return _CUSTOMER if header.intersection(_ONLY_CUSTOMER) else _ENTERPRISE
