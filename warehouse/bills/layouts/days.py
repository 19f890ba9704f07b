"""The days of a line: on which bill it is, and when what it charges for was used."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.bills.layouts.evaluation import columns_of
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.reading import as_date, as_day, begins_a_day, iso_day
from warehouse.bills.layouts.sources import Dates

_CORRECTION = "Correction"


def days_as_written(layout: Layout, rows: ir.Table) -> dict[str, ir.Value]:
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


def days_of_lines(layout: Layout, rows: ir.Table) -> dict[str, ir.Value]:
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
