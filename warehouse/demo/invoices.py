"""invoices/ and contracts/: what the centre was asked to pay for the bills, and on what terms.

A reseller stands between the government and Azure, one invoice of AWS asks for more than its
bill, the last one hasn't come yet, and one contract runs out before it ends.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from typing import Any

from warehouse.demo.bills import WrittenBill
from warehouse.demo.stories import FIRST_AGENCY
from warehouse.months import shifted

RESELLER = "Blue Water Telecom"
RESELLER_RATIO = 1.04
"""What the reseller asks for a dollar of the bill."""

OVERCHARGED = 2_400.0
"""What AWS asked for too much in one month."""

_OVERCHARGED_BACK, _UNPAID_BACK = 3, 2
_ISSUERS = {"AWS": "Amazon Web Services", "Azure": RESELLER}
_LEDGER = {"AWS": "6150-01", "Azure": "6150-02"}
_TERMS = {"AWS": ("K-2025-011", 18, 1.2, "PO-88120"), "Azure": ("K-2025-019", 24, 2.6, "PO-88134")}
"""Number of the contract, its months, its ceiling in the bills of a year, its purchase order."""


def invoice_columns(bills: Sequence[WrittenBill]) -> dict[str, Any]:
    """Give the invoices for the bills, and one for a service that no bill tells of."""
    rows = []
    for provider in dict.fromkeys(bill.provider for bill in bills):
        own = [bill for bill in bills if bill.provider == provider]
        # The last invoice of a provider itself comes later than its bill.
        received = own if provider == "Azure" else own[:-1]
        for back, bill in enumerate(reversed(received), start=1):
            rows.append(_row(bill, back))
    rows.append(("DO-5521", "DigitalOcean", "DigitalOcean", FIRST_AGENCY + 2, bills[-1].month,
                 1_250.0, None, "USD", None, None))  # fmt: skip
    names = ("invoice_id", "issuer", "provider", "agency_id", "billing_month", "amount",
             "tax_amount", "currency", "paid_amount", "ledger_code")  # fmt: skip
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def contract_columns(bills: Sequence[WrittenBill]) -> dict[str, Any]:
    """Give the contract with each provider, from the first month billed."""
    rows = []
    for provider in dict.fromkeys(bill.provider for bill in bills):
        own = [bill for bill in bills if bill.provider == provider]
        number, months, years, order = _TERMS[provider]
        a_year = sum(bill.net + bill.tax for bill in own) / len(own) * 12
        first, last = own[0].month, shifted(own[0].month, months - 1)
        days = monthrange(int(last[:4]), int(last[5:]))[1]
        ceiling = round(a_year * years, -3)
        rows.append((number, _ISSUERS[provider], provider, None, None, order, ceiling, "USD",
                     f"{first}-01", f"{last}-{days}"))  # fmt: skip
    names = ("contract_id", "supplier", "provider", "account_id", "agency_id", "purchase_order",
             "ceiling", "currency", "starts_on", "ends_on")  # fmt: skip
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _row(bill: WrittenBill, back: int) -> tuple[Any, ...]:
    amount = bill.net
    if bill.provider == "Azure":
        amount = round(bill.net * RESELLER_RATIO, 2)
    elif back == _OVERCHARGED_BACK:
        amount = round(bill.net + OVERCHARGED, 2)
    is_settled = back > _UNPAID_BACK
    return (
        bill.invoice_id, _ISSUERS[bill.provider], bill.provider, None, bill.month, amount,
        bill.tax, "USD", round(amount + bill.tax, 2) if is_settled else None,
        _LEDGER[bill.provider] if back > 1 else None,
    )  # fmt: skip
