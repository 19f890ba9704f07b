"""Tell the layout of a file by its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warehouse.bills.layouts.aws import aws_layout
from warehouse.bills.layouts.azure import azure_layout
from warehouse.bills.layouts.column_map import BUILT_IN, ColumnMap
from warehouse.bills.layouts.focus import focus_layout
from warehouse.bills.layouts.google import google_layout
from warehouse.bills.layouts.layout import Layout


def layout_of(column_names: Sequence[str], maps: Iterable[ColumnMap] = ()) -> Layout | None:
    """Return the layout of a file with these columns, None where none fits.

    ``maps`` are the column maps handed in; they go before the layouts that are built in.
    """
    header = frozenset(_bare(name) for name in column_names)
    for one in maps:
        if one.fits(header):
            return one.layout()
    found = (
        focus_layout(header)
        or aws_layout(column_names)
        or azure_layout(header)
        or google_layout(column_names)
    )
    return found or next((one.layout() for one in BUILT_IN if one.fits(header)), None)


def _bare(name: str) -> str:
    return name.strip().removeprefix("\ufeff").lower()
