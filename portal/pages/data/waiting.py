"""The parts of the data page about rows that are kept out: quarantined, or held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.forms import hidden_field, text_field
from portal.components.tables import Column, data_table
from portal.formats import moment, money_exact, month_name
from portal.pages.data.feeds import PAGE_SIZE, agency_text, feed_name, table_downloads, table_pager
from portal.pages.frame import agency_names
from portal.pages.offices import treasury
from portal.pages.page import PageRequest
from portal.texts import say, say_number
from warehouse.governance.held import Slice, decisions
from warehouse.governance.models import HeldSliceDecision
from warehouse.question import Value
from warehouse.schema.operations import BILLS_WAIT


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
    decided = _decided(request)
    rows = [
        {
            "agency": agency_text(row["agency_id"], names),
            "slice": _slice_name(row),
            "amount": _amount(row, "amount"),
            "counted": _amount(row, "amount_counted"),
            "reason": [html.Span(str(row["reason"])), *_as_rejected(request, decided, row)],
            "row_count": f"{int(row['row_count'] or 0):,}",
            "decide": _decision_form(request, row, at) if may_release else "",
        }
        for at, row in enumerate(page.rows)
    ]
    decide = (Column("decide", say("Decide")),) if may_release else ()
    amounts = (
        Column("amount", say("Waits"), numeric=True),
        Column("counted", say("Counted meanwhile"), numeric=True),
    )
    columns = (
        Column("agency", say("MDA")),
        Column("slice", say("Slice")),
        *(amounts if any(row["part"] for row in page.rows) else ()),
        Column("reason", say("What looks wrong"), is_key=False),
        Column("row_count", say("Rows"), numeric=True, is_key=False),
        *decide,
    )
    return card(
        headline=say_number(page.total, "{number} slice held", "{number} slices held"),
        subtitle=say(
            "Well formed but suspicious; until somebody decides, the figures go without them, or "
            "with the bill that was counted before"
        ),
        children=[
            *_sums(request),
            data_table(caption=say("Held slices"), columns=columns, rows=rows),
            table_pager(request, page.total),
        ],
        footer=table_downloads(request, "held_slice", say("held slices")),
    )


def _slice_name(row: Mapping[str, Value]) -> str:
    feed = feed_name(row["feed"])
    if row["part"]:
        return say(
            "{feed}, {account}, {month}",
            feed=feed,
            account=row["part"],
            month=month_name(str(row["month"])),
        )
    if not row["month"]:
        return feed
    return say("{feed}, {month}", feed=feed, month=month_name(str(row["month"])))


def _amount(row: Mapping[str, Value], name: str) -> Component | str:
    """Write a bill's amount in its own currency; records have none."""
    if not row["part"]:
        return ""
    amount = money_exact(Decimal(str(row[name])), str(row["currency"]))
    return html.Span(amount, **{"data-recorded": "row"})


def _sums(request: PageRequest) -> list[Component]:
    """Say what the bills that wait come to, in each currency."""
    page = request.gateway.rows("finding", request.scope, where={"rule": BILLS_WAIT}, limit=50)
    return [html.P(str(row["detail"]), **{"data-recorded": "row"}) for row in page.rows]


def _decided(request: PageRequest) -> Mapping[Slice, HeldSliceDecision]:
    """Read the last decision on each slice."""
    with request.database.reading_records(request.scope) as session:
        made = decisions(session, request.scope.agencies)
        session.expunge_all()
    last: dict[Slice, HeldSliceDecision] = {}
    for one in made:
        last.setdefault((one.feed, one.agency_id, one.month, one.content_hash), one)
    return last


def _as_rejected(
    request: PageRequest, decided: Mapping[Slice, HeldSliceDecision], row: Mapping[str, Value]
) -> list[Component]:
    """Say who set a slice aside and why, or that what was released counts at the next build."""
    key = (str(row["feed"]), int(row["agency_id"] or 0), str(row["month"]),
           str(row["content_hash"]))  # fmt: skip
    made = decided.get(key)
    if made is None:
        return []
    told = {"person": treasury(request, made.decided_by), "moment": moment(made.decided_at),
            "why": made.reason}  # fmt: skip
    if made.decision == "rejected":
        return [html.P(say("Rejected by {person}, {moment}: {why}", **told))]
    return [
        html.P(say("Released by {person}, {moment}: {why} It counts at the next build.", **told))
    ]


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
