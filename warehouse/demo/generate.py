"""Writing the whole demo: every feed into its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warehouse.demo.advice import recommendation_columns
from warehouse.demo.bills import write_bills
from warehouse.demo.budgets import budget_columns, rate_columns
from warehouse.demo.costs import spend
from warehouse.demo.government import Floats, Government, found_government
from warehouse.demo.invoices import contract_columns, invoice_columns
from warehouse.demo.places import REGIONS
from warehouse.demo.records import (
    adoption_columns,
    agencies_columns,
    migration_columns,
    provider_columns,
    provider_years,
    rents_azure,
    tagging_columns,
)
from warehouse.demo.registers import account_columns, service_columns
from warehouse.demo.telemetry import telemetry_columns
from warehouse.demo.usage import add_bad_rows, split_to_cents, usage_columns
from warehouse.demo.writing import write_feed
from warehouse.errors import WarehouseError

_AZURE_GROWTH = 1.12
"""By which Azure's share grows a year: so fast that no January leaps."""


class DemoError(WarehouseError):
    """The demo was asked for with options that can't be met."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written."""

    out: Path
    rows: Mapping[str, int]
    """Rows by feed, headers not counted."""
    first_month: str
    last_month: str
    usage_usd: float
    """Sum of the usage cost of all months, US dollars."""


def generate_demo(
    out: Path,
    *,
    agencies: int = 24,
    months: int = 36,
    seed: int = 2026,
    end_month: str = "2026-10",
    regions_per_service: int = 1,
    telemetry_months: int = 22,
    lines: int = 0,
    on_step: Callable[[str], None] = lambda step: None,
) -> DemoSummary:
    """Write all feeds of an invented government under ``out``; equal options, equal bytes.

    ``regions_per_service`` multiplies the usage rows: agencies x months x 3 x regions; ``lines``
    is about how many lines of bills there are, none by default.
    Raises DemoError where an option is out of bounds.
    """
    _check(agencies, months, regions_per_service, telemetry_months)
    government = found_government(agencies, months, end_month, seed)
    on_step(f"{agencies} agencies, {government.months[0]} to {government.months[-1]}")
    costs = spend(government)
    cents = split_to_cents(government, costs, regions_per_service)
    monthly = cents.sum(axis=(2, 3))
    files: dict[str, Callable[[], Mapping[str, object]]] = {
        "mda/agencies": lambda: agencies_columns(government),
        "mda/baseline_adoption": lambda: adoption_columns(government),
        "mda/usage_monthly": lambda: add_bad_rows(
            government, usage_columns(government, costs, cents)
        ),
        "mda/provider_spend": lambda: provider_columns(government, monthly),
        "mda/migration_summary": lambda: migration_columns(government, costs, monthly),
        "mda/tagging_compliance": lambda: tagging_columns(government, monthly),
        "budgets/budgets": lambda: budget_columns(government, costs),
        "fx/exchange_rates": lambda: rate_columns(government),
        "accounts/accounts": lambda: account_columns(government, rents_azure(government, monthly)),
        "services/services": lambda: service_columns(government),
        "telemetry/telemetry": lambda: telemetry_columns(government, costs, telemetry_months),
    }
    rows = {}
    for name, columns in files.items():
        feed = name.partition("/")[2]
        rows[feed] = write_feed(out / f"{name}.csv", columns())
        on_step(f"{name}.csv: {rows[feed]:,} rows")
    if lines:
        billed = _billed(government, monthly)
        bills = write_bills(out / "bills", government, billed, lines, on_step)
        rows["bills"] = sum(bill.lines for bill in bills)
        registers = {"invoices": invoice_columns(bills), "contracts": contract_columns(bills)}
        registers["provider_recommendations"] = recommendation_columns(government, billed["AWS"])
        for name, columns_of_it in registers.items():
            rows[name] = write_feed(out / name / f"{name}.csv", columns_of_it)
    return DemoSummary(
        out=out,
        rows=rows,
        first_month=government.months[0],
        last_month=government.months[-1],
        usage_usd=float(cents.sum()),
    )


def _billed(government: Government, monthly: Floats) -> dict[str, Floats]:
    """Part what each agency's month costs among the two clouds, as it pays them in the year.

    All bills together come to what the agency sums up itself: its month may be taken from either.
    """
    azure = _by_month(government, monthly)
    whole = monthly + azure
    share = np.divide(azure, whole, out=np.zeros(monthly.shape), where=whole > 0)
    return {"AWS": monthly * (1 - share), "Azure": monthly * share}


def _by_month(government: Government, monthly: Floats) -> Floats:
    """Spread what agencies pay Azure a year over its months, as their usage is and growing."""
    _, azure, _ = provider_years(government, monthly)
    years = np.unique(government.years)
    spread = np.zeros(monthly.shape)
    grown = monthly * _AZURE_GROWTH ** (government.month_numbers / 12)
    for at, year in enumerate(years):
        inside = government.years == year
        whole = grown[:, inside].sum(axis=1, keepdims=True)
        spread[:, inside] = grown[:, inside] / np.where(whole > 0, whole, 1) * azure[:, at, None]
    return spread


def _check(agencies: int, months: int, regions: int, telemetry_months: int) -> None:
    bounds = (
        ("agencies", agencies, 1, 8999),
        ("months", months, 3, 240),
        ("regions_per_service", regions, 1, len(REGIONS)),
        ("telemetry_months", telemetry_months, 1, 240),
    )
    for name, value, least, most in bounds:
        if not least <= value <= most:
            raise DemoError(f"{name} is {value}; choose from {least} to {most}.")
