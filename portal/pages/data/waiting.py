"""The parts of the data page about rows that are kept out: quarantined, or held."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.forms import hidden_field, text_field
from portal.components.tables import Column, data_table
from portal.formats import month_name
from portal.pages.data.feeds import PAGE_SIZE, agency_text, feed_name, table_downloads, table_pager
from portal.pages.frame import agency_names
from portal.pages.page import PageRequest
from portal.texts import say, say_number
from warehouse.question import Value


def draw_quarantine(request: PageRequest) -> Component:
    """List the rows that failed a rule, as handed in, with the reason and what to do."""
    page = request.gateway.rows(
        "quarantined_row", request.scope, limit=PAGE_SIZE,
        offset=(request.filters.page - 1) * PAGE_SIZE,
    )  # fmt: skip
    if not page.rows:
        return nothing_card(say("Quarantine"), say("Every row that was read met the rules."), 12)
    names = agency_names(request)
    rows = [
        {
            "reason": [html.Span(str(row["reason"])), _as_handed_in(row)],
            "agency": agency_text(row["agency_id"], names),
            "place": say(
                "{feed}, row {number}", feed=feed_name(row["feed"]), number=row["source_row"]
            ),
            "rules": html.Code(str(row["rules"])),
        }
        for row in page.rows
    ]
    columns = (
        Column("reason", say("What is wrong")),
        Column("agency", say("MDA"), is_key=False),
        Column("place", say("Where")),
        Column("rules", say("Rule"), is_key=False),
    )
    return card(
        headline=say_number(
            page.total, "{number} row in quarantine", "{number} rows in quarantine"
        ),
        subtitle=say("Correct them in the file and hand it in again; nothing is lost"),
        children=[
            data_table(caption=say("Rows in quarantine"), columns=columns, rows=rows),
            table_pager(request, page.total),
        ],
        footer=table_downloads(request, "quarantined_row", say("rows in quarantine")),
    )


def draw_held(request: PageRequest) -> Component:
    """List the slices that wait, with the form to decide on each for whoever may."""
    page = request.gateway.rows(
        "held_slice", request.scope, limit=PAGE_SIZE,
        offset=(request.filters.page - 1) * PAGE_SIZE,
    )  # fmt: skip
    if not page.rows:
        return nothing_card(say("Held slices"), say("Nothing waits for approval."), 12)
    names = agency_names(request)
    may_release = request.reader.may(Permission.RELEASE_SLICE)
    rows = [
        {
            "agency": agency_text(row["agency_id"], names),
            "slice": _slice_name(row),
            "reason": row["reason"],
            "row_count": f"{int(row['row_count'] or 0):,}",
            "decide": _decision_form(request, row, at) if may_release else "",
        }
        for at, row in enumerate(page.rows)
    ]
    decide = (Column("decide", say("Decide")),) if may_release else ()
    columns = (
        Column("agency", say("MDA")),
        Column("slice", say("Slice")),
        Column("reason", say("What looks wrong"), is_key=False),
        Column("row_count", say("Rows"), numeric=True, is_key=False),
        *decide,
    )
    return card(
        headline=say_number(page.total, "{number} slice held", "{number} slices held"),
        subtitle=say(
            "Well formed but suspicious; the figures go without them until somebody decides"
        ),
        children=[
            data_table(caption=say("Held slices"), columns=columns, rows=rows),
            table_pager(request, page.total),
        ],
        footer=table_downloads(request, "held_slice", say("held slices")),
    )


def _slice_name(row: Mapping[str, Value]) -> str:
    feed = feed_name(row["feed"])
    if not row["month"]:
        return feed
    return say("{feed}, {month}", feed=feed, month=month_name(str(row["month"])))


def _decision_form(request: PageRequest, row: Mapping[str, Value], at: int) -> Component:
    names = ("feed", "agency_id", "month", "content_hash")
    name = _slice_name(row)
    buttons = [
        html.Button(
            word,
            type="submit",
            name="decision",
            value=decision,
            className=f"button button-small{style}",
            **{"aria-label": said},
        )
        for word, said, decision, style in (
            (say("Release"), say("Release {slice}", slice=name), "approved", ""),
            (say("Reject"), say("Reject {slice}", slice=name), "rejected", " button-danger"),
        )
    ]
    reason = text_field(
        identifier=f"held-reason-{at}",
        name="reason",
        label=say("Reason"),
        required=True,
        maxlength=500,
    )
    return html.Form(
        [
            hidden_field("csrf_token", request.csrf_token),
            *(hidden_field(key, str(row[key])) for key in names),
            reason,
            *buttons,
        ],
        method="post",
        action="/data/held",
        className="form form-inline",
    )


def _as_handed_in(row: Mapping[str, Value]) -> Component:
    try:
        content = json.loads(str(row["content"]))
    except ValueError:
        content = {}
    cells = content if isinstance(content, dict) else {}
    items = [html.Div([html.Dt(str(name)), html.Dd(str(value))]) for name, value in cells.items()]
    return html.Details([html.Summary(say("As handed in"), className="link"), html.Dl(items)])
