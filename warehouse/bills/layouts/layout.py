"""A layout: the table of rules by which one provider's export is brought to lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from warehouse.bills.layouts.sources import Dates, Source


@dataclass(frozen=True, slots=True)
class Layout:
    """How an export is read.

    ``columns`` says for each column of a line where its value comes from; a column that isn't
    there is empty in every line, except those that are worked out of others: the short name of
    the provider, the account, the service category, and the costs, which are the billed cost
    where the export doesn't tell them apart. ``named`` brings the spelling of a header to the
    one in the table. ``other_periods`` says why the days of an export may lie outside its
    billing period, and is empty where they may not. ``entries`` is a column of credits within
    a row, each of which becomes a line of its own with the row's number.
    """

    name: str
    columns: Mapping[str, Source]
    dates: Dates = Dates.ISO
    months: Dates | None = None
    """How the billing period is written, where otherwise than days."""
    period_ends_within: bool = False
    """Whether the end of the billing period is its last day, and not the day after."""
    other_periods: str = ""
    entries: str = ""
    tag_columns: str = ""
    """How the names of columns begin that hold the values of one tag each."""
    tag_keys_begin: tuple[str, ...] = ()
    """What the provider sets before the owner's keys."""
    named: Callable[[str], str] = field(default=str.lower)
    known_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of a column that the table has an answer for, where there may be others."""
    remarks: tuple[str, ...] = ()
    """What a reader of the conformance report should know of this layout."""

    def spelled(self, header: Iterable[str]) -> dict[str, str]:
        """Return the columns of a file by the layout's own spelling; of two alike the first."""
        found: dict[str, str] = {}
        for name in header:
            found.setdefault(self.named(name.strip().removeprefix("\ufeff")), name)
        return found
