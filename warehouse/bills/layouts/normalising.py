"""Bring the rows of a file to lines, by the table of rules of its layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

import ibis
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir

from warehouse.bills.columns import (
    CHARGE_CATEGORIES,
    COSTS,
    LINE_COLUMNS,
    SERVICE_CATEGORIES,
    Form,
)
from warehouse.bills.layouts.evaluation import (
    NUMBER,
    amount_of,
    amounts_of,
    columns_of,
    text_of,
)
from warehouse.bills.layouts.reading import (
    NARROW,
    RARE_NULL_MARKS,
    WIDE,
    as_amount,
    as_date,
    as_day,
    as_text,
    begins_a_day,
    clean_tags,
    iso_day,
    tags_of_columns,
    text_inside,
    without_marks,
)
from warehouse.bills.layouts.rules import BIT, TOO_LONG
from warehouse.bills.layouts.service_lookup import category_of
from warehouse.bills.layouts.sources import Dates
from warehouse.bills.providers import SHORT_NAMES
from warehouse.bills.service_categories import CATEGORY_SPELLINGS

if TYPE_CHECKING:
    from warehouse.bills.layouts.layout import Layout

PASSED_ON = ("charge_key",)
"""Columns beside those of the file that come through as they are, where they are there."""
NO_SERVICE = "Not stated"
"""The service of a line that names none, a tax for example."""

_TEXTS = tuple(column.name for column in LINE_COLUMNS if column.form is Form.TEXT)
_AMOUNTS = tuple(column.name for column in LINE_COLUMNS if column.form is Form.AMOUNT)
_QUANTITIES = tuple(name for name in _AMOUNTS if name not in COSTS)
_DERIVED = ("provider", "account_id", "service_category")
_FREQUENCIES = {"Usage-based": "Usage-Based", "One-time": "One-Time"}
_CORRECTION = "Correction"
ENTRY_PARTS = ("id", "name", "type", "amount")
"""What is taken of a credit within a row."""
_ITSELF = "the row itself"
ENTRY_PARTS = ("id", "name", "type", "amount")
"""What is taken of a credit within a row."""
_ITSELF = "the row itself"


def normalised(layout: Layout, raw: ir.Table, *, wide: bool) -> ir.Table:
    """Return the lines of a file; see Layout.normalise.

    In steps, each of which names the columns of the one before: the statement stays short, and
    the engine reads each text once.
    """
    read = _with_entries(layout, _read(layout, raw))
    counted = _with_numbers(layout, read, wide=wide)
    valued = counted.select(**_values(layout, counted, wide=wide))
    lines = valued.mutate(**_completed(valued)).mutate(**_dated(layout, valued))
    judged = lines.mutate(failed=_failed(layout, lines))
    kept = [column.name for column in LINE_COLUMNS if column.name != "source_id"]
    kept += [name for name in PASSED_ON if name in raw.columns]
    return judged.select(*kept, "failed")


def _read(layout: Layout, raw: ir.Table) -> ir.Table:
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
    wanted += [layout.entries, *_tag_columns(layout, spelled)]
    return flat.select(
        source_row=flat.source_row.cast("int32"),
        **{name: flat[name] for name in PASSED_ON if name in flat.columns},
        **{
            name: without_marks(flat[spelled[name]])
            for name in dict.fromkeys(wanted)
            if name in spelled
        },
    )


def _tag_columns(layout: Layout, names: Iterable[str]) -> list[str]:
    begin = layout.tag_columns
    return [name for name in names if begin and name.startswith(begin)]


def _with_entries(layout: Layout, read: ir.Table) -> ir.Table:
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


def _with_numbers(layout: Layout, read: ir.Table, *, wide: bool) -> ir.Table:
    """Read each column that an amount is made of once: of costs narrow, of others any length."""
    costs = _amounts_within(layout, COSTS, read)
    others = [name for name in _amounts_within(layout, _QUANTITIES, read) if name not in costs]
    return read.mutate(
        **{NUMBER.format(name): as_amount(read[name], wide=wide) for name in costs},
        **{NUMBER.format(name): as_amount(read[name], wide=True) for name in others},
    )


def _amounts_within(layout: Layout, columns: Iterable[str], read: ir.Table) -> list[str]:
    named = (name for column in columns for name in amounts_of(layout.columns.get(column)))
    return [name for name in dict.fromkeys(named) if name in read.columns]


def _values(layout: Layout, rows: ir.Table, *, wide: bool) -> dict[str, ir.Value]:
    """Work out what the layout says, and which costs can't be read."""
    values: dict[str, ir.Value] = {"source_row": rows.source_row}
    values |= {name: rows[name] for name in PASSED_ON if name in rows.columns}
    for name in _TEXTS:
        text = text_of(rows, layout.columns.get(name))
        values[name] = ibis.null("string") if text is None else text
    for name in _AMOUNTS:
        kind = WIDE if wide or name in _QUANTITIES else NARROW
        values[name] = _fitted(amount_of(rows, layout.columns.get(name)), kind)
    values["tags"] = _tags(layout, rows)
    values |= _days(layout, rows)
    values["failed"] = _unread(layout, rows)
    return values


def _tags(layout: Layout, rows: ir.Table) -> ir.StringValue:
    begin = layout.tag_columns
    columns = {name.removeprefix(begin): rows[name] for name in _tag_columns(layout, rows.columns)}
    given, of_columns = text_of(rows, layout.columns.get("tags")), tags_of_columns(columns)
    if given is None:
        return ibis.null("string") if of_columns is None else of_columns
    return clean_tags(given, layout.tag_keys_begin)


def _fitted(value: ir.DecimalValue | None, kind: dt.Decimal) -> ir.DecimalValue:
    if value is None:
        return ibis.null(kind)
    return value if value.type() == kind else ops.TryCast(value, to=kind).to_expr()


def _days(layout: Layout, rows: ir.Table) -> dict[str, ir.Value]:
    """Give the days as they are written out, and those of the charge read.

    The period's own days are read later, and only in rows where the writing doesn't tell enough.
    """
    written = _written(rows, _present(layout, rows, "charge_day"), layout.dates)
    starts, ends = (
        _present(layout, rows, name) for name in ("billing_month", "billing_period_end")
    )
    periods = layout.months or layout.dates
    values: dict[str, ir.Value] = {
        "charge_day_text": written,
        "charge_day_date": as_day(written),
        # Where no column of the file says on which bill it is, it is on that of its month.
        "billing_month_text": _written(rows, starts, periods) if starts else written,
        "billing_period_end_text": _written(rows, ends, periods),
    }
    values["charge_end_day"] = _end_day(layout, rows)
    return values


def _written(rows: ir.Table, columns: list[str], dates: Dates) -> ir.StringValue:
    if not columns:
        return ibis.null("string")
    return ibis.coalesce(*(iso_day(rows[each], dates) for each in columns))


def _end_day(layout: Layout, rows: ir.Table) -> ir.DateValue:
    """Give the day after the charge ended: of an instant within a day the next one."""
    columns = _present(layout, rows, "charge_end_day")
    if not columns:
        return ibis.null("date")
    day = as_day(ibis.coalesce(*(iso_day(rows[each], layout.dates) for each in columns)))
    is_whole = ibis.coalesce(*(begins_a_day(rows[each]) for each in columns))
    return is_whole.ifelse(day, _later(day, days=1))


def _present(layout: Layout, rows: ir.Table, name: str) -> list[str]:
    return [each for each in columns_of(layout.columns.get(name)) if each in rows.columns]


def _unread(layout: Layout, rows: ir.Table) -> ir.IntegerValue:
    """Mark the rows with a cost that can't be read, or not into 64 bits.

    All costs are looked at together first: hardly any row has one.
    """
    names = _amounts_within(layout, COSTS, rows)
    nothing = ibis.literal(0, "int64")
    if not names:
        return nothing
    unread = [rows[name].notnull() & rows[NUMBER.format(name)].isnull() for name in names]
    marks = nothing
    for name, is_unread in zip(names, unread, strict=True):
        is_sound = as_amount(rows[name], wide=True).notnull()
        is_blank = as_text(rows[name]).cases(
            *((mark, True) for mark in RARE_NULL_MARKS), else_=False
        )
        mark = ibis.cases(
            (is_sound, ibis.literal(TOO_LONG, "int64")),
            (is_blank, nothing),
            else_=ibis.literal(BIT["cost_can_be_read"], "int64"),
        )
        marks = marks | is_unread.ifelse(mark, nothing)
    return reduce(or_, unread).ifelse(marks, nothing)


def _dated(layout: Layout, rows: ir.Table) -> dict[str, ir.Value]:
    """Give the month of the bill and the day of the charge, of a correction within that month."""
    day, written, first = rows.charge_day_date, rows.charge_day_text, rows.billing_month_text
    start, month = as_day(first), first.substr(0, 7)
    # Compared as written, which is quick and enough for nearly all rows.
    is_within = (written.substr(0, 7) == month) & (written >= first)
    is_within = (day.notnull() & is_within).fill_null(False)
    last = _last_day(layout, rows, start)
    clipped = ibis.cases((day < start, start), (day > last, last), else_=day)
    is_correction = (rows.charge_class == _CORRECTION).fill_null(False)
    is_outside = ~is_correction & ((day < _later(start, days=-1)) | (day > last))
    return {
        "billing_month": (is_within | start.notnull()).ifelse(month, ibis.null("string")),
        "charge_day": is_correction.ifelse(clipped, day),
        "is_outside": is_within.ifelse(ibis.literal(False), is_outside.fill_null(False)),
    }


def _last_day(layout: Layout, rows: ir.Table, start: ir.DateValue) -> ir.DateValue:
    """Give the last day of the period; where the export doesn't tell, of the month."""
    end = as_day(rows.billing_period_end_text)
    if not layout.period_ends_within:
        end = _later(end, days=-1)
    month_after = as_date(start + ibis.interval(months=1))
    return ibis.coalesce(end, _later(month_after, days=-1))


def _later(day: ir.DateValue, days: int) -> ir.DateValue:
    moved = day + ibis.interval(days=days) if days > 0 else day - ibis.interval(days=-days)
    return as_date(moved)


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


def _failed(layout: Layout, rows: ir.Table) -> ir.IntegerValue:
    """Add the marks of the other rules; a row that is surely sound isn't looked at twice."""
    is_code = (rows.billing_currency.length() == 3).fill_null(False)
    is_category = rows.charge_category.cases(
        *((name, True) for name in CHARGE_CATEGORIES), else_=False
    )
    is_unread = rows.failed != 0
    outside = ibis.literal(False) if layout.other_periods else rows.is_outside
    fails: Mapping[str, ir.BooleanValue] = {
        "billed_cost_is_given": rows.billed_cost.isnull() & ~is_unread,
        "billing_period_can_be_read": rows.billing_month.isnull(),
        "charge_day_can_be_read": rows.charge_day.isnull(),
        "charge_day_is_in_billing_period": outside,
        "charge_category_is_known": ~is_category,
        "account_is_given": rows.account_id.isnull(),
        "currency_is_a_code": ~is_code,
        "provider_is_given": rows.provider.isnull(),
    }
    given = ("billed_cost", "billing_month", "charge_day", "account_id", "provider")
    is_sound = reduce(and_, (rows[name].notnull() for name in given))
    is_sound = is_sound & is_code & is_category & ~outside
    nothing = ibis.literal(0, "int64")
    marks = [
        fails_it.ifelse(ibis.literal(BIT[name], "int64"), nothing)
        for name, fails_it in fails.items()
    ]
    return rows.failed | is_sound.ifelse(nothing, reduce(or_, marks))
