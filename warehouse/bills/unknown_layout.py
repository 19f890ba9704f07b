"""Say why a bill's columns are those of no layout that is known."""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.bills.columns import LINE_COLUMNS
from warehouse.errors import FeedError

_KNOWN = "FOCUS 1.0 to 1.4, or a table that a column map describes"
_NEEDED = ("BilledCost", "ChargeCategory", "ChargePeriodStart", "BillingCurrency")
_FEWEST_ALIKE = 5
_MOST_NAMED = 12


def unknown_layout(path: str, names: Iterable[str]) -> FeedError:
    """Word the refusal of a bill by its columns, with what is missing where it is nearly FOCUS."""
    found = {name.lower() for name in names}
    alike = sum(column.focus.lower() in found for column in LINE_COLUMNS if column.focus)
    if alike >= _FEWEST_ALIKE:
        missing = ", ".join(name for name in _NEEDED if name.lower() not in found)
        why = f"It is most like FOCUS, of which it lacks {missing}."
    else:
        shown = sorted(found)[:_MOST_NAMED]
        why = f"Its columns are {', '.join(shown)}{', …' if len(found) > len(shown) else ''}."
    return FeedError(
        f"{path} has the columns of no bill that is known. {why} Known are {_KNOWN}. Export it "
        "as one of these, or put a column map (see the reference of feeds) beside it.",
        path=path,
        row=1,
    )
