"""Why spend differs from the budget: by way of what the same months cost a year before.

A budget holds no usage and no prices. So the difference is first the step from the budget to last
year's spend, which the budget foresaw, then what changed since, service by service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from warehouse.answering.bridges import (
    Split,
    Terms,
    complete,
    service_need,
    split_services,
)
from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reasons,
    stored_name,
)
from warehouse.answering.frames import Frame, Key
from warehouse.answering.planner import Need, Span
from warehouse.measures import Measure
from warehouse.months import shifted


def budget_bridge_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read budget and spend, all and followed from last year; and both years' services."""
    in_own = context.question.currency == "own"
    span = context.period
    whole = basic_need(measure, context)
    followed = replace(whole, budgeted="this", in_own_currency=in_own)
    of_cost = replace(service_need(measure, context, span), family="cost", in_own_currency=in_own)
    return (
        whole,
        followed,
        replace(of_cost, spans=(_year_before(span),), budgeted="before"),
        replace(of_cost, budgeted="this"),
    )


def budget_bridge_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up each group's terms; a group without a budget, or without last year, has none."""
    return context.once("budget bridge", lambda: _bridge(frames)).figures(measure)


def _bridge(frames: Sequence[Frame]) -> Split:
    whole, followed, before, now = frames
    groups: dict[Key, Terms] = {}
    split_services(before, now, groups)
    complete(groups)
    budgets = dict(zip(followed.groups(), _budgets(followed), strict=True))
    reasons = currency_reasons(whole)
    totals = zip(whole.groups(), _budgets(whole), _variances(whole), reasons, strict=True)
    for key, budget, variance, reason in totals:
        terms = groups.setdefault(key, Terms())
        terms.reason = reason or terms.reason
        if budget is None or variance is None:
            terms.amounts = {}
            continue
        was, spent = terms.amounts.pop("before", None), terms.amounts.pop("now", None)
        terms.amounts.pop("change", None)
        terms.add({"budget": budget, "spend": budget + variance})
        part = budgets.get(key)
        if part is None or was is None or spent is None:
            terms.add({"unsplit": variance})
            continue
        terms.add({"planned": was - part, "unsplit": variance - (spent - part)})
    return Split(groups)


def _budgets(frame: Frame) -> list[int | None]:
    return frame.columns[stored_name(frame, "budget_reported_usd")]


def _variances(frame: Frame) -> list[int | None]:
    return frame.columns[stored_name(frame, "budget_variance_usd")]


def _year_before(span: Span) -> Span:
    start = None if span.start is None else shifted(span.start, -12)
    return replace(span, start=start, end=None if span.end is None else shifted(span.end, -12))
