"""Which currency the bills of an answer are in: one for all of it, or one for each agency."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from warehouse.answering.evaluation import MIXED_CURRENCIES, Context, Figures
from warehouse.answering.frames import read
from warehouse.answering.planner import Need, choose
from warehouse.scope import Scope

_ENDS = ("currency_high", "currency_low")
_APART = frozenset({"agency", "currency"})
"""Dimensions that say of a row which currency it is in."""


def read_billed_currencies(
    connection: Connection, context: Context, scope: Scope
) -> Mapping[int, str]:
    """Give the billing currency by agency where rows are agencies', else the one of all as 0.

    Where there are several none is given.
    """
    keys = ("agency",) if "agency" in context.by else ()
    need = Need(
        family="charge",
        components=frozenset(_ENDS),
        keys=keys,
        filters=context.filters,
        spans=(context.period,),
        hidden=(),
        year=context.question.year,
    )
    source = choose(need, is_limited=not scope.is_government)
    if source is None:
        return {}
    frame = read(connection, need, source, _ENDS, scope.agencies)
    ends = zip(frame.columns["currency_low"], frame.columns["currency_high"], strict=True)
    return {
        int(key[0]) if keys else 0: str(low)
        for key, (low, high) in zip(frame.keys, ends, strict=True)
        if low is not None and low == high
    }


def is_mixed(context: Context, currencies: Mapping[int, str]) -> bool:
    """Tell whether rows are in several currencies and don't say which each is in."""
    return not currencies and not _APART & {*context.by}


def without_amounts(figures: Figures) -> Figures:
    """Say of all figures that their currencies aren't added."""
    return Figures(dict.fromkeys(figures.values), {MIXED_CURRENCIES: None})
