"""FOCUS 1.0 to 1.4, of any provider: the columns are those of a line."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.bills.columns import LINE_COLUMNS
from warehouse.bills.focus_columns import FOCUS_COLUMNS
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.sources import First, Source

_ESSENTIAL = ("billedcost", "chargecategory", "chargeperiodstart", "billingcurrency")

_RENAMED: Mapping[str, Source] = {
    # ProviderName and PublisherName until 1.2, deprecated in 1.3, gone in 1.4.
    "provider_name": First("serviceprovidername", "providername", "hostprovidername"),
    "publisher_name": First("publishername", "hostprovidername"),
    "billing_period_end": First("billingperiodend"),
}

_COLUMNS: Mapping[str, Source] = {
    **{column.name: First(column.focus.lower()) for column in LINE_COLUMNS if column.focus},
    **_RENAMED,
}

_VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4")
_FIRST_VERSION = {column.name.lower(): column.since for column in FOCUS_COLUMNS}
_LAYOUTS = {version: Layout(f"FOCUS {version}", _COLUMNS) for version in _VERSIONS}


def focus_layout(header: frozenset[str]) -> Layout | None:
    """Return the layout of the version that first had the newest of these columns, if any."""
    if not header.issuperset(_ESSENTIAL):
        return None
    newest = max(_FIRST_VERSION.get(name, _VERSIONS[0]) for name in header)
    return _LAYOUTS[newest]
