"""Split the change of one service's spend into what caused it, in whole millionths."""

from __future__ import annotations

from dataclasses import dataclass

TERMS = ("usage", "unit_price", "new", "ended", "unsplit", "exchange_rate")
"""The parts of a change; together they are the whole of it, to the last millionth."""


@dataclass(frozen=True, slots=True)
class Side:
    """One service in one period: its cost as asked and in US dollars, and its units of work."""

    cost: int
    cost_usd: int
    units: int


def split_change(before: Side | None, now: Side | None) -> dict[str, int]:
    """Give each term that isn't zero by definition; rounding is borne by the unit price.

    More units at the old price is usage; another price for the new units is unit price. Cost is
    reckoned at the exchange rate of before (cost / cost in dollars), and what the rate alone
    changed stands apart. Without units on a side neither can be told: ``unsplit``.

    >>> split_change(Side(100, 100, 10), Side(180, 180, 12))
    {'exchange_rate': 0, 'usage': 20, 'unit_price': 60}
    """
    if before is None:
        return {} if now is None else {"new": now.cost}
    if now is None:
        return {"ended": -before.cost}
    at_old_rate = now.cost
    if before.cost_usd:
        at_old_rate = divided(now.cost_usd * before.cost, before.cost_usd)
    terms = {"exchange_rate": now.cost - at_old_rate}
    change = at_old_rate - before.cost
    if before.units <= 0 or now.units <= 0:
        return {**terms, "unsplit": change}
    usage = divided((now.units - before.units) * before.cost, before.units)
    return {**terms, "usage": usage, "unit_price": change - usage}


def divided(dividend: int, divisor: int) -> int:
    """Divide whole numbers, rounding half to even.

    >>> divided(5, 2), divided(7, 2), divided(-5, 2)
    (2, 4, -2)
    """
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    quotient, rest = divmod(dividend, divisor)
    if 2 * rest > divisor or (2 * rest == divisor and quotient % 2):
        return quotient + 1
    return quotient
