"""Bring the rows of a file to lines, by the table of rules of its layout."""

from __future__ import annotations

import ibis
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir

from warehouse.bills.columns import COSTS, LINE_COLUMNS, SERVICE_CATEGORIES, Form
from warehouse.bills.layouts.amounts import AMOUNTS, QUANTITIES, with_numbers
from warehouse.bills.layouts.days import days_as_written, days_of_lines
from warehouse.bills.layouts.evaluation import amount_of, text_of
from warehouse.bills.layouts.judging import mark_failed, mark_unread
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.raw_columns import (
    PASSED_ON,
    read_columns,
    tag_columns,
    with_entries,
)
from warehouse.bills.layouts.reading import NARROW, WIDE, clean_tags, tags_of_columns
from warehouse.bills.layouts.rules import TOO_LONG
from warehouse.bills.layouts.service_lookup import category_of
from warehouse.bills.providers import SHORT_NAMES
from warehouse.bills.service_categories import CATEGORY_SPELLINGS

NO_SERVICE = "Not stated"
"""The service of a line that names none, a tax for example."""

_TEXTS = tuple(column.name for column in LINE_COLUMNS if column.form is Form.TEXT)
_FREQUENCIES = {"Usage-based": "Usage-Based", "One-time": "One-Time"}


def normalise(layout: Layout, raw: ir.Table, *, wide: bool = False) -> ir.Table:
    """Bring the rows of a file to lines, as an expression for whichever engine runs it.

    ``raw`` has the file's columns, as text or typed, and ``source_row``. The lines have the
    columns of LINE_COLUMNS without ``source_id``, and ``failed``, the marks of the rules in
    BILL_RULES that a row doesn't meet, with TOO_LONG where a cost needs ``wide``. A column
    ``charge_key`` comes through as it is, where there is one.

    In steps, each of which names the columns of the one before: the statement stays short, and
    the engine reads each text once.
    """
    read = with_entries(layout, read_columns(layout, raw))
    counted = with_numbers(layout, read, wide=wide)
    valued = counted.select(**_values(layout, counted, wide=wide))
    lines = valued.mutate(**_completed(valued)).mutate(**days_of_lines(layout, valued))
    judged = lines.mutate(failed=mark_failed(layout, lines))
    kept = [column.name for column in LINE_COLUMNS if column.name != "source_id"]
    kept += [name for name in PASSED_ON if name in raw.columns]
    return judged.select(*kept, "failed")


def _values(layout: Layout, rows: ir.Table, *, wide: bool) -> dict[str, ir.Value]:
    """Work out what the layout says, and which costs can't be read."""
    values: dict[str, ir.Value] = {"source_row": rows.source_row}
    values |= {name: rows[name] for name in PASSED_ON if name in rows.columns}
    for name in _TEXTS:
        text = text_of(rows, layout.columns.get(name))
        values[name] = ibis.null("string") if text is None else text
    marks = mark_unread(layout, rows)
    for name in AMOUNTS:
        kind = WIDE if wide or name in QUANTITIES else NARROW
        amount = amount_of(rows, layout.columns.get(name))
        values[name] = _fitted(amount, kind)
        if name in COSTS and amount is not None and amount.type() != kind:
            too_long = amount.notnull() & values[name].isnull()
            marks = marks | too_long.ifelse(ibis.literal(TOO_LONG), ibis.literal(0, "int64"))
    values["tags"] = _tags(layout, rows)
    values |= days_as_written(layout, rows)
    values["failed"] = marks
    return values


def _tags(layout: Layout, rows: ir.Table) -> ir.StringValue:
    begin = layout.tag_columns
    columns = {name.removeprefix(begin): rows[name] for name in tag_columns(layout, rows.columns)}
    given, of_columns = text_of(rows, layout.columns.get("tags")), tags_of_columns(columns)
    if given is None:
        return ibis.null("string") if of_columns is None else of_columns
    return clean_tags(given, layout.tag_keys_begin)


def _fitted(value: ir.DecimalValue | None, kind: dt.Decimal) -> ir.DecimalValue:
    if value is None:
        return ibis.null(kind)
    return value if value.type() == kind else ops.TryCast(value, to=kind).to_expr()


def _completed(rows: ir.Table) -> dict[str, ir.Value]:
    """Fill in what is worked out of other columns."""
    named, frequency = rows.provider_name, rows.charge_frequency
    short = named.cases(*SHORT_NAMES.items(), else_=named)
    return {
        "provider": ibis.coalesce(rows.provider, short),
        "account_id": ibis.coalesce(rows.sub_account_id, rows.billing_account_id),
        "billing_account_id": ibis.coalesce(rows.billing_account_id, rows.sub_account_id),
        "charge_frequency": frequency.cases(*_FREQUENCIES.items(), else_=frequency),
        "service_name": rows.service_name.fill_null(NO_SERVICE),
        "service_category": _service_category(rows),
        **{name: rows[name].fill_null(rows.billed_cost) for name in COSTS[1:]},
    }


def _service_category(rows: ir.Table) -> ir.StringValue:
    """Give the category in FOCUS's spelling; by the service's name where there is none."""
    given, service = rows.service_category, rows.service_name.lower()
    spellings = {**{name: name for name in SERVICE_CATEGORIES}, **CATEGORY_SPELLINGS}
    spelled = given.cases(*spellings.items(), else_=ibis.null("string"))
    return ibis.coalesce(spelled, category_of(service))
