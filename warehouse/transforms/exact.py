"""Exact decimal arithmetic, rounded half to even, on an engine that offers neither alone.

Three faults of the engines are worked around here, and nowhere else:

- Casting a decimal to fewer places rounds half away from zero, and ``round`` and ``/`` on
  decimals go through floating point. ``rounded`` mends the ties, and ``add_quotients`` and
  ``add_products`` mend a guess in floating point by its exact remainder, so that the answer is
  the one a ledger gives.
- Ibis and the engine disagree on the type of a product, and Ibis leaves out a cast to the type
  it believes a value has already. ``as_decimal`` always writes the cast.
- Dividing a number of more than 64 bits, which is what losing places takes, costs the engine a
  hundred times what it costs for one that fits. ``rounded`` takes the narrow road where it can.

Products are held in 38 digits; one too large for that stops the build and is never cut short.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import ibis
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir

PLACES = 6
"""Decimal places of every amount in the star."""

WORK_PLACES = 12
"""Decimal places of long amounts in staging, and of shares on their way to an amount."""

NARROW_DIGITS = 18
"""As many digits as the engine keeps in 64 bits."""

_CONSTANT_DIGITS = 15
_FLOAT_DIGITS = 14
"""A quotient of so many digits comes out of floating point right to one in the last place."""

Pair = tuple[ir.NumericValue, ir.NumericValue]
"""Dividend and divisor, or two factors."""


def number(text: str) -> ir.DecimalScalar:
    """Write an exact constant, e.g. ``number("0.05")``."""
    value = Decimal(text)
    places = max(0, -int(value.as_tuple().exponent))
    # One width for all: Ibis refuses to choose between (2, 1) and (3, 0), which neither contains.
    return ibis.literal(value, type=dt.Decimal(_CONSTANT_DIGITS, places))


def as_decimal(value: ir.NumericValue, digits: int = 28, places: int = PLACES) -> ir.DecimalValue:
    """Cast to a decimal, always; rounds half away from zero where places are lost."""
    return ops.Cast(value, to=dt.Decimal(digits, places)).to_expr()


def rounded(value: ir.NumericValue, places: int = PLACES) -> ir.DecimalValue:
    """Round half to even; the result is DECIMAL(28, ``places``).

    The places of a column or a cast are known; a computed value has to have at most twelve.
    """
    scale = _places_of(value)
    if not isinstance(value.op(), ops.Field | ops.Cast):
        value = as_decimal(value, 38, scale)
    if scale <= places:
        return as_decimal(value, 28, places)
    wide = _half_even(value, 28, scale, places)
    narrow: ir.DecimalValue = ops.TryCast(value, to=dt.Decimal(NARROW_DIGITS, scale)).to_expr()
    quick = _half_even(narrow, NARROW_DIGITS, scale, places)
    return ibis.ifelse(narrow.isnull(), wide, as_decimal(quick, 28, places))


def add_quotients(rows: ir.Table, places: int = PLACES, **pairs: Pair) -> ir.Table:
    """Add columns of exact quotients, rounded half to even; null where a divisor is null or 0."""
    parts = {}
    for name, (dividend, divisor) in pairs.items():
        above = as_decimal(dividend, 38, WORK_PLACES)
        below = _divisor(divisor)
        divisor = divisor.nullif(number("0"))
        # The floats are made from what was given: from the wider casts they take much longer.
        guess = dividend.cast("float64") / divisor.cast("float64")
        parts[name] = above, below, guess
    return _divided(rows, parts, places)


def add_products(rows: ir.Table, places: int = PLACES, **pairs: Pair) -> ir.Table:
    """Add columns of exact products, rounded once; of factors with twelve and six places."""
    one = as_decimal(number("1"), 28, WORK_PLACES)
    parts = {}
    for name, (left, right) in pairs.items():
        guess = left.cast("float64") * right.cast("float64")
        parts[name] = as_decimal(left, 28, WORK_PLACES) * as_decimal(right), one, guess
    return _divided(rows, parts, places)


def total(value: ir.NumericValue) -> ir.DecimalValue:
    """Add up an amount exactly; null where there is none."""
    return as_decimal(as_decimal(value).sum())


def total_or_zero(value: ir.NumericValue) -> ir.DecimalValue:
    """Add up an amount exactly; 0 where there is none."""
    return total(value).fill_null(as_decimal(number("0")))


def count_up(value: ir.NumericValue) -> ir.DecimalValue:
    """Add up whole numbers into an amount; 0 where there is none."""
    # As whole numbers first: as wide decimals each of them would have to be multiplied.
    return as_decimal(value.sum()).fill_null(as_decimal(number("0")))


def count_where(condition: ir.BooleanValue) -> ir.IntegerValue:
    """Count the rows for which something holds."""
    return condition.fill_null(False).cast("int64").sum().fill_null(0).cast("int32")


def _divisor(value: ir.NumericValue) -> ir.NumericValue:
    """Leave whole numbers whole: what isn't spent on places is left for large dividends."""
    if isinstance(value.type(), dt.Integer):
        return ops.Cast(value, to="int64").to_expr().nullif(0)
    return as_decimal(value.nullif(number("0")), 28, WORK_PLACES)


def _places_of(value: ir.NumericValue) -> int:
    """Give the places of a column or a cast; of a computed value only the most there may be."""
    kind = value.type()
    if not isinstance(value.op(), ops.Field | ops.Cast) or not isinstance(kind, dt.Decimal):
        return 0 if isinstance(kind, dt.Integer) else WORK_PLACES
    return WORK_PLACES if kind.scale is None else kind.scale


def _half_even(value: ir.DecimalValue, digits: int, scale: int, places: int) -> ir.DecimalValue:
    """Let the engine round half away from zero, and take the odd ones of the ties back by one.

    Every number is written in as many digits, so that narrow ones never leave 64 bits.
    """
    away = as_decimal(value, digits, places)
    unit = as_decimal(_units(1, places), digits, places)
    cut = (value % as_decimal(_units(1, places), digits, scale)).abs()
    is_tie = cut == as_decimal(number(f"0.{'0' * places}5"), digits, scale)
    is_odd = away % as_decimal(_units(2, places), digits, places) != 0
    nearer = away - ibis.ifelse(value < 0, -unit, unit)
    return as_decimal(ibis.ifelse(is_tie & is_odd, nearer, away), digits, places)


def _divided(
    rows: ir.Table,
    parts: Mapping[str, tuple[ir.NumericValue, ir.NumericValue, ir.FloatingValue]],
    places: int,
) -> ir.Table:
    """Add ``above / below`` for each name, beginning from a guess.

    In steps, each of which names the columns of the one before: written as one expression, the
    statement would repeat every operand some forty times.
    """
    first: dict[str, ir.Value] = {}
    for name, (above, below, guess) in parts.items():
        first |= {f"{name}_above": above, f"{name}_below": below}
        first[f"{name}_guess"] = _float_rounded(guess, places)
    rows = rows.mutate(**first)
    rows = rows.mutate(**{f"{name}_guess": _better_guess(rows, name, places) for name in parts})
    rows = rows.mutate(**{f"{name}_rest": _rest(rows, name) for name in parts})
    rows = rows.mutate(**{name: _mended(rows, name, places) for name in parts})
    return rows.drop(*first, *(f"{name}_rest" for name in parts))


def _rest(rows: ir.Table, name: str) -> ir.DecimalValue:
    return rows[f"{name}_above"] - rows[f"{name}_guess"] * rows[f"{name}_below"]


def _better_guess(rows: ir.Table, name: str, places: int) -> ir.DecimalValue:
    """Add what a guess of more digits than floating point holds is short of."""
    guess = rows[f"{name}_guess"]
    short = _rest(rows, name).cast("float64") / rows[f"{name}_below"].cast("float64")
    better = as_decimal(guess + _float_rounded(short, places), 28, places)
    is_near = guess.abs() < as_decimal(number("1" + "0" * (_FLOAT_DIGITS - places)), 28, places)
    return ibis.ifelse(is_near, guess, better)


def _mended(rows: ir.Table, name: str, places: int) -> ir.DecimalValue:
    """Move a guess by one in the last place where twice its rest says so."""
    guess, rest, below = (rows[f"{name}_{part}"] for part in ("guess", "rest", "below"))
    twice, step = rest.abs() * number("2"), below.abs() * _units(1, places)
    unit = _units(1, places)
    moved = guess + ibis.ifelse((rest < 0) != (below < 0), -unit, unit)
    to_even = ibis.ifelse(guess % _units(2, places) != 0, moved, guess)
    mended = ibis.cases((twice > step, moved), (twice == step, to_even), else_=guess)
    return as_decimal(mended, 28, places)


def _units(count: int, places: int) -> ir.DecimalScalar:
    return number(f"0.{'0' * (places - 1)}{count}")


def _float_rounded(value: ir.FloatingValue, places: int) -> ir.DecimalValue:
    return as_decimal(value.round(places), 28, places)
