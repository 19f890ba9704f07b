"""What was measured: every single value is kept, and what is shown is made from them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["s", "ms", "MiB", "KiB"]

_PER_SECOND: dict[Unit, float] = {"s": 1.0, "ms": 1000.0}


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one measurement, in the order in which they were taken."""

    name: str
    unit: Unit
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Give the middle value."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """Give the value that 95 of 100 don't exceed (nearest rank)."""
        ordered = sorted(self.values)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]

    def joined(self, later: Sample) -> Sample:
        """Add the values of a later round of the same measurement."""
        return Sample(self.name, self.unit, self.values + later.values)

    def as_json(self) -> dict[str, Any]:
        """Give all of it as plain data."""
        return {
            "name": self.name,
            "unit": self.unit,
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "p95": self.p95,
            "values": list(self.values),
        }


@dataclass(frozen=True, slots=True)
class Ratio:
    """One median divided by another: what of this machine's speed cancels out."""

    name: str
    value: float
    meaning: str

    @classmethod
    def of(cls, name: str, above: Sample, below: Sample) -> Ratio:
        """Divide two medians of one unit."""
        if above.unit != below.unit:
            raise ValueError(f"{above.name} is in {above.unit}, {below.name} in {below.unit}.")
        return cls(name, above.median / below.median, f"{above.name} / {below.name}")

    def as_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"name": self.name, "value": self.value, "meaning": self.meaning}


def measure(
    name: str,
    action: Callable[[], object],
    *,
    runs: int,
    unit: Unit = "ms",
    before: Callable[[], object] = lambda: None,
) -> Sample:
    """Time an action ``runs`` times; ``before`` runs ahead of each and isn't counted."""
    values = []
    for _ in range(runs):
        before()
        started = time.perf_counter()
        action()
        values.append((time.perf_counter() - started) * _PER_SECOND[unit])
    return Sample(name, unit, tuple(values))
