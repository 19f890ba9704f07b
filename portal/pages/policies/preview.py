"""What a version would change, as the worker counted it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.components.forms import post_form
from portal.components.states import banner, empty_state
from portal.components.tables import Column, data_table
from portal.formats import count, moment, money_short, month_name, percent
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES
from portal.pages.policies.seen import agency_names
from portal.texts import say, say_number
from warehouse.governance.policy_models import PolicyVersion, VersionPreview
from warehouse.governance.previews import DONE, REQUESTED, last_preview


def draw_preview(request: PageRequest, row: PolicyVersion) -> Component:
    """Draw the last preview of a version, or the button that asks for one."""
    with request.database.reading_records(request.scope) as session:
        found = last_preview(session, row)
        session.expunge_all()
    ask = post_form(
        action=f"{POLICIES}/policy/{row.policy}/{row.version}/preview",
        csrf_token=request.csrf_token,
        children=[],
        submit=say("Count it anew") if found else say("Count what it would change"),
        quiet=True,
    )
    headline = say("Preview of version {version}", version=row.version)
    if found is None:
        nothing = empty_state(
            title=say("Not counted yet"),
            why=say("The worker counts which resources the change would touch, and their cost."),
        )
        return card(headline=headline, children=[nothing, ask], anchor="preview")
    if found.state == REQUESTED:
        waiting = empty_state(
            title=say("Being counted"),
            why=say(
                "Asked for by {person}, {moment}. Load the page again in a minute.",
                person=found.requested_by,
                moment=moment(found.requested_at),
            ),
        )
        return card(headline=headline, children=[waiting], anchor="preview")
    body = [_failed(found)] if found.state != DONE else _result(request, found.result or {})
    stale = found.version_lock != row.lock and row.state == "draft"
    old = [banner(say("The draft was changed since this was counted."), kind="warn")]
    return card(
        headline=headline,
        subtitle=say("Counted {moment}", moment=moment(found.finished_at)),
        children=[*(old if stale else []), *body, ask],
        anchor="preview",
    )


def _failed(found: VersionPreview) -> Component:
    return empty_state(title=say("It could not be counted"), why=found.error or "")


def _result(request: PageRequest, result: Mapping[str, Any]) -> list[Component]:
    names = agency_names(request)
    agencies = result.get("agencies") or []
    sentence = say(
        "This change moves compliance from {before} to {after}, touches {resources} of {agencies}, "
        "and {cost} a month of cost.",
        before=percent(result.get("compliance_before")),
        after=percent(result.get("compliance_after")),
        resources=say_number(
            int(result.get("touched_count") or 0), "{number} resource", "{number} resources"
        ),
        agencies=say_number(len(agencies), "{number} MDA", "{number} MDAs"),
        cost=_dollars(result.get("cost_usd")),
    )
    month = result.get("month")
    of_month = say(
        "In {month}, of {number} resources known.",
        month=month_name(month),
        number=count(result.get("resource_count")),
    )
    return [
        html.P(html.Strong(sentence)),
        html.P(of_month, className="muted"),
        *([_agencies(agencies, names)] if agencies else []),
        *([_resources(result["resources"], names)] if result.get("resources") else []),
    ]


def _dollars(amount: Any) -> str:
    return money_short(Decimal(str(amount or 0)))


def _agencies(agencies: list[dict[str, Any]], names: Mapping[str, str]) -> Component:
    rows = [
        {
            "agency": names.get(str(one["agency_id"]), str(one["agency_id"])),
            "resources": count(one["resource_count"]),
            "cost": _dollars(one["cost_usd"]),
        }
        for one in agencies
    ]
    columns = (
        Column("agency", say("MDA")),
        Column("resources", say("Resources"), numeric=True),
        Column("cost", say("Cost a month"), numeric=True),
    )
    return data_table(caption=say("MDAs that it touches"), columns=columns, rows=rows,
                      show_caption=True)  # fmt: skip


def _resources(resources: list[dict[str, Any]], names: Mapping[str, str]) -> Component:
    rows = [
        {
            "resource": html.Code(one["resource_id"]),
            "agency": names.get(str(one["agency_id"]), str(one["agency_id"])),
            "account": f"{one['provider']} {one['account_id']}",
            "tag": one["tag"],
            "before": one["before"],
            "after": one["after"],
            "cost": _dollars(one["cost_usd"]),
        }
        for one in resources
    ]
    columns = (
        Column("resource", say("Resource")),
        Column("agency", say("MDA"), is_key=False),
        Column("account", say("Account"), is_key=False),
        Column("tag", say("Tag")),
        Column("before", say("Now"), is_key=False),
        Column("after", say("Then"), is_key=False),
        Column("cost", say("Cost a month"), numeric=True),
    )
    return html.Details(
        [
            html.Summary(
                say_number(len(rows), "{number} resource listed", "{number} resources listed"),
                className="link",
            ),
            data_table(caption=say("Resources that it touches"), columns=columns, rows=rows),
        ],
        className="as-table",
    )
