"""The table of past errors that comes with a release: how far forecasts like this one were off.

It was learnt once, from rolling origins of many series, and is the same for everybody. So one
series has honest bounds, and what an agency is shown can't move when another's data do.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.centre import Centre

Kind = Literal["month", "total"]

KINDS: Final[tuple[Kind, ...]] = ("month", "total")
LEAST_POINTS: Final = (1, 3, 5, 8, 12, 18, 24, 30, 36, 48, 72)
"""History is told apart by length: errors of short series are larger, and differently spread."""
STEPS: Final = 18
"""Steps of the table; beyond, errors grow with the root of the step."""
LEVELS: Final = (0.005, 0.01, 0.025, *(round(0.05 * at, 2) for at in range(1, 20)),
                 0.975, 0.99, 0.995)  # fmt: skip
PATH: Final = Path(__file__).with_name("error_table.csv")

_METHOD: Final = "1"
"""Counted up when the same series would be forecast otherwise."""
_USUAL_SCALE: Final = 0.05
"""What series usually miss one month ahead."""
_USUAL_WEIGHT: Final = 3.0
"""So many points the usual scale counts as, beside the series' own."""
_LEAST_SCALE: Final = 0.001
_MOST_SCALE: Final = 0.6


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """Quantiles of scaled errors by kind, length of history, step and level, in that order."""

    quantiles: Floats

    def of(self, kind: Kind, points: int, steps: Integers) -> Floats:
        """Give the quantiles, steps down and levels across, for a history of so many points."""
        length = int(np.searchsorted(LEAST_POINTS, points, side="right")) - 1
        table = self.quantiles[KINDS.index(kind), length]
        known = table[np.minimum(steps, STEPS) - 1]
        return np.asarray(known * np.sqrt(np.maximum(steps / STEPS, 1))[:, None])


def error_scale(centre: Centre, points: int) -> Floats:
    """Give what errors are measured in: the series' own miss, drawn to the usual by few points."""
    own = np.clip(centre.scale, _LEAST_SCALE, _MOST_SCALE)
    share = points / (points + _USUAL_WEIGHT)
    return np.asarray(np.exp(share * np.log(own) + (1 - share) * np.log(_USUAL_SCALE)))


@cache
def forecaster_version() -> str:
    """Name the method and its table: what forecasts were made with."""
    return f"{_METHOD}-{hashlib.sha256(PATH.read_bytes()).hexdigest()[:8]}"


@cache
def shipped_table() -> ErrorTable:
    """Read the table of this release."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return _read(csv.reader(file))


def write_table(table: ErrorTable, path: Path) -> None:
    """Write a table, a line for each kind, length of history and step."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "points", "step", *LEVELS))
        for kind, by_length in zip(KINDS, table.quantiles, strict=True):
            for points, by_step in zip(LEAST_POINTS, by_length, strict=True):
                for step, levels in enumerate(by_step, start=1):
                    writer.writerow((kind, points, step, *(f"{value:.3f}" for value in levels)))


def _read(lines: Iterable[list[str]]) -> ErrorTable:
    shape = (len(KINDS), len(LEAST_POINTS), STEPS, len(LEVELS))
    _, *rows = lines
    values = np.array([[float(value) for value in row[3:]] for row in rows])
    return ErrorTable(values.reshape(shape))
