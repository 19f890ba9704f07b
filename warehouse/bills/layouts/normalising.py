"""Bring the rows of a file to lines, by the table of rules of its layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    WIDE,
    as_amount,
    as_day,
    begins_a_day,
    clean_tags,
    iso_day,
    without_marks,
)
from warehouse.bills.layouts.rules import BIT, TOO_LONG
from warehouse.bills.providers import SHORT_NAMES
from warehouse.bills.service_categories import CATEGORY_OF_SERVICE, CATEGORY_SPELLINGS, OTHER

if TYPE_CHECKING:
    from warehouse.bills.layouts.layout import Layout

NO_SERVICE = "Not stated"
"""The service of a line that names none, a tax for example."""

_TEXTS = tuple(column.name for column in LINE_COLUMNS if column.form is Form.TEXT)
_AMOUNTS = tuple(column.name for column in LINE_COLUMNS if column.form is Form.AMOUNT)
_QUANTITIES = tuple(name for name in _AMOUNTS if name not in COSTS)
_DERIVED = ("provider", "account_id", "service_category")
_FREQUENCIES = {"Usage-based": "Usage-Based", "One-time": "One-Time"}
_CORRECTION = "Correction"


def normalised(layout: Layout, raw: ir.Table, *, wide: bool) -> ir.Table:
    """Return the lines of a file; see Layout.normalise.

    In steps, each of which names the columns of the one before: the statement stays short, and
    the engine reads each text once.
    """
    spelled = layout.spelled(name for name in raw.columns if name != "source_row")
    wanted = (name for source in layout.columns.values() for name in columns_of(source))
    read = raw.select(
        source_row=raw.source_row.cast("int32"),
        **{
            name: without_marks(raw[spelled[name]])
            for name in dict.fromkeys(wanted)
            if name in spelled
        },
    )
    counted = _with_numbers(layout, read, wide=wide)
    valued = counted.select(**_values(layout, counted, wide=wide))
    dated = valued.mutate(**_periods(layout, valued))
    lines = dated.mutate(**_completed(dated, NARROW if not wide else WIDE))
    kept = [column.name for column in LINE_COLUMNS if column.name != "source_id"]
    return lines.mutate(failed=_failed(layout, lines)).select(*kept, "failed")


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
    for name in _TEXTS:
        text = text_of(rows, layout.columns.get(name))
        values[name] = ibis.null("string") if text is None else text
    for name in _AMOUNTS:
        kind = WIDE if wide or name in _QUANTITIES else NARROW
        values[name] = _fitted(amount_of(rows, layout.columns.get(name)), kind)
    tags = text_of(rows, layout.columns.get("tags"))
    values["tags"] = ibis.null("string") if tags is None else clean_tags(tags)
    for name in ("billing_month", "billing_period_end", "charge_day", "charge_end_day"):
        values |= _day(layout, rows, name)
    values["failed"] = _unread(layout, rows)
    return values


def _fitted(value: ir.DecimalValue | None, kind: dt.Decimal) -> ir.DecimalValue:
    if value is None:
        return ibis.null(kind)
    return value if value.type() == kind else ops.TryCast(value, to=kind).to_expr()


def _day(layout: Layout, rows: ir.Table, name: str) -> dict[str, ir.Value]:
    """Give a day, its text, and whether it is an instant within the day."""
    source = layout.columns.get(name)
    columns = [each for each in columns_of(source) if each in rows.columns]
    if not columns:
        return {f"{name}_text": ibis.null("string"), f"{name}_date": ibis.null("date")}
    texts = [iso_day(rows[each], layout.dates) for each in columns]
    text = texts[0] if len(texts) == 1 else ibis.coalesce(*texts)
    day = as_day(text)
    if name == "charge_end_day":
        part = ibis.coalesce(*(begins_a_day(rows[each]) for each in columns))
        day = part.ifelse(day, day + ibis.interval(days=1)).cast("date")
    return {f"{name}_text": text, f"{name}_date": day}


def _unread(layout: Layout, rows: ir.Table) -> ir.IntegerValue:
    marks = ibis.literal(0, "int64")
    for name in _amounts_within(layout, COSTS, rows):
        is_unread = rows[name].notnull() & rows[NUMBER.format(name)].isnull()
        is_sound = as_amount(rows[name], wide=True).notnull()
        mark = is_sound.ifelse(ibis.literal(TOO_LONG), ibis.literal(BIT["cost_can_be_read"]))
        marks = marks | is_unread.ifelse(mark.cast("int64"), ibis.literal(0, "int64"))
    return marks


def _periods(layout: Layout, rows: ir.Table) -> dict[str, ir.Value]:
    """Set a correction into the period that it is billed in."""
    day, start = rows.charge_day_date, rows.billing_month_date
    if "billing_month" not in layout.columns:
        month, start = rows.charge_day_text.substr(0, 7), day.truncate("M")
    else:
        month = start.isnull().ifelse(ibis.null("string"), rows.billing_month_text.substr(0, 7))
    end = _period_end(layout, rows, start)
    is_before, is_after = day < start, day >= end
    clipped = ibis.cases(
        (is_before, start), (is_after, (end - ibis.interval(days=1)).cast("date")), else_=day
    )
    is_correction = (rows.charge_class == _CORRECTION).fill_null(False)
    late = (day >= (start - ibis.interval(days=1)).cast("date")).fill_null(True)
    return {
        "billing_month": month,
        "charge_day": is_correction.ifelse(clipped, day),
        "charge_end_day": rows.charge_end_day_date,
        "is_outside": ((is_before & ~late) | is_after).fill_null(False) & ~is_correction,
    }


def _period_end(layout: Layout, rows: ir.Table, start: ir.DateValue) -> ir.DateValue:
    """Give the day after the period; where the export doesn't, the month after."""
    end = rows.billing_period_end_date
    if layout.period_ends_within:
        end = (end + ibis.interval(days=1)).cast("date")
    if "billing_period_end" in layout.columns:
        return end
    return (start + ibis.interval(months=1)).cast("date")


def _completed(rows: ir.Table, kind: dt.Decimal) -> dict[str, ir.Value]:
    """Fill in what is worked out of other columns."""
    billed = rows.billed_cost
    named = rows.provider_name
    short = named.cases(*SHORT_NAMES.items(), else_=named)
    frequency = rows.charge_frequency
    return {
        "provider": ibis.coalesce(rows.provider, short),
        "account_id": ibis.coalesce(rows.sub_account_id, rows.billing_account_id),
        "billing_account_id": ibis.coalesce(rows.billing_account_id, rows.sub_account_id),
        "charge_frequency": frequency.cases(*_FREQUENCIES.items(), else_=frequency),
        "service_name": rows.service_name.fill_null(NO_SERVICE),
        "service_category": _service_category(rows),
        **{name: rows[name].fill_null(billed) for name in COSTS if name != "billed_cost"},
    }


def _service_category(rows: ir.Table) -> ir.StringValue:
    given = rows.service_category
    by_category: dict[str, list[str]] = {}
    for service, category in CATEGORY_OF_SERVICE.items():
        by_category.setdefault(category, []).append(service)
    service = rows.service_name.lower()
    of_service = ibis.cases(
        *((service.isin(names), category) for category, names in by_category.items()), else_=OTHER
    )
    spelled = given.cases(*CATEGORY_SPELLINGS.items(), else_=of_service)
    return given.isin(SERVICE_CATEGORIES).ifelse(given, spelled)


def _failed(layout: Layout, rows: ir.Table) -> ir.IntegerValue:
    is_unread = (rows.failed & ibis.literal(BIT["cost_can_be_read"] | TOO_LONG, "int64")) != 0
    fails: Mapping[str, ir.BooleanValue] = {
        "billed_cost_is_given": rows.billed_cost.isnull() & ~is_unread,
        "billing_period_can_be_read": rows.billing_month.isnull(),
        "charge_day_can_be_read": rows.charge_day.isnull(),
        "charge_day_is_in_billing_period": ibis.literal(False)
        if layout.other_periods
        else rows.is_outside,
        "charge_category_is_known": ~rows.charge_category.isin(CHARGE_CATEGORIES).fill_null(False),
        "account_is_given": rows.account_id.isnull(),
        "currency_is_a_code": (rows.billing_currency.length() != 3).fill_null(True),
        "provider_is_given": rows.provider.isnull(),
    }
    marks = rows.failed
    for name, fails_it in fails.items():
        marks = marks | fails_it.ifelse(ibis.literal(BIT[name], "int64"), ibis.literal(0, "int64"))
    return marks
