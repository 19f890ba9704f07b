"""What the address of the view of lines asks for, and the words for what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from portal.filters import Filters
from portal.formats import MINUS, currency_sign
from portal.pages.explore.controls import PATH
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known
from warehouse.lines.asking import ANY, DIMENSIONS, LineFilter, LineSort
from warehouse.question import Period, Value

VIEW: Final = "lines"


_STEPS: Final = {
    "account": later("Owner of the account"),
    "tag": later("Tag rule"),
    "allocated": later("Shared by rule"),
    "unallocated": later("Nobody yet"),
}


def lines_asked(filters: Filters, period: Period) -> LineFilter:
    """Give what lines the filters leave; those that lines don't have narrow nothing."""
    return LineFilter(
        period=period,
        where=tuple(pair for pair in filters.to_where() if pair[0] in DIMENSIONS),
        tags=tuple(_tag(text) for text in filters.tags),
        text=filters.find or "",
        columns=filters.columns,
    )


def lines_address(request: PageRequest, **narrower: Any) -> str:
    """Give the address of the lines behind a view, with its filters."""
    fields = {"view": VIEW, "page": 1, "sort": None, "measures": (), "by": (), "across": None}
    return PATH + request.filters.to_query(**{**fields, **narrower})


def not_applied(filters: Filters) -> list[str]:
    """Name the dimensions of filters that lines don't have."""
    return [name for name, _ in filters.to_where() if name not in DIMENSIONS]


def applied(filters: Filters) -> Filters:
    """Leave out the filters that lines don't have."""
    where = tuple(pair for pair in filters.where if pair[0] in DIMENSIONS)
    return replace(filters, service=(), status=None, peak=None, where=where)


def sort_of(request: PageRequest) -> LineSort:
    """Give the order in the address; the newest first where there is none."""
    return LineSort.read(request.filters.sort or "-day")


def amount(value: Value, currency: Value) -> str:
    """Write an exact amount with its currency and at least two places."""
    whole, _, places = str(value).removeprefix("-").partition(".")
    minus = MINUS if str(value).startswith("-") else ""
    return f"{minus}{currency_sign(str(currency))}{int(whole):,}.{places:0<2}"


def number(value: Value) -> str:
    """Write a quantity with commas and all its places."""
    if value is None:
        return ""
    whole, mark, places = str(value).removeprefix("-").partition(".")
    minus = MINUS if str(value).startswith("-") else ""
    return f"{minus}{int(whole):,}{mark}{places}"


def owner_of(row: Mapping[str, Value], names: Mapping[str, str]) -> str:
    """Name whose a line is."""
    agency_id = str(row["agency_id"])
    return say("Nobody") if agency_id == "0" else names.get(agency_id, agency_id)


def step_of(row: Mapping[str, Value]) -> str:
    """Say what gave a line its owner."""
    return say_known(_STEPS[str(row["attribution"])])


def origin_of(row: Mapping[str, Value]) -> str:
    """Name the bill and the row in it; a bill that others share isn't named."""
    if row["source"] is None:
        return say("A bill of several MDAs")
    return say("{bill}, row {number}", bill=str(row["source"]), number=f"{row['source_row']:,}")


def _tag(text: str) -> tuple[str, str]:
    key, mark, value = text.partition("=")
    return key, value if mark else ANY
