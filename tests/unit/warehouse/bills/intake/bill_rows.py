"""A small FOCUS bill, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

HEADER = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
    "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass",
    "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost",
    "EffectiveCost", "InvoiceIssuerName", "ListCost", "ProviderName", "PublisherName",
    "RegionId", "ResourceId", "ServiceCategory", "ServiceName", "SkuId", "SubAccountId", "Tags",
)  # fmt: skip


def charge(number: int = 1, cost: str = "1.25", **changed: str) -> dict[str, str]:
    """Return one row by column; ``number`` tells it from others."""
    row = dict.fromkeys(HEADER, "") | {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ListCost": cost,
        "ContractedCost": cost,
        "BillingAccountId": "012345678901",
        "BillingCurrency": "USD",
        "BillingPeriodStart": "2025-03-01T00:00:00Z",
        "BillingPeriodEnd": "2025-04-01T00:00:00Z",
        "ChargePeriodStart": f"2025-03-{number % 28 + 1:02d}T00:00:00Z",
        "ChargePeriodEnd": f"2025-03-{number % 28 + 2:02d}T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeDescription": "An hour of it",
        "ProviderName": "AWS",
        "PublisherName": "AWS",
        "InvoiceIssuerName": "AWS",
        "RegionId": "us-east-1",
        "ResourceId": f"i-{number}",
        "ServiceCategory": "Compute",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "SkuId": "sku-1",
        "SubAccountId": "222222222222",
        "Tags": '{"owner": "finance"}',
    }
    return row | changed


def bill(*rows: Mapping[str, str], header: tuple[str, ...] = HEADER, end: str = "\n") -> bytes:
    """Return a bill as CSV."""
    written = io.StringIO()
    writer = csv.DictWriter(written, header, lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def charges(first: int, last: int, cost: str = "1.25") -> list[dict[str, str]]:
    """Return several rows."""
    return [charge(number, cost) for number in range(first, last + 1)]
