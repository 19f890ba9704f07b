"""Tables: exact figures, sortable by eye, reduced to their key columns on phones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.texts import say, say_number

ROW: Final = "data-row"
"""Key under which a table's row says which row of the answer it shows."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its cell is found, its heading, and how it is set.

    On a phone ``is_key`` columns stand under the row's name; the others in a line of details.
    """

    key: str
    title: str
    numeric: bool = False
    is_key: bool = True
    figure: str = ""
    """The measure that the column shows, where its table says which question it answers."""


def data_table(
    *,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    show_caption: bool = False,
    is_dense: bool = False,
    evidence: Mapping[str, str] = MappingProxyType({}),
) -> Component:
    """Draw a table whose first column names its rows; cells are texts or components.

    With ``evidence`` the table answers one question: a row's ``ROW`` says which of its rows it is.
    """
    head = html.Thead(html.Tr([_heading(column) for column in columns]))
    has_details = not all(column.is_key for column in columns)
    body = html.Tbody([_row(columns, row, labelled=has_details) for row in rows])
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="" if show_caption else "visually-hidden"),
                head,
                body,
            ],
            className=" ".join(
                ["table", *(["stacks"] if has_details else []), *(["close"] if is_dense else [])]
            ),
            **evidence,
        ),
        className="table-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def last_page(total: int, size: int) -> int:
    """Give the number of a table's last page; an empty table has one, too."""
    return max(1, -(-total // size))


def pager(*, page: int, size: int, total: int, address: Callable[[int], str]) -> Component:
    """Say which rows are shown and link to the pages before and after, as far as there are any.

    ``page`` counts from one; ``address`` gives that of a page by its number.
    """
    first = (page - 1) * size + 1 if total else 0
    last = min(page * size, total)
    links = []
    for number, text in ((page - 1, say("Previous")), (page + 1, say("Next"))):
        if 1 <= number <= last_page(total, size):
            links.append(html.A(text, href=address(number), className="button button-quiet"))
    shown = say(
        "Rows {first} to {last} of {total}",
        first=f"{first:,}",
        last=f"{last:,}",
        total=f"{total:,}",
    )
    return html.Nav(
        [html.Span(shown, className="muted"), *links],
        className="pager",
        **{"aria-label": say("Pages of this table")},
    )


def view_as_table(*, table: Component, row_count: int) -> Component:
    """Fold a table away under its chart."""
    return html.Details(
        [
            html.Summary(
                say("View as table"),
                title=say_number(row_count, "{number} row", "{number} rows"),
                className="link",
            ),
            table,
        ],
        className="as-table",
    )


def _heading(column: Column) -> Component:
    return html.Th(column.title, scope="col", className=_classes(column))


def _row(columns: Sequence[Column], row: Mapping[str, Any], *, labelled: bool) -> Component:
    """Draw a row; where it stacks on a phone, each cell brings its column's title along."""
    first, *others = columns
    cells = [
        html.Td(
            row.get(column.key),
            className=_classes(column),
            **({"data-label": column.title} if labelled and _needs_label(column) else {}),
            **({"data-figure": column.figure} if column.figure else {}),
        )
        for column in others
    ]
    name = html.Th(row.get(first.key), scope="row", className=_classes(first))
    return html.Tr([name, *cells], **({ROW: row[ROW]} if ROW in row else {}))


def _needs_label(column: Column) -> bool:
    """Tell a bare figure, and any detail, from a word in a key column that speaks for itself."""
    return column.numeric or not column.is_key


def _classes(column: Column) -> str:
    names = ["num"] if column.numeric else []
    if not column.is_key:
        names.append("wide-only")
    return " ".join(names)
