"""Agencies whose spend grows unevenly, for what forecasts it."""

from __future__ import annotations

import numpy as np

from warehouse.forecasting.agencies import Agency, YearKind
from warehouse.forecasting.series import Series

FIRST = 48 * 12
"""January 2018."""


def agency(number: int, points: int = 34, budget: float | None = None) -> Agency:
    chance = np.random.default_rng(number)
    amounts = np.round(1000 * number * np.exp(chance.normal(0.01, 0.05, points).cumsum()), 2)
    last = FIRST + points - 1
    year = last - last % 12
    budgets = {} if budget is None else {year + at: budget / 12 for at in range(12)}
    starts: dict[YearKind, int] = {"calendar": year, "fiscal": year}
    recorded = {FIRST + at: float(amount) for at, amount in enumerate(amounts)}
    return Agency(number, Series(str(number), FIRST, amounts), recorded, starts, budgets)
