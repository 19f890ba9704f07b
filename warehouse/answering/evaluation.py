"""From a measure to its figures: what to read, and how to make one figure a group of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

import numpy as np

from warehouse.answering.frames import Frame, Key
from warehouse.answering.planner import Need, Span
from warehouse.governance.recommendations import Savings
from warehouse.measures import REGISTRY, Measure
from warehouse.measures.charge_sources import BILLED, MISSING_CHARGE_RATE
from warehouse.measures.measure import Floats, Kind
from warehouse.measures.sources import LOCAL, RATE_MARKS
from warehouse.question import Question

Made = TypeVar("Made")

MODELLED_FAMILY = "performance"
MIXED_CURRENCIES = "amounts in more than one currency, which are never added: split by currency"


@dataclass(frozen=True, slots=True)
class Context:
    """What all measures of one question share, resolved.

    ``last_month`` is the last month of the period that has records; ``years`` the year it is
    in, one span for each month that the countries' years start in.
    """

    question: Question
    filters: tuple[tuple[str, tuple[Any, ...]], ...]
    period: Span
    last_month: str | None
    years: tuple[Span, ...]
    provider_count: int
    savings: Savings = ()
    """What accepted recommendations are estimated to save a month, where that is asked for."""
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Make what several measures of the question share when the first of them needs it."""
        if key not in self._made:
            self._made[key] = make()
        return cast("Made", self._made[key])

    @property
    def by(self) -> tuple[str, ...]:
        """Dimensions asked for."""
        return self.question.by

    @property
    def filtered_months(self) -> frozenset[str] | None:
        """Months that a filter on the month leaves, if there is one."""
        return next((frozenset(v) for name, v in self.filters if name == "month"), None)


@dataclass(slots=True)
class Figures:
    """Figures by group, with what must be said about them."""

    values: dict[Key, float | int | None] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)
    used_modelled: bool = False
    modelled_left_out: int = 0
    notes: tuple[str, ...] = ()
    """Sentences about these figures alone."""

    def put(self, key: Key, value: float, measure: Measure, reason: str = "") -> None:
        """Store a figure; one that isn't finite is undefined, with the reason."""
        if not np.isfinite(value):
            self.values[key] = None
            self.reasons[reason or measure.undefined] = None
        elif measure.unit == "count":
            self.values[key] = int(value)
        else:
            self.values[key] = float(value)


def basic_need(measure: Measure, context: Context) -> Need:
    """Give the need of plain sums over the period."""
    components = set(measure.components)
    if in_billing_currency(context.question) and is_kept_as_billed(measure):
        components = {BILLED[name] for name in components} | {"currency_low", "currency_high"}
    elif context.question.currency == "own" and has_own_currency(measure):
        components = {LOCAL.get(name, name) for name in components}
        components |= {f"missing_{name}" for name in components & set(LOCAL.values())}
        components |= {"currency_low", "currency_high"}
    else:
        components |= {RATE_MARKS[name] for name in components & RATE_MARKS.keys()}
    hidden: tuple[str, ...] = ()
    if measure.family == MODELLED_FAMILY and not measure.is_reported:
        hidden, components = ("is_modelled",), components | {"row_count"}
    return Need(
        family=measure.family,
        components=frozenset(components),
        keys=context.by,
        filters=context.filters,
        spans=(context.period,),
        hidden=hidden,
        year=context.question.year,
    )


def has_own_currency(measure: Measure) -> bool:
    """Tell whether all the amounts a measure is made of are kept in own currency too."""
    amounts = [name for name in measure.components if name.endswith("_usd")]
    return bool(amounts) and all(name in LOCAL for name in amounts)


def in_billing_currency(question: Question) -> bool:
    """Tell whether money is asked for as it is billed: own currency, and of bills alone.

    Beside other money, which is in the agencies' own currencies, it could not be told apart.
    """
    return question.currency == "own" and all(
        REGISTRY[name].family == "charge" for name in question.measures
    )


def is_kept_as_billed(measure: Measure) -> bool:
    """Tell whether a measure is a sum of amounts that are kept in the billing currency too."""
    return (
        measure.kind is Kind.SUM
        and bool(measure.components)
        and ({*measure.components} <= BILLED.keys())
    )


def without_filter(need: Need, dimension: str) -> Need:
    """Drop the filter on one dimension."""
    return replace(need, filters=tuple(pair for pair in need.filters if pair[0] != dimension))


def sums_of(frame: Frame, measure: Measure, rows: Sequence[int] | None = None) -> dict[str, Floats]:
    """Give a measure's components under their own names, whatever the currency."""
    return {name: frame.floats(stored_name(frame, name), rows) for name in measure.components}


def stored_name(frame: Frame, component: str) -> str:
    """Give the column that stands for a component: the local amount in own currency."""
    local = LOCAL.get(component) or BILLED.get(component, component)
    return local if local in frame.need.components else component


def currency_reasons(frame: Frame) -> list[str]:
    """Say for each row why its amount isn't available in the currency asked; empty if it is."""
    if marks := frame.need.components & {*RATE_MARKS.values()}:
        return [
            _rate_reason({name: frame.columns[name][row] for name in marks})
            for row in range(len(frame.keys))
        ]
    if "currency_low" not in frame.columns or "currency_low" not in frame.need.components:
        return [""] * len(frame.keys)
    lows, highs = frame.columns["currency_low"], frame.columns["currency_high"]
    missing = [frame.columns[n] for n in frame.need.components if n.startswith("missing_")]
    return [
        currency_reason(low, high, [column[row] for column in missing])
        for row, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]


def _rate_reason(missing: Mapping[str, str | None]) -> str:
    if charges := missing.get(MISSING_CHARGE_RATE):
        return f"no exchange rate to US dollars for charges of {charges}"
    months = [month for month in missing.values() if month is not None]
    return f"no exchange rate to US dollars for a budget of {min(months)}" if months else ""


def currency_reason(low: str | None, high: str | None, missing: list[str | None]) -> str:
    """Say why amounts between these currencies can't be added; empty where they can."""
    if low != high:
        return MIXED_CURRENCIES
    months = [month for month in missing if month is not None]
    return f"no exchange rate of {low} for {min(months)}" if months else ""


def pick_measured(frame: Frame, measure: Measure, figures: Figures) -> list[int]:
    """Choose the rows that count: where a group has measured rows, the modelled ones don't."""
    if "is_modelled" not in frame.need.hidden:
        return list(range(len(frame.keys)))
    groups, modelled = frame.groups(), frame.hidden("is_modelled")
    measured = {group for group, is_modelled in zip(groups, modelled, strict=True)
                if not is_modelled}  # fmt: skip
    chosen = []
    for row, (group, is_modelled) in enumerate(zip(groups, modelled, strict=True)):
        if is_modelled and group in measured:
            figures.modelled_left_out += frame.columns["row_count"][row] or 0
            continue
        if is_modelled and measure.measured_only:
            figures.put(group, np.nan, measure)
            continue
        figures.used_modelled = figures.used_modelled or bool(is_modelled)
        chosen.append(row)
    return chosen


def plain_figures(frame: Frame, measure: Measure) -> Figures:
    """Apply the formula to the sums of each group."""
    figures = Figures()
    rows = pick_measured(frame, measure, figures)
    groups, reasons = frame.groups(), currency_reasons(frame)
    values = measure.compute(sums_of(frame, measure, rows))
    for row, value in zip(rows, values.tolist(), strict=True):
        figures.put(groups[row], np.nan if reasons[row] else value, measure, reasons[row])
    return figures
