"""Where bills keep to their standard and where they don't, bill by bill, as they were read."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.states import status_word
from portal.components.tables import Column, data_table
from portal.formats import count
from portal.pages.data.feeds import PAGE_SIZE, table_downloads, table_pager
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number

_TABLE = "bill_conformance"
_TONES = {"error": "bad", "warning": "warn", "note": "neutral"}
_LEVELS = {"error": later("error"), "warning": later("warning"), "note": later("note")}


def draw_conformance(request: PageRequest) -> Component:
    """List the remarks on every bill: missing columns, broken rules, and how many rows."""
    page = request.gateway.rows(
        _TABLE, request.scope, limit=PAGE_SIZE, offset=(request.filters.page - 1) * PAGE_SIZE
    )
    title = say("Conformance of bills")
    if not page.rows:
        return nothing_card(title, say("No bill was handed in, or none has a remark."), 12)
    numbers = sorted({int(row["source_id"] or 0) for row in page.rows})
    files = request.gateway.rows(
        "source_file", request.scope, where={"source_id": numbers}, limit=PAGE_SIZE
    )
    paths = {row["source_id"]: str(row["path"]) for row in files.rows}
    rows = [
        {
            "bill": [html.Code(paths.get(row["source_id"], "")), " ", str(row["layout"])],
            "level": status_word(say_known(_LEVELS[str(row["level"])]), _TONES[str(row["level"])]),
            "column": html.Code(str(row["column_name"])) if row["column_name"] else "",
            "said": row["message"],
            "rows": count(int(row["row_count"] or 0)),
        }
        for row in page.rows
    ]
    columns = (
        Column("bill", say("Bill, and the form it is in")),
        Column("level", say("Level")),
        Column("said", say("What was found")),
        Column("rows", say("Rows"), numeric=True),
        Column("column", say("Column"), is_key=False),
    )
    return card(
        headline=say_number(page.total, "{number} remark on bills", "{number} remarks on bills"),
        subtitle=say(
            "Each bill beside the standard that its header names: columns that are missing, rules "
            "that rows don't meet, and what was done about it"
        ),
        children=[
            data_table(caption=title, columns=columns, rows=rows),
            table_pager(request, page.total),
        ],
        footer=table_downloads(request, _TABLE, say("remarks on bills")),
    )
