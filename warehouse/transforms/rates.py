"""Exchange rates: US dollars per unit of a currency, by month."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import as_decimal, number
from warehouse.transforms.joining import add_columns

DOLLAR = "USD"


def rate_of(rows: ir.Table, rates: ir.Table) -> ir.Table:
    """Add ``usd_per_unit`` for the ``currency`` and ``month`` of each row; null without a rate.

    The dollar's own rate is 1 whatever the records say.
    """
    joined = add_columns(rows, rates, "currency", "month")
    rate = ibis.ifelse(joined.currency == DOLLAR, number("1"), joined.usd_per_unit)
    return joined.mutate(usd_per_unit=as_decimal(rate, 28, 12))
