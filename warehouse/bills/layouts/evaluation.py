"""Work a source out over the rows of a file: as a text or as an exact amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import add, and_
from typing import TypeVar

import ibis
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir

from warehouse.bills.layouts.reading import WIDE, as_text, text_inside
from warehouse.bills.layouts.sources import (
    Always,
    By,
    Either,
    First,
    Inside,
    NotZero,
    Product,
    Source,
    Starting,
    Sum,
    Where,
)

NUMBER = "number of {}"
"""Name of the column that holds the amount read from a text."""

_PRICE, _QUANTITY = dt.Decimal(18, 10), dt.Decimal(18, 8)
"""Narrow enough for both engines to hold the product exactly."""

_Value = TypeVar("_Value", bound=ir.Value)


def columns_of(source: Source | None) -> Iterator[str]:
    """Name the columns that a source looks at."""
    match source:
        case First(columns):
            yield from columns
        case Inside(column, _):
            yield column
        case Either(sources):
            for one in sources:
                yield from columns_of(one)
        case By(inner, table, otherwise):
            yield from columns_of(inner)
            for value in (*table.values(), otherwise):
                yield from columns_of(value)
        case Starting(inner, _) | NotZero(inner):
            yield from columns_of(inner)
        case Where(filled, then, otherwise):
            yield from filled
            yield from columns_of(then)
            yield from columns_of(otherwise)
        case Sum(plus, minus):
            for one in (*plus, *minus):
                yield from columns_of(one)
        case Product(price, quantity):
            yield from columns_of(price)
            yield from columns_of(quantity)


def amounts_of(source: Source | None) -> Iterator[str]:
    """Name the columns whose amount a source takes, and not only their text."""
    match source:
        case First(columns):
            yield from columns
        case Either(sources):
            for one in sources:
                yield from amounts_of(one)
        case By(_, table, otherwise):
            for value in (*table.values(), otherwise):
                yield from amounts_of(value)
        case Where(_, then, otherwise):
            yield from amounts_of(then)
            yield from amounts_of(otherwise)
        case Sum() | Product() | NotZero():
            yield from columns_of(source)


def text_of(rows: ir.Table, source: Source | None) -> ir.StringValue | None:
    """Work out a text; None where the file has none of the columns."""
    match source:
        case First(columns):
            return _first([as_text(rows[name]) for name in columns if name in rows.columns])
        case Always(value):
            return ibis.literal(value)
        case Inside(column, key):
            return text_inside(as_text(rows[column]), key) if column in rows.columns else None
        case Starting(inner, table):
            return _starting(text_of(rows, inner), table)
    return _chosen(rows, source, text_of)


def amount_of(rows: ir.Table, source: Source | None) -> ir.DecimalValue | None:
    """Work out an amount of whatever width; None where the file has none of the columns."""
    match source:
        case First(columns):
            names = [NUMBER.format(name) for name in columns]
            return _first([rows[name] for name in names if name in rows.columns])
        case Always(value):
            return _cast(ibis.literal(value), WIDE)
        case Sum(plus, minus):
            return _sum(rows, plus, minus)
        case NotZero(inner):
            amount = amount_of(rows, inner)
            return None if amount is None else amount.nullif(_cast(ibis.literal(0), WIDE))
        case Product(price, quantity):
            return _product(amount_of(rows, price), amount_of(rows, quantity))
    return _chosen(rows, source, amount_of)


def _chosen(
    rows: ir.Table,
    source: Source | None,
    work_out: Callable[[ir.Table, Source | None], _Value | None],
) -> _Value | None:
    match source:
        case Either(sources):
            values = [work_out(rows, one) for one in sources]
            return _first([value for value in values if value is not None])
        case By(inner, table, otherwise):
            key = text_of(rows, inner)
            if key is None:
                return work_out(rows, otherwise)
            return _by(key, _valued(table, rows, work_out), work_out(rows, otherwise))
        case Where(filled, then, otherwise):
            if not set(filled) <= set(rows.columns):
                return work_out(rows, otherwise)
            holds = reduce(and_, (rows[name].notnull() for name in filled))
            return _if_else(holds, work_out(rows, then), work_out(rows, otherwise))
    return None


def _valued(
    table: Mapping[str, Source],
    rows: ir.Table,
    work_out: Callable[[ir.Table, Source | None], _Value | None],
) -> list[tuple[list[str], _Value | None]]:
    """Work out each value of a table once, with all the keys that it stands for."""
    named: list[tuple[Source, list[str]]] = []
    for key, source in table.items():
        same = next((keys for known, keys in named if known == source), None)
        if same is None:
            named.append((source, [key]))
        else:
            same.append(key)
    return [(keys, work_out(rows, source)) for source, keys in named]


def _by(
    key: ir.StringValue,
    choices: list[tuple[list[str], _Value | None]],
    otherwise: _Value | None,
) -> _Value | None:
    known = [value for _, value in choices if value is not None]
    if not known:
        return otherwise
    nothing = ibis.null(known[0].type())
    branches = [
        (
            key.isin(names) if len(names) > 1 else key == names[0],
            nothing if value is None else value,
        )
        for names, value in choices
    ]
    chosen: _Value = ibis.cases(*branches, else_=nothing if otherwise is None else otherwise)
    return chosen


def _if_else(
    holds: ir.BooleanValue, then: _Value | None, otherwise: _Value | None
) -> _Value | None:
    if then is None and otherwise is None:
        return None
    kind = (otherwise if then is None else then).type()  # type: ignore[union-attr]  # one is there
    chosen: _Value = holds.ifelse(
        ibis.null(kind) if then is None else then,
        ibis.null(kind) if otherwise is None else otherwise,
    )
    return chosen


def _first(values: list[_Value]) -> _Value | None:
    if not values:
        return None
    first: _Value = values[0] if len(values) == 1 else ibis.coalesce(*values)
    return first


def _starting(
    text: ir.StringValue | None, table: tuple[tuple[str, str], ...]
) -> ir.StringValue | None:
    if text is None:
        return None
    branches = [(text.startswith(begins), ibis.literal(value)) for begins, value in table]
    return ibis.cases(*branches, else_=ibis.null("string"))


def _sum(
    rows: ir.Table, plus: tuple[Source, ...], minus: tuple[Source, ...]
) -> ir.DecimalValue | None:
    added = [value for value in (amount_of(rows, one) for one in plus) if value is not None]
    taken = [value for value in (amount_of(rows, one) for one in minus) if value is not None]
    parts = [*added, *taken]
    if not parts:
        return None
    zero = _cast(ibis.literal(0), WIDE)
    terms = [_cast(value, WIDE).fill_null(zero) for value in added]
    terms += [_cast(-value, WIDE).fill_null(zero) for value in taken]
    is_there = ibis.coalesce(*(_cast(value, WIDE) for value in parts)).notnull()
    return is_there.ifelse(_cast(reduce(add, terms), WIDE), ibis.null(WIDE))


def _product(
    price: ir.DecimalValue | None, quantity: ir.DecimalValue | None
) -> ir.DecimalValue | None:
    if price is None or quantity is None:
        return None
    narrow_price = ops.TryCast(price, to=_PRICE).to_expr()
    narrow_quantity = ops.TryCast(quantity, to=_QUANTITY).to_expr()
    return ops.TryCast(narrow_price * narrow_quantity, to=WIDE).to_expr()


def _cast(value: ir.Value, kind: dt.Decimal) -> ir.DecimalValue:
    return ops.Cast(value, to=kind).to_expr()
