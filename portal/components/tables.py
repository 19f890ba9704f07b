"""Tables: exact figures, sortable by eye, reduced to their key columns on phones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from portal.formats import plural


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its cell is found, its heading, and how it is set.

    ``is_key`` columns stay on a phone; the others go into the row's second line.
    """

    key: str
    title: str
    numeric: bool = False
    is_key: bool = True


def data_table(
    *,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    show_caption: bool = False,
) -> Component:
    """Draw a table whose first column names its rows; cells are texts or components."""
    head = html.Thead(html.Tr([_heading(column) for column in columns]))
    body = html.Tbody([_row(columns, row) for row in rows])
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="" if show_caption else "visually-hidden"),
                head,
                body,
            ],
            className="table",
        ),
        className="table-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def pager(*, page: int, size: int, total: int, addresses: Mapping[int, str]) -> Component:
    """Say which rows are shown and link to the pages before and after."""
    first = (page - 1) * size + 1 if total else 0
    last = min(page * size, total)
    links = []
    for number, text in ((page - 1, "Previous"), (page + 1, "Next")):
        if number in addresses:
            links.append(html.A(text, href=addresses[number], className="button button-quiet"))
    return html.Nav(
        [html.Span(f"Rows {first:,} to {last:,} of {total:,}", className="muted"), *links],
        className="pager",
        **{"aria-label": "Pages of this table"},
    )


def view_as_table(*, table: Component, row_count: int) -> Component:
    """Fold a table away under its chart."""
    return html.Details(
        [
            html.Summary("View as table", title=plural(row_count, "row"), className="link"),
            table,
        ],
        className="as-table",
    )


def _heading(column: Column) -> Component:
    return html.Th(column.title, scope="col", className=_classes(column))


def _row(columns: Sequence[Column], row: Mapping[str, Any]) -> Component:
    first, *others = columns
    return html.Tr(
        [
            html.Th(row.get(first.key), scope="row", className=_classes(first)),
            *(html.Td(row.get(column.key), className=_classes(column)) for column in others),
        ]
    )


def _classes(column: Column) -> str:
    names = ["num"] if column.numeric else []
    if not column.is_key:
        names.append("wide-only")
    return " ".join(names)
