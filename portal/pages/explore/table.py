"""The pivot's table: groups with their subtotals, columns across, and the total of all.

Each cell says which question it answers: a subtotal is an answer of its own, never a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.addresses import export_url, question_query
from portal.components import html
from portal.components.cards import card, footer_notes
from portal.components.tables import ROW, last_page, pager
from portal.dimension_names import dimension_name
from portal.formats import currency_sign, figure_of, month_short
from portal.pages.evidence import currency_of, row_key
from portal.pages.explore.controls import PATH
from portal.pages.explore.units import notes_of
from portal.pages.page import PageRequest
from portal.pages.series import number, present
from portal.pivot.answers import Line, Pivot
from portal.pivot.drill import drill
from portal.texts import say, say_known, say_number
from warehouse.measures import REGISTRY
from warehouse.question import Value

_MOST_CELLS = 6000
_LEAST_ROWS = 10
_TOTAL = Line((), "", False)


@dataclass(frozen=True, slots=True)
class _Window:
    """The rows of one page of the table."""

    lines: Sequence[Line]
    page: int
    size: int
    total: int


def draw_table(request: PageRequest, pivot: Pivot, span: int) -> Component:
    """Draw the rows that the address asks for, under the totals of everything."""
    window = _window(pivot)
    caption = " ".join([f"{_caption(pivot, window)}.", *_in_currency(pivot)])
    notes = [*_cut_columns(pivot), *notes_of(pivot), *_why_missing(pivot)]
    return card(
        headline=say("All figures"),
        subtitle=caption,
        children=[
            html.Div(
                html.Table(
                    [
                        html.Caption(caption, className="visually-hidden"),
                        html.Thead(_head(request, pivot)),
                        html.Tbody(_body(request, pivot, window)),
                    ],
                    className="table pivot pivot-across" if pivot.columns else "table pivot",
                ),
                className="table-scroll pivot-scroll",
                tabIndex="0",
                role="region",
                **{"aria-label": say("The pivot's table")},
            ),
            *_pages(request, window),
        ],
        footer=[*_downloads(request, pivot), *footer_notes(notes)],
        span=span,
        anchor="table",
    )


def _window(pivot: Pivot) -> _Window:
    cells = (len(pivot.columns) + 1) * len(pivot.plan.measures)
    size = min(pivot.plan.top, max(_LEAST_ROWS, _MOST_CELLS // cells))
    total = len(pivot.leaves)
    page = min(pivot.plan.page, last_page(total, size))
    shown = {line.key for line in pivot.leaves[(page - 1) * size : page * size]}
    groups = {key[:depth] for key in shown for depth in range(1, len(key))}
    lines = [line for line in pivot.lines if line.key in (shown if line.is_leaf else groups)]
    return _Window(lines, page, size, total)


def _head(request: PageRequest, pivot: Pivot) -> list[Component]:
    """Name the rows, the columns and the measures; names of measures and rows also sort."""
    plan = pivot.plan
    two_lines = bool(pivot.columns) and len(plan.measures) > 1
    over = {"rowSpan": 2} if two_lines else {}
    names = [part for name in plan.by for part in (_sorted_by(request, pivot, name), " ")]
    corner = html.Th(names or say("Rows"), scope="col", className="pivot-name", **over)
    whole = [_sorted_head(request, pivot, name) for name in plan.measures]
    if not pivot.columns:
        return [html.Tr([corner, *whole])]
    if not two_lines:
        parts = [html.Th(label, scope="col", className="num") for label in _column_labels(pivot)]
        return [html.Tr([corner, *parts, *whole])]
    wide = {"colSpan": len(plan.measures), "scope": "colgroup", "className": "pivot-column"}
    groups = [html.Th(label, **wide) for label in (*_column_labels(pivot), say("All"))]
    under = [
        html.Th(
            [say_known(REGISTRY[name].label), *_mark(pivot, name)], scope="col", className="num"
        )
        for _ in pivot.columns
        for name in plan.measures
    ]
    return [html.Tr([corner, *groups]), html.Tr([*under, *whole])]


def _column_labels(pivot: Pivot) -> list[str]:
    """Name the columns; months in short, for a year of them to fit."""
    if pivot.plan.across == "month":
        return [month_short(str(value)) for value, _ in pivot.columns]
    return [label for _, label in pivot.columns]


def _sorted_head(request: PageRequest, pivot: Pivot, name: str) -> Component:
    direction = _direction(pivot, name)
    sorted_by = {"aria-sort": direction} if direction else {}
    before = [say("All"), ": "] if pivot.columns and len(pivot.plan.measures) == 1 else []
    return html.Th(
        [*before, _sorted_by(request, pivot, name), *_mark(pivot, name)],
        scope="col",
        className="num pivot-whole",
        **sorted_by,
    )


def _direction(pivot: Pivot, name: str) -> str:
    if pivot.plan.sort != name:
        return ""
    return "descending" if pivot.plan.descending else "ascending"


def _sorted_by(request: PageRequest, pivot: Pivot, name: str) -> Component:
    """Link a heading to the same pivot in that order; once more turns the order round."""
    plan = pivot.plan
    is_measure = name in REGISTRY
    is_sorted = plan.sort == name
    # Figures are first wanted from the largest, names from A.
    turned = (
        not (is_sorted and plan.descending) if is_measure else is_sorted and not plan.descending
    )
    label = say_known(REGISTRY[name].label) if is_measure else dimension_name(name)
    arrow = {"descending": " ▼", "ascending": " ▲"}.get(_direction(pivot, name), "")
    said = (
        say("{name}, sort from the largest", name=label)
        if turned
        else say("{name}, sort from the smallest", name=label)
        if is_measure
        else say("{name}, sort by name", name=label)
    )
    return html.A(
        [label, html.Span(arrow, **{"aria-hidden": "true"})],
        href=PATH + request.filters.to_query(sort=f"-{name}" if turned else name, page=1),
        className="pivot-sort",
        **{"aria-label": said},
    )


def _mark(pivot: Pivot, name: str) -> list[Component]:
    return (
        [html.Span(say("modelled in part"), className="pivot-mark")]
        if name in pivot.modelled
        else []
    )


def _body(request: PageRequest, pivot: Pivot, window: _Window) -> list[Component]:
    names: dict[int, str] = {}
    widest = _widest(pivot)
    rows = []
    for line in window.lines:
        names[line.depth] = line.label
        within = ", ".join(names[depth] for depth in range(line.depth - 1, 0, -1))
        rows.append(_row(request, pivot, line, within, widest))
    every = (
        say_number(window.total, "All {number} row together", "All {number} rows together")
        if pivot.plan.by
        else say("All together")
    )
    head = html.Th(every, scope="row", className="pivot-name")
    return [*rows, _cells(pivot, _TOTAL, head, "pivot-total", {})]


def _row(
    request: PageRequest, pivot: Pivot, line: Line, within: str, widest: dict[str, float]
) -> Component:
    below = drill(request.filters, pivot.plan, line)
    text = [line.label, *([_hidden(f", {within}")] if within else [])]
    name = html.A(text, href=PATH + below.to_query()) if below else html.Span(text)
    kind = "pivot-leaf" if line.is_leaf else "pivot-group"
    head = html.Th(name, scope="row", className=f"pivot-name pivot-depth-{line.depth}")
    return _cells(pivot, line, head, kind, widest if line.is_leaf else {})


def _cells(
    pivot: Pivot, line: Line, head: Component, kind: str, widest: dict[str, float]
) -> Component:
    """Draw a line's cells; the line says what its columns answer, its total what it answers."""
    measures = pivot.plan.measures
    parts = [
        _cell(pivot, line, name, column=value, in_column=True)
        for value, _ in pivot.columns
        for name in measures
    ]
    whole = [_cell(pivot, line, name, widest=widest.get(name, 0.0)) for name in measures]
    asked = question_query(pivot.answer(line.depth, in_column=bool(parts)).question)
    return html.Tr([head, *parts, *whole], className=kind, **{"data-question": asked})


def _cell(
    pivot: Pivot,
    line: Line,
    name: str,
    *,
    column: Value = None,
    in_column: bool = False,
    widest: float = 0.0,
) -> Component:
    row = pivot.row(line.key, column, in_column=in_column)
    style = "num" if in_column or not pivot.columns else "num pivot-whole"
    if row is None:
        nothing = html.Span("\N{EN DASH}", **{"aria-hidden": "true"})
        return html.Td([nothing, _hidden(say("not reported"))], className=f"{style} pivot-none")
    answer = pivot.answer(line.depth, in_column=in_column)
    value = number(row[name])
    # The caption names the one currency of the columns, so that a year of months fits.
    is_named_above = in_column and bool(currency_of(pivot.total.whole))
    currency = "" if is_named_above else _currency(pivot, row)
    text = figure_of(value, REGISTRY[name].unit, currency)
    own = {} if in_column or not pivot.columns else _question_of(pivot, line)
    bar = [_bar(value / widest)] if widest and value is not None and value >= 0 else []
    return html.Td(
        [*bar, text] if bar else text,
        className=f"{style} pivot-none" if value is None else style,
        **own,
        **{ROW: row_key(answer, row), "data-figure": name},
    )


def _question_of(pivot: Pivot, line: Line) -> dict[str, Any]:
    return {"data-question": question_query(pivot.answer(line.depth).question)}


def _currency(pivot: Pivot, row: Any) -> str:
    if pivot.plan.is_own_currency and row.get("currency"):
        return str(row["currency"])
    return currency_of(pivot.total.whole)


def _bar(share: float) -> Component:
    width = {"width": f"{min(1.0, share) * 100:.1f}%"}
    return html.Span(
        html.Span(className="pivot-bar-fill", style=width),
        className="pivot-bar",
        **{"aria-hidden": "true"},
    )


def _widest(pivot: Pivot) -> dict[str, float]:
    """Give the largest figure of each measure of money in the finest rows: a bar's full length."""
    found = {}
    for name in pivot.plan.measures:
        if REGISTRY[name].unit == "usd" and len(pivot.leaves) > 1:
            rows = [pivot.row(line.key) for line in pivot.leaves]
            values = present([number(row[name]) for row in rows if row is not None])
            found[name] = max(values, default=0.0)
    return found


def _caption(pivot: Pivot, window: _Window) -> str:
    if not pivot.plan.by:
        return say("Every total is asked for by itself, never added up from what is above it")
    first = (window.page - 1) * window.size + 1 if window.total else 0
    last = min(window.page * window.size, window.total)
    return say(
        "{first} to {last} of {total} rows shown; every total is asked for by itself, "
        "never added up from what is above it",
        first=f"{first:,}",
        last=f"{last:,}",
        total=f"{window.total:,}",
    )


def _in_currency(pivot: Pivot) -> list[str]:
    """Name the currency of the columns, whose cells leave it out."""
    currency = currency_of(pivot.total.whole)
    is_money = any(REGISTRY[name].unit == "usd" for name in pivot.plan.measures)
    if not pivot.columns or not is_money or not currency:
        return []
    return [say("Amounts in columns are in {currency}.", currency=currency_sign(currency))]


def _cut_columns(pivot: Pivot) -> list[str]:
    shown, every = len(pivot.columns), len(pivot.all_columns)
    if shown == every:
        return []
    return [say("{shown} of {every} columns shown; the files have all.", shown=shown, every=every)]


def _why_missing(pivot: Pivot) -> list[str]:
    reasons = pivot.reasons
    return [
        say("{measure}: not available where {reason}.", measure=say_known(REGISTRY[name].label),
            reason=reasons[name])
        for name in pivot.plan.measures
        if name in reasons
    ]  # fmt: skip


def _pages(request: PageRequest, window: _Window) -> list[Component]:
    if window.total <= window.size:
        return []
    return [
        pager(
            page=window.page,
            size=window.size,
            total=window.total,
            address=lambda page: PATH + request.filters.to_query(page=page),
        )
    ]


def _downloads(request: PageRequest, pivot: Pivot) -> list[Component]:
    if not request.reader.may(Permission.EXPORT):
        return []
    book = f"/export/pivot.xlsx{request.filters.to_query(page=1)}"
    rows = export_url(pivot.finest.question, "csv")
    return [
        html.A(say("Workbook with live formulas (XLSX)"), href=book, download=""),
        html.A(say("Rows (CSV)"), href=rows, download=""),
    ]


def _hidden(text: str) -> Component:
    return html.Span(text, className="visually-hidden")
