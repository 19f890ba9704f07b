"""Judge a question before any row is read, and put the answer's rows together after."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from warehouse.answering.catalogue import Catalogue, identifier
from warehouse.answering.evaluation import Context, Figures, in_billing_currency
from warehouse.answering.frames import Key
from warehouse.answering.planner import Span
from warehouse.errors import (
    NothingToCompareError,
    NotInScopeError,
    UnknownDimensionError,
    UnknownMeasureError,
)
from warehouse.measures import REGISTRY, Measure
from warehouse.months import year_start
from warehouse.question import Period, Question, Value
from warehouse.scope import Scope


def require_measures(question: Question, scope: Scope) -> tuple[Measure, ...]:
    """Find the measures and check that each has the dimensions and is in scope."""
    found = []
    for name in dict.fromkeys(question.measures):
        measure = REGISTRY.get(name)
        if measure is None:
            near = difflib.get_close_matches(name[:80], REGISTRY, n=3)
            raise UnknownMeasureError(name, tuple(near))
        if scope.measures is not None and name not in scope.measures:
            raise NotInScopeError(name)
        for dimension in (*question.by, *(name for name, _ in question.where)):
            if dimension not in measure.dimensions:
                raise UnknownDimensionError(name, dimension, measure.dimensions)
        found.append(measure)
    if question.against is not None and not any(m.is_compared for m in found):
        raise NothingToCompareError(tuple(m.name for m in found))
    return tuple(found)


def resolve(
    question: Question, catalogue: Catalogue, connection: Connection, data_to: str
) -> Context:
    """Turn filters into stored values and the period into spans of months."""
    filters: dict[str, tuple[Any, ...]] = {}
    for name, texts in question.where:
        values = catalogue.resolve(connection, name, texts, question.year)
        earlier = filters.get(name, values)
        filters[name] = tuple(value for value in values if value in earlier)
    last = _last_month(question.period, catalogue.last_month(connection) or data_to)
    return Context(
        question=question,
        filters=tuple(sorted(filters.items())),
        period=Span(question.period.start, question.period.end),
        last_month=last,
        years=_years(question, last, filters, catalogue, connection),
        provider_count=catalogue.provider_count(connection),
    )


def _last_month(period: Period, known: str) -> str | None:
    if period.start is not None and period.start > known:
        return None
    return min(period.end, known) if period.end else known


def _years(
    question: Question,
    last: str | None,
    filters: Mapping[str, tuple[Any, ...]],
    catalogue: Catalogue,
    connection: Connection,
) -> tuple[Span, ...]:
    if "month" in filters:
        last = max((m for m in filters["month"] if last and m <= last), default=None)
    if last is None:
        return ()
    if question.year == "calendar":
        return (Span(year_start(last), last),)
    starts = catalogue.fiscal_starts(connection, last)
    if len(starts) == 1:
        return (Span(next(iter(starts)), last),)
    return tuple(Span(start, last, countries) for start, countries in starts.items())


def rows_of(
    question: Question,
    measures: Sequence[Measure],
    figures: Mapping[str, Figures],
    catalogue: Catalogue,
    connection: Connection,
) -> tuple[tuple[Mapping[str, Value], ...], dict[str, str]]:
    """Join the figures on their groups, sort, label; give the reasons for what is missing."""
    groups = {key for found in figures.values() for key in found.values}
    if not question.by:
        groups = {()}
    reasons = {
        measure.name: "; ".join(sorted(figures[measure.name].reasons))
        for measure in measures
        if figures[measure.name].reasons
    }
    rows = []
    for key in sorted(groups, key=_order):
        row = _labelled(question, key, catalogue, connection)
        for measure in measures:
            row[measure.name] = figures[measure.name].values.get(key)
            if row[measure.name] is None:
                reasons.setdefault(measure.name, measure.undefined)
        rows.append(row)
    return tuple(rows), reasons


def _labelled(
    question: Question, key: Key, catalogue: Catalogue, connection: Connection
) -> dict[str, Value]:
    row: dict[str, Value] = {}
    for name, value in zip(question.by, key, strict=True):
        row[name] = identifier(name, value)
        row[f"{name}_name"] = catalogue.label(connection, name, value, question.year)
    return row


def _order(key: Key) -> tuple[Any, ...]:
    return tuple((value is None, "" if value is None else value) for value in key)


def notes_of(
    measures: Sequence[Measure], figures: Mapping[str, Figures], context: Context
) -> tuple[str, ...]:
    """Say what a reader must know besides the figures."""
    notes = []
    left_out = max((figures[m.name].modelled_left_out for m in measures), default=0)
    if left_out:
        notes.append(f"Made from telemetry; {left_out} modelled rows were left out.")
    if any(figures[m.name].used_modelled for m in measures):
        notes.append("Modelled from utilisation, not measured.")
    if len(context.years) > 1 and any(m.is_window for m in measures):
        starts = ", ".join(str(span.start) for span in context.years)
        notes.append(
            "A mixture of fiscal years: each agency's own is counted, and they start in "
            f"different months ({starts})."
        )
    if any(m.family == "provider" for m in measures) and (
        context.period.start or context.period.end
    ):
        notes.append(
            "Provider spend is kept by calendar year: every year the period touches counts whole."
        )
    notes.extend(dict.fromkeys(note for m in measures for note in figures[m.name].notes))
    if in_billing_currency(context.question):
        notes.append("Amounts are in the currency they are billed in.")
    elif context.question.currency == "own":
        notes.append("Amounts are in each agency's own currency.")
    return tuple(notes)
