from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from warehouse.transforms.exact import (
    add_products,
    add_quotients,
    count_where,
    rounded,
    total,
    total_or_zero,
)

_UNIT = Decimal("0.000001")
_ON_ONE_ENGINE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=12)
_DIVISORS = st.decimals(min_value="0.001", max_value=10**9, places=12) | st.decimals(
    min_value=-(10**9), max_value="-0.001", places=12
)


_SHORT_AMOUNTS = st.decimals(min_value=-(10**11), max_value=10**11, places=6)
_SHORT_DIVISORS = st.decimals(min_value="0.000001", max_value=10**6, places=6)


def _computed(
    con: Backend,
    pairs: Sequence[tuple[Any, Any]],
    formula: Callable[[ir.Table], ir.Table],
    kind: str = "decimal(28, 12)",
) -> list[Any]:
    con.raw_sql(f"create or replace table pairs (place integer, a {kind}, b {kind})")
    con.con.executemany(
        "insert into pairs values (?, ?, ?)", [(i, *pair) for i, pair in enumerate(pairs)]
    )
    answers = formula(con.table("pairs")).select("place", "answer").order_by("place")
    return [row["answer"] for row in con.to_pyarrow(answers).to_pylist()]


def _rounding(table: ir.Table) -> ir.Table:
    return table.mutate(answer=rounded(table.a))


def _quotient(table: ir.Table) -> ir.Table:
    return add_quotients(table, answer=(table.a, table.b))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.0000005", "0.000000"),
        ("0.0000015", "0.000002"),
        ("0.0000025", "0.000002"),
        ("-0.0000015", "-0.000002"),
        ("-0.0000025", "-0.000002"),
        ("0.000002500001", "0.000003"),
        ("1234567890123.1234565", "1234567890123.123456"),
    ],
)
def test_a_half_is_rounded_to_the_even_neighbour(con: Backend, value: str, expected: str) -> None:
    found = _computed(con, [(Decimal(value), None)], _rounding)

    assert found == [Decimal(expected)]


def test_a_quotient_that_ends_in_a_half_is_rounded_to_the_even_neighbour(con: Backend) -> None:
    pairs = [("0.000005", 2), ("0.000007", 2), ("-0.000005", 2), ("0.000007", -2)]
    found = _computed(con, [(Decimal(a), b) for a, b in pairs], _quotient)

    assert found == [Decimal(n) for n in ("0.000002", "0.000004", "-0.000002", "-0.000004")]


def test_a_quotient_too_long_for_floating_point_is_exact(con: Backend) -> None:
    found = _computed(con, [(Decimal("9007199254740993"), Decimal(1))], _quotient)

    assert found == [Decimal("9007199254740993.000000")]


def test_nothing_is_divided_by_zero_or_by_the_unknown(con: Backend) -> None:
    assert _computed(con, [(1, 0), (1, None), (None, 1)], _quotient) == [None, None, None]


def test_a_third_of_a_cent_is_cut_at_the_place_asked_for(con: Backend) -> None:
    found = _computed(
        con, [(Decimal("0.01"), 3)], lambda t: add_quotients(t, 12, answer=(t.a, t.b))
    )

    assert found == [Decimal("0.003333333333")]


@_ON_ONE_ENGINE
@given(pairs=st.lists(st.tuples(_AMOUNTS, _DIVISORS), min_size=20, max_size=40))
def test_every_rounding_and_quotient_is_that_of_a_ledger(
    con: Backend, pairs: list[tuple[Decimal, Decimal]]
) -> None:
    with localcontext() as context:
        context.prec = 80
        quotients = [(a / b).quantize(_UNIT, ROUND_HALF_EVEN) for a, b in pairs]
        roundings = [a.quantize(_UNIT, ROUND_HALF_EVEN) for a, _ in pairs]

    assert _computed(con, pairs, _quotient) == quotients
    assert _computed(con, pairs, _rounding) == roundings


@_ON_ONE_ENGINE
@given(pairs=st.lists(st.tuples(_SHORT_AMOUNTS, _SHORT_DIVISORS), min_size=20, max_size=40))
def test_short_amounts_divide_and_multiply_as_in_a_ledger(
    con: Backend, pairs: list[tuple[Decimal, Decimal]]
) -> None:
    with localcontext() as context:
        context.prec = 80
        quotients = [(a / b).quantize(_UNIT, ROUND_HALF_EVEN) for a, b in pairs]
        cents = [(a * b).quantize(Decimal("0.01"), ROUND_HALF_EVEN) for a, b in pairs]

    assert _computed(con, pairs, _quotient, "decimal(18, 6)") == quotients
    assert (
        _computed(con, pairs, lambda t: add_products(t, 2, answer=(t.a, t.b)), "decimal(18, 6)")
        == cents
    )


@_ON_ONE_ENGINE
@given(values=st.lists(st.integers(-(10**14), 10**14), min_size=20, max_size=40))
def test_every_half_goes_to_the_even_neighbour(con: Backend, values: list[int]) -> None:
    halves = [(Decimal(2 * value + 1) * _UNIT / 2, None) for value in values]

    found = _computed(con, halves, _rounding)

    assert found == [half.quantize(_UNIT, ROUND_HALF_EVEN) for half, _ in halves]


def test_a_product_is_rounded_once(con: Backend) -> None:
    found = _computed(
        con,
        [(Decimal("0.147058823529"), Decimal("1234.56"))],
        lambda t: add_products(t, answer=(t.a, t.b)),
    )

    assert found == [Decimal("181.552941")]


def test_a_sum_of_nothing_is_unknown_unless_zero_was_asked_for(con: Backend) -> None:
    con.raw_sql("create table empty_pairs (a decimal(28, 12), is_hit boolean)")
    table = con.table("empty_pairs")
    sums = table.aggregate(
        unknown=total(table.a), nothing=total_or_zero(table.a), hits=count_where(table.is_hit)
    )

    assert con.to_pyarrow(sums).to_pylist() == [
        {"unknown": None, "nothing": Decimal("0.000000"), "hits": 0}
    ]
