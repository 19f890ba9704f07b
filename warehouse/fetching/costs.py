"""What a provider says a day cost, and the file that it is written to."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from warehouse.bills.fetch_sources import Source
from warehouse.bills.layouts.column_map import FETCHED_COSTS


@dataclass(frozen=True, slots=True, order=True)
class DayCost:
    """The cost of a day by account, service and region, in the currency of the bill."""

    day: date
    account_id: str
    service: str
    region: str
    category: str
    billed: Decimal
    effective: Decimal
    currency: str


def write_costs(location: Path, source: Source, costs: Iterable[DayCost]) -> None:
    """Write a month's costs, in an order of their own: the file appears whole or not at all."""
    location.parent.mkdir(parents=True, exist_ok=True)
    temporary = location.with_name(f".{location.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(FETCHED_COSTS.columns.values())
            writer.writerows(_row(source, one) for one in sorted(costs))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(location)
    finally:
        temporary.unlink(missing_ok=True)


def _row(source: Source, cost: DayCost) -> list[str]:
    values = {
        "charge_day": cost.day.isoformat(),
        "provider_name": source.provider,
        "billing_account_id": source.account,
        "sub_account_id": cost.account_id,
        "service_name": cost.service,
        "region_id": cost.region,
        "charge_category": cost.category,
        "billed_cost": f"{cost.billed:f}",
        "effective_cost": f"{cost.effective:f}",
        "billing_currency": cost.currency,
    }
    return [values[name] for name in FETCHED_COSTS.columns]
