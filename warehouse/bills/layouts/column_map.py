"""Any other table of cost, through a column map that says which column is what.

A map is a TOML file beside the bills::

    provider = "AWS"            # or left out: told by the services' names

    dates = "YYYY-MM-DD"        # or "MM/DD/YYYY", "DD/MM/YYYY", "YYYYMMDD"

    [columns]                   # column of a line = column of the file
    charge_day = "Date"
    billed_cost = "Cost"

    [constants]                 # column of a line = the same in every row
    billing_currency = "USD"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.bills.columns import LINE_COLUMN
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.sources import Always, Dates, First, Source, Starting
from warehouse.bills.providers import SERVICE_PREFIXES
from warehouse.errors import FeedError

_ENTRIES = {"provider", "dates", "columns", "constants"}
_NEEDED = ("charge_day", "billed_cost", "service_name", "billing_currency")
_ACCOUNTS = ("billing_account_id", "sub_account_id")
_OWN = {"source_id", "source_row", "account_id"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of a file is which column of a line, and what is the same in every row."""

    name: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    provider: str = ""
    dates: Dates = Dates.ISO

    def fits(self, header: frozenset[str]) -> bool:
        """Say whether a file with these columns, in small letters, has all that are mapped."""
        return header.issuperset(name.lower() for name in self.columns.values())

    def layout(self) -> Layout:
        """Make the layout: usage unless told otherwise, one cost for all where there is one."""
        columns: dict[str, Source] = {"charge_category": Always("Usage")}
        columns |= {name: Always(value) for name, value in self.constants.items()}
        columns |= {name: First(given.lower()) for name, given in self.columns.items()}
        if self.provider:
            columns["provider"] = Always(self.provider)
        elif "provider_name" not in columns:
            columns["provider"] = Starting(columns["service_name"], SERVICE_PREFIXES)
        return Layout(self.name, columns, self.dates)


DAILY_COSTS = ColumnMap(
    "daily costs",
    {
        "charge_day": "Date",
        "billing_account_id": "AccountId",
        "billing_account_name": "AccountName",
        "service_name": "Service",
        "region_id": "Region",
        "billed_cost": "Cost",
        "billing_currency": "Currency",
    },
)
"""A table of daily cost by account, service and region, as cost dashboards hand around."""

DAILY_COSTS_OF_CLOUDS = ColumnMap(
    DAILY_COSTS.name, {**DAILY_COSTS.columns, "provider_name": "Cloud"}
)

FETCHED_COSTS = ColumnMap(
    "fetched daily costs",
    {
        "charge_day": "Date",
        "provider_name": "Provider",
        "billing_account_id": "BillingAccountId",
        "sub_account_id": "SubAccountId",
        "service_name": "Service",
        "region_id": "Region",
        "charge_category": "ChargeCategory",
        "billed_cost": "BilledCost",
        "effective_cost": "EffectiveCost",
        "billing_currency": "Currency",
    },
)
"""What is written of a provider's answers: daily cost by account, service and region."""

BUILT_IN = (FETCHED_COSTS, DAILY_COSTS_OF_CLOUDS, DAILY_COSTS)


def read_column_map(text: str, name: str) -> ColumnMap:
    """Read a column map; ``name`` is what messages call it.

    Raises FeedError that says what is wrong with it and what to write instead.
    """
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(name, f"it is no TOML: {error}. Correct it.") from error
    unknown = sorted(entries.keys() - _ENTRIES)
    if unknown:
        raise _refused(
            name,
            f"it has {', '.join(unknown)}, which a column map doesn't know. It may have "
            f"{', '.join(sorted(_ENTRIES))}.",
        )
    columns = _texts(entries, "columns", name)
    constants = _texts(entries, "constants", name)
    _require_known(columns, constants, name)
    return ColumnMap(
        name=name,
        columns=columns,
        constants=constants,
        provider=_text(entries, "provider", name),
        dates=_dates(_text(entries, "dates", name) or Dates.ISO, name),
    )


def _require_known(columns: Mapping[str, str], constants: Mapping[str, str], name: str) -> None:
    given = {**columns, **constants}
    unknown = sorted(given.keys() - LINE_COLUMN.keys() | given.keys() & _OWN)
    if unknown:
        raise _refused(
            name,
            f"it maps {', '.join(unknown)}, which a line of a bill doesn't have. It may map "
            f"{', '.join(one for one in LINE_COLUMN if one not in _OWN)}.",
        )
    missing = [one for one in _NEEDED if one not in given]
    if not given.keys() & set(_ACCOUNTS):
        missing.append(" or ".join(_ACCOUNTS))
    if missing:
        raise _refused(
            name,
            f"it doesn't say where {', '.join(missing)} come from. Add them to [columns], or "
            "to [constants] where they are the same in every row.",
        )


def _texts(entries: Mapping[str, object], part: str, name: str) -> dict[str, str]:
    found = entries.get(part, {})
    if not isinstance(found, dict) or not all(
        isinstance(value, str) and value for value in found.values()
    ):
        raise _refused(
            name, f'[{part}] should hold lines like billed_cost = "Cost", one text each.'
        )
    return dict(found)


def _text(entries: Mapping[str, object], entry: str, name: str) -> str:
    found = entries.get(entry, "")
    if not isinstance(found, str):
        raise _refused(name, f'{entry} should be a text, for example {entry} = "AWS".')
    return found


def _dates(text: str, name: str) -> Dates:
    try:
        return Dates(text)
    except ValueError as error:
        known = ", ".join(Dates)
        raise _refused(name, f"dates is {text!r} and should be one of {known}.") from error


def _refused(name: str, what: str) -> FeedError:
    return FeedError(f"{name} can't be used: {what}", path=name)
