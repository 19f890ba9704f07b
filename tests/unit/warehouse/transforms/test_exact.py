from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend

from warehouse.transforms.exact import count_where, product, ratio, rounded, total, total_or_zero

_UNIT = Decimal("0.000001")
_ON_ONE_ENGINE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=12)
_DIVISORS = st.decimals(min_value="0.001", max_value=10**9, places=12) | st.decimals(
    min_value=-(10**9), max_value="-0.001", places=12
)


def _computed(
    con: Backend, pairs: Sequence[tuple[Any, Any]], formula: Callable[[Any, Any], Any]
) -> list[Any]:
    con.raw_sql(
        "create or replace table pairs (place integer, a decimal(28, 12), b decimal(28, 12))"
    )
    con.con.executemany(
        "insert into pairs values (?, ?, ?)", [(i, *pair) for i, pair in enumerate(pairs)]
    )
    table = con.table("pairs")
    answers = table.select("place", answer=formula(table.a, table.b)).order_by("place")
    return [row["answer"] for row in con.to_pyarrow(answers).to_pylist()]


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
    found = _computed(con, [(Decimal(value), None)], lambda a, _: rounded(a))

    assert found == [Decimal(expected)]


def test_a_quotient_that_ends_in_a_half_is_rounded_to_the_even_neighbour(con: Backend) -> None:
    pairs = [("0.000005", 2), ("0.000007", 2), ("-0.000005", 2), ("0.000007", -2)]
    found = _computed(con, [(Decimal(a), b) for a, b in pairs], ratio)

    assert found == [Decimal(n) for n in ("0.000002", "0.000004", "-0.000002", "-0.000004")]


def test_a_quotient_too_long_for_floating_point_is_exact(con: Backend) -> None:
    found = _computed(con, [(Decimal("9007199254740993"), Decimal(1))], ratio)

    assert found == [Decimal("9007199254740993.000000")]


def test_nothing_is_divided_by_zero_or_by_the_unknown(con: Backend) -> None:
    assert _computed(con, [(1, 0), (1, None), (None, 1)], ratio) == [None, None, None]


def test_a_third_of_a_cent_is_cut_at_the_place_asked_for(con: Backend) -> None:
    found = _computed(con, [(Decimal("0.01"), 3)], lambda a, b: ratio(a, b, 12))

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

    assert _computed(con, pairs, ratio) == quotients
    assert _computed(con, pairs, lambda a, _: rounded(a)) == roundings


def test_a_product_is_rounded_once(con: Backend) -> None:
    found = _computed(con, [(Decimal("0.147058823529"), Decimal("1234.56"))], product)

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
