"""What a measure is: a name, its meaning, and how it is made from sums."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from warehouse.measures.dimensions import AGENCY, TIME

Floats = NDArray[np.float64]
Sums = Mapping[str, Floats]
"""Component name to one sum per group; NaN where no row of the group had a value."""

Unit = Literal[
    "usd", "ratio", "ms", "count", "score", "index", "hours", "days", "gb", "units", "pct_points"
]


class Kind(Enum):
    """How sums of rows become one figure a group."""

    SUM = "sums over the period"
    LAST_MONTH = "sums of the period's last month"
    YEAR_TO_DATE = "sums from the first month of the year"
    TRAILING = "the series of months"
    YEAR_PACE = "the year so far against the whole year"
    SHARE = "one part against all of the same group"
    SPREAD = "how spend is spread over providers"
    CHANGE = "after migration minus before, of the same agencies"
    RELATIVE_CHANGE = "after migration against before, of the same agencies"
    BRIDGE = "one period minus another, service by service"
    BUDGET_BRIDGE = "spend minus budget, by way of the same months a year before"
    SEASON = "peak months minus other months, of the same services"
    SERVICES = "services counted one by one"
    BEFORE = "before migration, of agencies with both sides"
    AFTER = "after migration, of agencies with both sides"
    MOVED = "mean months before and after migration, of the same agencies"
    UNMOVED = "mean months before and after the migration of others"
    SAVINGS_GAP = "what agencies claim to save against what their months show"
    LIKE_ON_LIKE = "the latest months against earlier ones, of the same agencies"
    COURSE = "the period's last month minus its first"
    MEASURED_MOVES = "agencies measured on both sides of their migration"
    PER_DAY = "sums over the days that bills cover"
    FULL_MONTHS = "the last whole month against the first"
    WHAT_IF = "the end of the year that the last month is in, what is ahead moved"
    WHAT_IF_MONTHS = "months ahead, moved"
    RESOURCE_CHANGE = "one resource, some months against as many before"
    YEAR_END = "the end of the year that the last month is in"
    YEAR_ON_YEAR = "the period's months against those of the year before, of the same agencies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure, defined once.

    ``components`` are sums that some table of ``family`` holds; ``compute`` turns one array of
    each, a value a group, into the figures, NaN where undefined; ``undefined`` says why then.
    ``unit`` of money is ``usd``, also when the answer is in the agencies' own currency.
    """

    name: str
    label: str
    term: str
    description: str
    formula: str
    unit: Unit
    dimensions: tuple[str, ...]
    additivity: str
    good: Literal["high", "low"] | None
    source: str
    group: str
    decimals: int
    family: str
    components: tuple[str, ...]
    compute: Callable[[Sums], Floats]
    undefined: str = "no records in the period"
    kind: Kind = Kind.SUM
    months: int = 1
    """Length of a trailing window, the month itself included."""
    lag: int = 0
    """How many months before the months of a comparison lie that they are set against."""
    share_of: str = "provider"
    """Of a share, the dimension of which it is one part."""
    measured_only: bool = False
    """Made from telemetry alone; never from modelled rows."""
    is_reported: bool = False
    """Made from what is reported either way: measured and modelled rows count alike."""

    @property
    def adds_over(self) -> frozenset[str]:
        """Dimensions over whose values the figures add up to the figure of all together.

        What ``additivity`` doesn't grant in so many words is not among them.
        """
        granted = re.split(r"; |, (?:not|within) ", self.additivity)[0]
        if granted == "additive over all dimensions":
            return frozenset(self.dimensions)
        if not granted.startswith("additive over agencies"):
            return frozenset()
        found = {*AGENCY}
        if "services" in granted:
            found.add("service_type")
        if "months" in granted:
            found.update(TIME)
        return frozenset(found & {*self.dimensions})

    @property
    def is_window(self) -> bool:
        """Whether the figure of a month needs other months too."""
        return self.kind in {Kind.LAST_MONTH, Kind.YEAR_TO_DATE, Kind.TRAILING, Kind.YEAR_PACE}

    @property
    def is_compared(self) -> bool:
        """Whether the figure sets one period against another."""
        return self.kind in {Kind.BRIDGE, Kind.RESOURCE_CHANGE}
