"""The parts of the data page that explain: tables and columns, and the measures."""

from __future__ import annotations

from dash.development.base_component import Component
from sqlalchemy import Table

from portal.components import html
from portal.components.cards import card
from portal.components.tables import Column, data_table
from portal.formats import plural
from portal.pages.page import PageRequest
from warehouse.measures import REGISTRY, Measure
from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, SUMMARIES

_KINDS = (
    ("Facts", FACTS),
    ("Dimensions", DIMENSIONS),
    ("The build's own tables", OPERATIONS),
    ("Summaries", SUMMARIES),
)
_SUFFIXES = (
    ("_usd", "US dollars"), ("_local", "own currency"), ("_ms", "milliseconds"),
    ("_gb", "gigabytes"), ("_ratio", "0 to 1"), ("_pct", "0 to 100"), ("_hours", "hours"),
    ("_minutes", "minutes"), ("_count", "number"), ("_at", "instant, UTC"), ("_date", "day"),
)  # fmt: skip
_COLUMNS = (
    Column("name", "Column"),
    Column("unit", "Unit"),
    Column("meaning", "Meaning", is_key=False),
)
_WHICH_WAY = {"high": "higher is better", "low": "lower is better", None: "neither is better"}


def draw_catalogue(_: PageRequest) -> Component:
    """List every table and column as declared, with units."""
    parts: list[Component] = []
    for kind, tables in _KINDS:
        parts.append(html.H3(kind))
        parts.extend(_table(table) for table in tables)
    total = sum(len(tables) for _, tables in _KINDS)
    return card(
        headline=f"{plural(total, 'table')} hold all figures",
        subtitle="Made from the declaration that the database itself is made from",
        children=[html.Div(parts, className="catalogue")],
    )


def draw_measures(request: PageRequest) -> Component:
    """List the measures this reader may ask for: meaning, formula, unit, and what splits them."""
    allowed = request.scope.measures
    shown = [one for one in REGISTRY.values() if allowed is None or one.name in allowed]
    parts: list[Component] = []
    for group in dict.fromkeys(measure.group for measure in shown):
        parts.append(html.H3(group))
        parts.extend(_measure(measure) for measure in shown if measure.group == group)
    return card(
        headline=f"{plural(len(shown), 'measure')}, each defined once",
        subtitle="Pages, downloads and the programming interface all answer from these",
        children=[html.Div(parts)],
    )


def _table(table: Table) -> Component:
    rows = [
        {
            "name": html.Code(column.name),
            "unit": next((unit for end, unit in _SUFFIXES if column.name.endswith(end)), ""),
            "meaning": column.comment or "",
        }
        for column in table.columns
    ]
    named = f"Columns of {table.name}"
    return html.Details(
        [
            html.Summary([html.Code(table.name), f" {table.comment or ''}"]),
            data_table(caption=named, columns=_COLUMNS, rows=rows),
        ],
        className="measure",
    )


def _measure(measure: Measure) -> Component:
    facts = (
        ("Formula", html.Code(measure.formula)),
        ("Field term", measure.term),
        ("Name", html.Code(measure.name)),
        ("Unit", measure.unit),
        ("Direction", _WHICH_WAY[measure.good]),
        ("Adds up", measure.additivity),
        ("Not available", measure.undefined),
        ("Source", html.Code(measure.source)),
        ("Split by", ", ".join(name.replace("_", " ") for name in measure.dimensions)),
    )
    pairs: list[Component] = []
    for term, meaning in facts:
        pairs += [html.Dt(term), html.Dd(meaning)]
    return html.Article(
        [html.H4(measure.label), html.P(measure.description), html.Dl(pairs)],
        id=measure.name,
        className="measure",
    )
