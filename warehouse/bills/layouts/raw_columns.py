"""Select what a layout looks at from the rows of a file, and take entries within them apart."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr import types as ir

from warehouse.bills.layouts.evaluation import columns_of
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.reading import as_text, text_inside, without_marks

ENTRY_PARTS = ("id", "name", "type", "amount")
"""What is taken of a credit within a row."""

PASSED_ON = ("charge_key", "defects")
"""Columns beside those of the file that come through as they are, where they are there."""

_ITSELF = "the row itself"


def read_columns(layout: Layout, raw: ir.Table) -> ir.Table:
    """Select the columns that the layout looks at, under its own names."""
    parts = {
        f"{name}.{part}": raw[name][part]
        for name in raw.columns
        if isinstance(raw[name], ir.StructValue)
        for part in raw[name].type().names
    }
    flat = raw.mutate(**parts)
    spelled = layout.spelled(name for name in flat.columns if name != "source_row")
    wanted = [name for source in layout.columns.values() for name in columns_of(source)]
    wanted += [layout.entries, *tag_columns(layout, spelled)]
    return flat.select(
        source_row=flat.source_row.cast("int32"),
        **{name: flat[name] for name in PASSED_ON if name in flat.columns},
        **{
            name: without_marks(flat[spelled[name]])
            for name in dict.fromkeys(wanted)
            if name in spelled
        },
    )


def tag_columns(layout: Layout, names: Iterable[str]) -> list[str]:
    """Name the columns that hold the values of one tag each."""
    begin = layout.tag_columns
    return [name for name in names if begin and name.startswith(begin)]


def with_entries(layout: Layout, read: ir.Table) -> ir.Table:
    """Give each entry within a row a row of its own, besides the row itself.

    The fields of an entry are columns that begin with ``entry_``.
    """
    if layout.entries not in read.columns:
        return read
    listed = as_text(read[layout.entries]).fill_null("").split("},")
    both = ibis.array([ibis.literal(_ITSELF)]).concat(listed)
    rows = read.mutate(entry=both.unnest()).drop(layout.entries)
    rows = rows.mutate(**{f"entry_{part}": text_inside(rows.entry, part) for part in ENTRY_PARTS})
    return rows.filter((rows.entry == _ITSELF) | rows.entry_amount.notnull()).drop("entry")
