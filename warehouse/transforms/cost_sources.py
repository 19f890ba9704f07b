"""Which source an agency's month takes its cost from: its bills, or its own summary.

Bills say more and are right to the line, but only if they are all there. An agency whose bills of
one provider have arrived and those of another haven't must not seem to have saved the difference;
nor must a month that is still going on, or one in a currency without a rate.
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import add_quotients, as_decimal, number, total
from warehouse.transforms.joining import add_columns
from warehouse.transforms.months import month_index

BILL, SUMMARY, NEITHER = "bill", "summary", "none"
"""What the cost of an agency's month is taken from."""

_KEY = ("agency_id", "month")
_MOST_TIMES = 1000


def build_fact_bill_reconciliation(
    charges: ir.Table, summed: ir.Table, agencies: ir.Table, thresholds: ir.Table
) -> ir.Table:
    """Build fact_bill_reconciliation: bills beside summaries, and which of them counts.

    ``summed`` has the agency's own cost by agency and month. Of a month with charges in a currency
    without a rate nothing is known in dollars.
    """
    borne = charges.semi_join(agencies, "agency_id")
    billed = _billed(borne)
    keys = summed.select(*_KEY).union(billed.select(*_KEY), distinct=True)
    rows = add_columns(keys, summed.select(*_KEY, summary_usd="cost_usd"), *_KEY)
    rows = add_columns(add_columns(rows, billed, *_KEY), _whole_months(borne), *_KEY)
    rows = add_columns(rows, thresholds.select("month", "bill_coverage_ratio"), "month")
    has_both = rows.summary_usd.notnull() & rows.effective_usd.notnull()
    nothing = ibis.null(rows.summary_usd.type())
    rows = rows.mutate(
        compared_usd=ibis.ifelse(has_both, rows.summary_usd, nothing),
        difference_usd=as_decimal(rows.effective_usd - rows.summary_usd),
        compared_count=has_both.cast("int32"),
    )
    # Of a summary of nothing, or of less, bills can't cover a part; of next to nothing they cover
    # it so many times that the number says no more.
    is_said = (rows.compared_usd > 0) & (
        rows.effective_usd.abs() <= rows.compared_usd * number(str(_MOST_TIMES))
    )
    whole = ibis.ifelse(is_said, rows.compared_usd, nothing)
    return _chosen(add_quotients(rows, coverage_ratio=(rows.effective_usd, whole)))


def taken_from_bills(charges: ir.Table, reconciled: ir.Table) -> ir.Table:
    """Keep the charges of agencies and months whose cost is taken from bills."""
    return charges.semi_join(reconciled.filter(reconciled.source == BILL), list(_KEY))


def _billed(borne: ir.Table) -> ir.Table:
    billed = borne.group_by(*_KEY).aggregate(
        known_billed=total(borne.billed_cost_usd),
        known_effective=total(borne.effective_cost_usd),
        is_rated=borne.billed_cost_usd.notnull().all(),
    )
    nothing = ibis.null("decimal(28, 6)")
    return billed.select(
        *_KEY,
        is_rated=billed.is_rated,
        billed_usd=ibis.ifelse(billed.is_rated, billed.known_billed, nothing),
        effective_usd=ibis.ifelse(billed.is_rated, billed.known_effective, nothing),
    )


def _whole_months(borne: ir.Table) -> ir.Table:
    """Tell of each agency's month whether its bills reach it from end to end.

    As with the days of bills: months that follow one another make a stretch, and at its ends a
    month is whole only if a charge reaches its first or last day. Parts of what others are billed
    count only where an agency has nothing else: they go on whether its own bill is there or not.
    """
    is_own = borne.attribution != "allocated"
    days = borne.group_by(*_KEY, is_own=is_own).aggregate(
        first=borne.day.min(), last=borne.day.max()
    )
    days = days.mutate(index=month_index(days.month))
    by_time = ibis.window(group_by=[days.agency_id, days.is_own], order_by=days["index"])
    start = (days.month + "-01").cast("date")
    follows = (days["index"].lag().over(by_time) == days["index"] - 1).fill_null(False)
    goes_on = (days["index"].lead().over(by_time) == days["index"] + 1).fill_null(False)
    is_whole = ((days["first"] <= start) | follows) & (
        (days["last"] >= start + ibis.interval(months=1) - ibis.interval(days=1)) | goes_on
    )
    own_first = ibis.row_number().over(
        group_by=[days.agency_id, days.month], order_by=days.is_own.desc()
    )
    ranked = days.select(*_KEY, is_whole=is_whole, place=own_first)
    return ranked.filter(ranked.place == 0).drop("place")


def _chosen(rows: ir.Table) -> ir.Table:
    least = rows.compared_usd * as_decimal(rows.bill_coverage_ratio, 18)
    covers = rows.effective_usd >= least
    is_short = (rows.compared_usd > 0) & ~covers
    reason = ibis.cases(
        (rows.is_rated.isnull(), "no_bill"),
        (~rows.is_rated, "no_rate"),
        (~rows.is_whole, "part_of_month"),
        (is_short.fill_null(False), "covers_too_little"),
        else_="",
    )
    rows = rows.mutate(reason=reason)
    source = ibis.cases(
        (rows.reason == "", BILL), (rows.summary_usd.notnull(), SUMMARY), else_=NEITHER
    )
    return rows.mutate(source=source).drop("is_rated", "is_whole", "bill_coverage_ratio")
