"""Mark the rows of a bill that don't meet a rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

import ibis
from ibis.expr import types as ir

from warehouse.bills.columns import CHARGE_CATEGORIES, COSTS
from warehouse.bills.layouts.amounts import amounts_within
from warehouse.bills.layouts.evaluation import NUMBER
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.reading import RARE_NULL_MARKS, as_amount, as_text
from warehouse.bills.layouts.rules import BIT, TOO_LONG


def mark_unread(layout: Layout, rows: ir.Table) -> ir.IntegerValue:
    """Mark the rows with a cost that can't be read, or not into 64 bits.

    All costs are looked at together first: hardly any row has one.
    """
    names = amounts_within(layout, COSTS, rows)
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


def mark_failed(layout: Layout, rows: ir.Table) -> ir.IntegerValue:
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
