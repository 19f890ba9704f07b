"""From values to pixels: one scale for each axis of a figure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

from portal.drawing.ticks import (
    Tick,
    date_labels,
    date_ticks,
    day_number,
    number_label,
    number_ticks,
)

Kind = Literal["linear", "date", "category"]

_PADDING: Final = 0.055
"""Part of an axis' length that is left free beyond its first and last value."""
_LOOKS_LIKE_A_DATE: Final = re.compile(r"\d{4}-\d{2}(-\d{2}.*)?")
_PIXELS_A_TICK: Final = {"x": 80.0, "y": 48.0}


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle inside the axes, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: ``low`` and ``high`` are the values at its ends, in numbers or days."""

    letter: str
    kind: Kind
    low: float
    high: float
    settings: Mapping[str, Any]
    categories: tuple[str, ...] = ()

    def value(self, raw: Any) -> float | None:
        """Turn what a figure holds into a number on this axis; None is a gap."""
        if raw is None or (isinstance(raw, float) and math.isnan(raw)):
            return None
        if self.kind == "date":
            return day_number(raw)
        if isinstance(raw, str) and raw in self.categories:
            return float(self.categories.index(raw))
        found = float(raw)
        return None if math.isnan(found) else found

    def place(self, raw: Any, box: Box) -> float | None:
        """Give the pixel of a value as a figure holds it."""
        value = self.value(raw)
        return None if value is None else self.pixel(value, box)

    def pixel(self, value: float, box: Box) -> float:
        """Give the pixel of a number on this axis."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        if self.letter == "x":
            return box.left + share * box.width
        return box.bottom - share * box.height

    def ticks(self, length: float) -> list[Tick]:
        """Give the marks within its ends, for an axis of so many pixels."""
        if self.settings.get("showticklabels") is False or self.settings.get("visible") is False:
            return []
        if "tickvals" in self.settings:
            return [tick for tick in self._given() if self._covers(tick.at)]
        if self.kind == "category":
            every = enumerate(self.categories)
            return [Tick(at, (text,)) for at, text in every if self._covers(at)]
        low, high = sorted((self.low, self.high))
        mark = date_ticks if self.kind == "date" else number_ticks
        return mark(self.settings, low, high, length / _PIXELS_A_TICK[self.letter])

    def _covers(self, value: float) -> bool:
        low, high = sorted((self.low, self.high))
        return low - 1e-9 <= value <= high + 1e-9

    def _given(self) -> list[Tick]:
        values = [
            found for raw in self.settings["tickvals"] if (found := self.value(raw)) is not None
        ]
        if "ticktext" in self.settings:
            texts = [tuple(str(text).split("<br>")) for text in self.settings["ticktext"]]
            return [Tick(at, text) for at, text in zip(values, texts, strict=True)]
        if self.kind == "date":
            return date_labels(values, self.settings)
        if self.kind == "category":
            return [Tick(at, (self.categories[int(at)],)) for at in values]
        step = min((abs(b - a) for a, b in pairwise(values)), default=1.0)
        return [Tick(at, (number_label(at, self.settings, step or 1.0, 0),)) for at in values]


def make_scale(
    letter: str, settings: Mapping[str, Any], raws: Sequence[Any], also: Iterable[float] = ()
) -> Scale:
    """Make the scale of an axis from its settings and all values on it.

    ``also`` are further numbers that must fit: the feet and heads of bars.
    """
    kind = _kind(settings, raws)
    names = settings.get("categoryarray", raws) if kind == "category" else ()
    categories = tuple(dict.fromkeys(str(raw) for raw in names if raw is not None))
    open_ended = Scale(letter, kind, 0.0, 1.0, settings, categories)
    values = [value for raw in raws if (value := open_ended.value(raw)) is not None]
    low, high = _ends(open_ended, [*values, *also])
    if settings.get("autorange") == "reversed":
        low, high = high, low
    return Scale(letter, kind, low, high, settings, categories)


def _kind(settings: Mapping[str, Any], raws: Sequence[Any]) -> Kind:
    given = settings.get("type")
    if given in {"linear", "date", "category"}:
        return given  # type: ignore[no-any-return]  # narrowed by the set above
    if given not in {None, "-"}:
        raise ValueError(f"An axis of type {given!r} can't be drawn.")
    first = next((raw for raw in raws if raw is not None), 0)
    if not isinstance(first, str):
        return "linear"
    return "date" if _LOOKS_LIKE_A_DATE.fullmatch(first) else "category"


def _ends(scale: Scale, values: Sequence[float]) -> tuple[float, float]:
    given = scale.settings.get("range")
    if given is not None and None not in given:
        low, high = (scale.value(end) for end in given)
        if low is not None and high is not None:
            return low, high
    if scale.kind == "category":
        return -0.5, max(1, len(scale.categories)) - 0.5
    if not values:
        return 0.0, 1.0
    return _padded(scale, min(values), max(values))


def _padded(scale: Scale, low: float, high: float) -> tuple[float, float]:
    from_zero = scale.settings.get("rangemode") == "tozero"
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    if low == high:
        return (0.0, high * 2 or 1.0) if from_zero else (low - 1.0, high + 1.0)
    pad = (high - low) * _PADDING
    return (
        low if from_zero and low == 0 else low - pad,
        high if from_zero and high == 0 else high + pad,
    )
