"""What a version would change, as the worker counted it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from dash.development.base_component import Component

from portal.components import html
from portal.components.tables import Column, data_table
from portal.formats import count, money_short, month_name, percent
from portal.pages.page import PageRequest
from portal.pages.policies.seen import agency_names
from portal.pages.policies.steps import policy_reviewed
from portal.pages.reviews import draw_preview_of
from portal.texts import say, say_number
from warehouse.governance.policy_models import PolicyVersion


def draw_preview(request: PageRequest, row: PolicyVersion) -> Component:
    """Draw the last preview of a version, or the button that asks for one."""
    why = say("The worker counts which resources the change would touch, and their cost.")
    return draw_preview_of(
        request, policy_reviewed(request, row.policy), row, why, partial(_result, request)
    )


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
