"""Where an axis is marked and how its marks are written, as the chart library does on screen."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from portal.formats import MINUS, month_names, short_month_names

_ROUND: Final = (2, 5, 10)
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 120)
_DAYS: Final = (1, 2, 7, 14)
_DAYS_A_MONTH: Final = 30.44
_LETTERS: Final = {-6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "B", 12: "T"}
_FORMAT: Final = re.compile(r"(?P<comma>,?)(?:\.(?P<digits>\d+))?(?P<trim>~?)(?P<kind>[f%dsg]?)")
_MONTH_STEP: Final = re.compile(r"M(\d+)")


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark on an axis: where, and the lines of its label."""

    at: float
    lines: tuple[str, ...]


def number_ticks(axis: Mapping[str, Any], low: float, high: float, room: float) -> list[Tick]:
    """Mark round numbers between two ends; ``room`` is the pixels that a mark may take."""
    most = axis.get("nticks") or min(9.0, max(4.0, room)) + 1
    step = float(axis.get("dtick") or _round_up((high - low) / most))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [at * step for at in range(first, last + 1)]
    exponent = _exponent(axis, low, high)
    return [Tick(value, (number_label(value, axis, step, exponent),)) for value in values]


def number_label(value: float, axis: Mapping[str, Any], step: float, exponent: int) -> str:
    """Write a number as its axis asks: with commas, a unit before or after, thousands as k."""
    form = axis.get("tickformat", "")
    if form:
        text = formatted(value, form)
    else:
        scaled = step / 10**exponent
        digits = max(0, -math.floor(math.log10(scaled) + 1e-9)) if scaled else 0
        text = f"{value / 10**exponent:{',' if axis.get('separatethousands') else ''}.{digits}f}"
        text += _LETTERS.get(exponent, "") if float(value) else ""
    text = text.replace("-", MINUS)
    return f"{axis.get('tickprefix', '')}{text}{axis.get('ticksuffix', '')}"


def formatted(value: float, form: str) -> str:
    """Write a number in the part of d3's number formats that figures use.

    >>> formatted(0.256, ".0%"), formatted(1234.5, ",.1f"), formatted(1.50, ".3~g")
    ('26%', '1,234.5', '1.5')
    """
    found = _FORMAT.fullmatch(form)
    if found is None:
        raise ValueError(f"Numbers can't be written in the format {form!r}.")
    comma, kind, digits = found["comma"], found["kind"], int(found["digits"] or 0)
    if kind == "s":
        exponent = min(12, max(-6, 3 * math.floor(math.log10(abs(value)) / 3))) if value else 0
        return f"{value / 10**exponent:g}{_LETTERS[exponent]}"
    if kind in {"g", ""} and value:
        digits = max(0, (digits or 6) - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:{comma}.{digits}{'%' if kind == '%' else 'f'}}"
    trims = (found["trim"] or not kind) and "." in text
    return text.rstrip("0").rstrip(".") if trims else text


def date_ticks(axis: Mapping[str, Any], low: float, high: float, room: float) -> list[Tick]:
    """Mark first days of months, or days where only a few weeks are shown."""
    most = axis.get("nticks") or min(9.0, max(4.0, room)) + 1
    rough = (high - low) / most
    step = _MONTH_STEP.fullmatch(str(axis.get("dtick", "")))
    if rough < _DAYS_A_MONTH / 2 and not step:
        wanted = next((days for days in _DAYS if days >= rough), _DAYS[-1])
        days = [float(day) for day in range(math.ceil(low), math.floor(high) + 1)]
        return date_labels([day for day in days if int(day) % wanted == 0], axis)
    months = next((m for m in _MONTHS if m >= rough / _DAYS_A_MONTH - 1e-9), _MONTHS[-1])
    return date_labels(_firsts(low, high, int(step[1]) if step else months), axis)


def date_labels(days: Sequence[float], axis: Mapping[str, Any]) -> list[Tick]:
    """Write days; a second line, such as the year, only where it changes."""
    form = axis.get("tickformat") or "%b\n%Y"
    marks, before = [], None
    for day in days:
        first, *rest = _dated(instant(day), form).split("\n")
        marks.append(Tick(day, (first, *rest) if rest and rest != before else (first,)))
        before = rest
    return marks


def _dated(at: datetime, form: str) -> str:
    """Write a day in a form of Plotly's, with the names of months in the reader's language."""
    named = form.replace("%B", month_names()[at.month - 1])
    return at.strftime(named.replace("%b", short_month_names()[at.month - 1]))


def day_number(text: object) -> float:
    """Turn an ISO date, month or instant into a number of days."""
    if isinstance(text, date):
        text = text.isoformat()
    written = str(text)
    moment = datetime.fromisoformat(f"{written}-01" if len(written) == 7 else written)
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440


def instant(day: float) -> datetime:
    """Turn a number of days back into an instant."""
    return datetime.fromordinal(int(day)) + timedelta(days=day - int(day))


def _firsts(low: float, high: float, step: int) -> list[float]:
    begin, end = instant(low), instant(high)
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    days = [float(date(at // 12, at % 12 + 1, 1).toordinal()) for at in months if at % step == 0]
    return [day for day in days if low <= day <= high]


def _round_up(rough: float) -> float:
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    base = 10.0 ** math.floor(math.log10(rough))
    return float(base * next((size for size in _ROUND if size >= rough / base - 1e-9), 10))


def _exponent(axis: Mapping[str, Any], low: float, high: float) -> int:
    largest = max(abs(low), abs(high))
    if axis.get("exponentformat") == "none" or largest <= 0:
        return 0
    power = math.floor(math.log10(largest) + 1e-9)
    if abs(power) <= 3:
        return 0
    return min(12, max(-6, 3 * math.floor((power - 1) / 3 + 0.5)))
