"""The parts of the data page that explain: tables and columns, and the measures."""

from __future__ import annotations

from dash.development.base_component import Component
from sqlalchemy import Table

from portal.components import html
from portal.components.cards import card
from portal.components.tables import Column, data_table
from portal.dimension_names import dimension_word
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number
from warehouse.measures import REGISTRY, Measure
from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, SUMMARIES

_KINDS = (
    (later("Facts"), FACTS),
    (later("Dimensions"), DIMENSIONS),
    (later("The build's own tables"), OPERATIONS),
    (later("Summaries"), SUMMARIES),
)
_SUFFIXES = (
    ("_usd", later("US dollars")),
    ("_local", later("own currency")),
    ("_ms", later("milliseconds")),
    ("_gb", later("gigabytes")),
    ("_ratio", later("0 to 1")),
    ("_pct", later("0 to 100")),
    ("_hours", later("hours")),
    ("_minutes", later("minutes")),
    ("_count", later("number")),
    ("_at", later("instant, UTC")),
    ("_date", later("day")),
)
_WHICH_WAY = {
    "high": later("higher is better"),
    "low": later("lower is better"),
    None: later("neither is better"),
}


def draw_catalogue(_: PageRequest) -> Component:
    """List every table and column as declared, with units."""
    parts: list[Component] = []
    for kind, tables in _KINDS:
        parts.append(html.H3(say_known(kind)))
        parts.extend(_table(table) for table in tables)
    total = sum(len(tables) for _, tables in _KINDS)
    return card(
        headline=say_number(
            total, "{number} table holds all figures", "{number} tables hold all figures"
        ),
        subtitle=say("Made from the declaration that the database itself is made from"),
        children=[html.Div(parts, className="catalogue")],
    )


def draw_measures(request: PageRequest) -> Component:
    """List the measures this reader may ask for: meaning, formula, unit, and what splits them."""
    allowed = request.scope.measures
    shown = [one for one in REGISTRY.values() if allowed is None or one.name in allowed]
    parts: list[Component] = []
    for group in dict.fromkeys(measure.group for measure in shown):
        parts.append(html.H3(say_known(group)))
        parts.extend(_measure(measure) for measure in shown if measure.group == group)
    return card(
        headline=say_number(
            len(shown),
            "{number} measure, each defined once",
            "{number} measures, each defined once",
        ),
        subtitle=say("Pages, downloads and the programming interface all answer from these"),
        children=[html.Div(parts)],
    )


def _table(table: Table) -> Component:
    rows = [
        {
            "name": html.Code(column.name),
            "unit": _unit(column.name),
            "meaning": say_known(column.comment or ""),
        }
        for column in table.columns
    ]
    columns = (
        Column("name", say("Column")),
        Column("unit", say("Unit")),
        Column("meaning", say("Meaning"), is_key=False),
    )
    caption = say("Columns of {table}", table=table.name)
    return html.Details(
        [
            html.Summary([html.Code(table.name), " ", say_known(table.comment or "")]),
            data_table(caption=caption, columns=columns, rows=rows),
        ],
        className="measure",
    )


def _unit(column: str) -> str:
    return say_known(next((unit for end, unit in _SUFFIXES if column.endswith(end)), ""))


def _measure(measure: Measure) -> Component:
    facts = (
        (say("Formula"), html.Code(measure.formula)),
        (say("Field term"), say_known(measure.term)),
        (say("Name"), html.Code(measure.name)),
        (say("Unit"), html.Code(measure.unit)),
        (say("Direction"), say_known(_WHICH_WAY[measure.good])),
        (say("Adds up"), say_known(measure.additivity)),
        (say("Not available"), say_known(measure.undefined)),
        (say("Source"), html.Code(measure.source)),
        (say("Split by"), ", ".join(dimension_word(name) for name in measure.dimensions)),
    )
    pairs: list[Component] = []
    for term, meaning in facts:
        pairs += [html.Dt(term), html.Dd(meaning)]
    return html.Article(
        [html.H4(say_known(measure.label)), html.P(say_known(measure.description)), html.Dl(pairs)],
        id=measure.name,
        className="measure",
    )
