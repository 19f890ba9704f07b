"""The chart of a pivot, chosen by its shape: lines over months, else bars of its first level."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes
from portal.components.differences import Difference, differences_list
from portal.components.ranking import Ranked, ranked_list
from portal.dimension_names import dimension_word
from portal.figures.grouped_bars import draw_grouped_bars
from portal.figures.lines import Line as Drawn
from portal.figures.lines import draw_lines
from portal.figures.theme import Figure
from portal.formats import figure_of, month_name, months_range
from portal.pages.axes import peaks_of
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.explore.controls import PATH
from portal.pages.explore.units import Scale, notes_of, scale_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import at_most, first, last, number, present
from portal.pivot.answers import Key, Line, Pivot, label_of
from portal.pivot.drill import drill
from portal.pivot.plan import is_time
from portal.texts import say, say_known
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Value

_MOST_SERIES = 4
_MOST_RANKED = 10
_MOST_GROUPS = 8
_LONGEST_LABEL = 20
_MOST_BESIDE = 2

Series = tuple[str, list[float | None]]


def spans_of(pivot: Pivot) -> tuple[int, int]:
    """Give the columns that chart and table span: a ranking stands beside a short table."""
    plan = pivot.plan
    beside = len(plan.by) == 1 and not plan.across and plan.by[0] != "month"
    return (
        (5, 7) if beside and len(plan.measures) <= _MOST_BESIDE and _can_rank(pivot) else (12, 12)
    )


def draw_chart(request: PageRequest, pivot: Pivot, span: int) -> Component:
    """Draw what the shape of the pivot lends itself to; never a single bar."""
    plan = pivot.plan
    head = plan.by[0] if plan.by else plan.across
    if head is None:
        return html.Div()
    if "month" in (head, plan.across):
        return _draw_months(request, pivot)
    if plan.by and plan.across:
        return _draw_groups(request, pivot)
    return _draw_ranking(request, pivot, head, span)


def _leading(pivot: Pivot) -> str:
    """Give the measure that is drawn: the one that rows are sorted by, else the first."""
    plan = pivot.plan
    return plan.sort if plan.sort in plan.measures and plan.sort else plan.measures[0]


def _draw_months(request: PageRequest, pivot: Pivot) -> Component:
    name = _leading(pivot)
    months, series, of = _series_by_month(pivot)
    if len(months) < 2 or not any(present(values) for _, values in series):
        return html.Div()
    shown = series[:_MOST_SERIES]
    scale = scale_of(
        name, [value for _, values in shown for value in values], currency_of(pivot.total.whole)
    )
    figure = draw_lines(
        months=months,
        lines=[
            Drawn(label, _short(label), scale.of(values), is_modelled=name in pivot.modelled)
            for label, values in shown
        ],
        peaks=peaks_of(request, months),
        theme=request.theme,
        prefix=scale.prefix,
        suffix=scale.suffix,
    )
    headline = _course(pivot, months, shown) if len(series) == 1 else _plainly(pivot, of)
    cut = _cut(len(shown), len(series), of)
    return _charted(request, pivot, figure, scale, headline, cut)


def _series_by_month(pivot: Pivot) -> tuple[list[str], list[Series], str]:
    """Give the months, a series of values for each line, and what the lines are."""
    plan, name = pivot.plan, _leading(pivot)
    if plan.by and plan.by[0] == "month":
        keys = sorted({str(row["month"]) for row in pivot.levels[1].whole.rows})
        if plan.across:
            return (
                keys,
                [
                    (label, [_value(pivot, (month,), name, value, True) for month in keys])
                    for value, label in pivot.columns
                ],
                dimension_word(plan.across),
            )
        alike = [one for one in plan.measures if REGISTRY[one].unit == REGISTRY[name].unit]
        return (
            keys,
            [
                (say_known(REGISTRY[one].label), [_value(pivot, (m,), one) for m in keys])
                for one in alike
            ],
            say("measure"),
        )
    months = [str(month) for month, _ in pivot.columns]
    lines = [line for line in pivot.lines if line.depth == 1] or [Line((), say("All"), True)]
    return (
        months,
        [
            (line.label, [_value(pivot, line.key, name, month, True) for month in months])
            for line in lines
        ],
        dimension_word(plan.by[0]) if plan.by else "",
    )


def _draw_groups(request: PageRequest, pivot: Pivot) -> Component:
    plan, name = pivot.plan, _leading(pivot)
    lines = [line for line in pivot.lines if line.depth == 1][:_MOST_GROUPS]
    columns = (
        pivot.columns[-_MOST_SERIES:] if is_time(plan.across) else pivot.columns[:_MOST_SERIES]
    )
    if len(lines) * len(columns) < 2:
        return html.Div()
    parts = [
        (label, [_value(pivot, line.key, name, value, True) for line in lines])
        for value, label in columns
    ]
    every = [value for _, values in parts for value in values]
    scale = scale_of(name, every, currency_of(pivot.total.whole))
    # Modelled figures stand in where nothing is measured; they are no part of what is.
    adds_up = plan.across in REGISTRY[name].adds_over and name not in pivot.modelled
    figure = draw_grouped_bars(
        names=[line.label for line in lines],
        parts=[(label, scale.of(values)) for label, values in parts],
        theme=request.theme,
        is_stacked=adds_up and all(value >= 0 for value in present(every)),
        prefix=scale.prefix,
        suffix=scale.suffix,
    )
    rows = sum(line.depth == 1 for line in pivot.lines)
    of = dimension_word(plan.by[0])
    cut = " ".join(
        part
        for part in (
            _cut(len(lines), rows, of),
            _cut(len(columns), len(pivot.all_columns), dimension_word(plan.across or "")),
        )
        if part
    )
    return _charted(request, pivot, figure, scale, _plainly(pivot, of), cut)


def _draw_ranking(request: PageRequest, pivot: Pivot, head: str, span: int) -> Component:
    plan, name = pivot.plan, _leading(pivot)
    answer = pivot.levels[1].whole if plan.by else pivot.total.parts
    if answer is None or len(answer.rows) < 2:
        return html.Div()
    lines = _lines_of(pivot, answer, head)
    known = [(line, row) for line, row in lines if row[name] is not None]
    shown = at_most(known, _MOST_RANKED)
    if len(shown) < 2:
        return html.Div()
    is_modelled = name in pivot.modelled
    in_order = not is_modelled and not is_time(head) and plan.sort in (None, name)
    values = [number(row[name]) or 0.0 for _, row in shown]
    largest = max(abs(value) for value in values) or 1.0
    items = [
        (line.label, value, _text(answer, row, name), _below(request, pivot, line), row)
        for (line, row), value in zip(shown, values, strict=True)
    ]
    drawn = (
        differences_list(
            [
                Difference(label, value, text, href=href, evidence=evidence_of(answer, name, row))
                for label, value, text, href, row in items
            ]
        )
        if min(values) < 0
        else ranked_list(
            [
                Ranked(label, text, value / largest, href=href,
                       evidence=evidence_of(answer, name, row))
                for label, value, text, href, row in items
            ],
            numbered=in_order,
        )
    )  # fmt: skip
    headline = (
        say("{name} comes first with {figure}", name=items[0][0], figure=items[0][2])
        if in_order
        else _plainly(pivot, dimension_word(head))
    )
    return card(
        headline=headline,
        subtitle=_subtitle(request, pivot, "", _cut(len(shown), len(lines), dimension_word(head))),
        # Within a box of its own the list keeps its height; as the card's child it fills it.
        children=[html.Div(drawn) if span == 12 else drawn],
        footer=footer_notes(notes_of(pivot)),
        span=span,
    )


def _can_rank(pivot: Pivot) -> bool:
    name = _leading(pivot)
    return sum(row[name] is not None for row in pivot.levels[-1].whole.rows) > 1


def _lines_of(pivot: Pivot, answer: Answer, head: str) -> list[tuple[Line, dict[str, Value]]]:
    if not pivot.plan.by:
        return [(Line((row[head],), label_of(row, head), True), dict(row)) for row in answer.rows]
    found = []
    for line in pivot.lines:
        row = pivot.row(line.key) if line.depth == 1 else None
        if row is not None:
            found.append((line, dict(row)))
    return found


def _below(request: PageRequest, pivot: Pivot, line: Line) -> str:
    below = drill(request.filters, pivot.plan, line) if pivot.plan.by else None
    return "" if below is None else PATH + below.to_query()


def _charted(
    request: PageRequest, pivot: Pivot, figure: Figure, scale: Scale, headline: str, cut: str
) -> Component:
    subtitle = _subtitle(request, pivot, scale.unit, cut)
    return chart_card(
        headline=headline,
        subtitle=subtitle,
        figure=figure,
        sentence=say(
            "{headline}: {subtitle}. The table below has every figure.",
            headline=headline,
            subtitle=subtitle,
        ),
        notes=notes_of(pivot),
        modelled=_leading(pivot) in pivot.modelled,
        span=12,
        tall=True,
    )


def _subtitle(request: PageRequest, pivot: Pivot, unit: str, cut: str) -> str:
    period, build = pivot.plan.period, request.build
    months = months_range(period.start or build.data_from, period.end or build.data_to)
    label = say_known(REGISTRY[_leading(pivot)].label)
    return ", ".join(part for part in (label, whose(request), months, unit, cut) if part)


def _course(pivot: Pivot, months: Sequence[str], series: Sequence[Series]) -> str:
    """Say where a line begins and ends; of modelled figures nothing is concluded."""
    name = _leading(pivot)
    _, values = series[0]
    begun, ended = first(values), last(values)
    if name in pivot.modelled or begun is None or ended is None:
        return _plainly(pivot, say("month"))
    unit, currency = REGISTRY[name].unit, currency_of(pivot.total.whole)
    known = [month for month, value in zip(months, values, strict=True) if value is not None]
    return say(
        "{measure}: {begun} in {first}, {ended} in {last}",
        measure=say_known(REGISTRY[name].label),
        begun=figure_of(begun, unit, currency),
        first=month_name(known[0]),
        ended=figure_of(ended, unit, currency),
        last=month_name(known[-1]),
    )


def _plainly(pivot: Pivot, of: str) -> str:
    return say("{measure} by {dimension}", measure=say_known(REGISTRY[_leading(pivot)].label),
               dimension=of)  # fmt: skip


def _cut(shown: int, every: int, of: str) -> str:
    if shown >= every:
        return ""
    return say("{shown} of {every} shown ({dimension})", shown=shown, every=f"{every:,}",
               dimension=of)  # fmt: skip


def _value(
    pivot: Pivot, key: Key, name: str, column_value: Value = None, in_column: bool = False
) -> float | None:
    row = pivot.row(key, column_value, in_column=in_column)
    return None if row is None else number(row[name])


def _text(answer: Answer, row: dict[str, Value], name: str) -> str:
    return figure_of(number(row[name]), REGISTRY[name].unit, currency_of(answer, row))


def _short(label: str) -> str:
    """Name a line at its end: what stands before a colon is the name, the rest explains it."""
    label = label.partition(":")[0]
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
